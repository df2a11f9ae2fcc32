/**
 * Runs in a SQLite file, for any number of processes of one machine at once.
 *
 * What a call has resolved for outlives a killed process. A power cut may take rows that were appended since the last
 * begin, checkpoint or end, never more, and never what makes the file whole: those wait for the disk, appends do not.
 */
import { exactJson, parseExactJson } from "../checkpoints/exact_json.ts";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import type { BatchPlan } from "../batch_plan.ts";
import { openDatabase } from "./open_database.ts";
import { runId, runRow, type StoredRun } from "./run_row.ts";
import { type SeriesRow, type SeriesTables, seriesTables } from "./series_tables.ts";
import { SqliteConnection } from "./sqlite_connection.ts";
import { endRun, SqliteWriter, touchRun } from "./sqlite_writer.ts";
import type { Database } from "./sql.ts";
import { sqlStudies } from "./sql_studies.ts";
import { leaveTrials, loseTrials, setRun } from "./claim_statements.ts";
import type { Claim, StudyStore } from "./study_store.ts";
import type { NewRun, RunRow, RunWriter, SoFar, Store, StoredVerdict } from "./store.ts";
import { onDatabase, RunBeingWritten, UnknownRun } from "./store_fault.ts";
import { trajectoryOf } from "./stored_trajectory.ts";
import { pidOf, storeWriters, type Writers } from "./writers.ts";

/** Who writes a run or trains a trial. */
const WRITING =
  "SELECT writer FROM runs WHERE writer IS NOT NULL UNION SELECT worker FROM trials WHERE state = 'running'";
const INTERRUPTED =
  "UPDATE runs SET state = 'interrupted', writer = NULL, version = version + 1 WHERE writer = ?";

/**
 * Opens a store, and makes it where there is none.
 *
 * @param path of the file, as `.plateau/runs.sqlite`; beside it lie `-wal`, `-shm` and the folder `-writers`
 * @throws LaterStore; DamagedStore when nothing in the file can be read; StorageFault
 * @example
 * ```ts ignore
 * const store = await openStore(".plateau/runs.sqlite");
 * for (const { id, name, best } of await store.runs()) console.log(id, name, best?.value);
 * await store.close();
 * ```
 */
export async function openStore(path: string): Promise<Store> {
  const { db, fault } = await openDatabase(path);
  try {
    return new SqliteStore(new SqliteConnection(path, db, fault));
  } catch (error) {
    db.close();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly #db: SqliteConnection;
  readonly #series: SeriesTables;
  readonly #writers: Writers;
  readonly fault: string | null;
  readonly studies: StudyStore;

  constructor(connection: SqliteConnection) {
    const { path, db, fault } = connection;
    this.fault = fault;
    this.#db = connection;
    this.#series = onDatabase(path, () => seriesTables(db));
    this.#writers = storeWriters(`${path}-writers`);
    db.function("now_ms", () => Date.now());
    db.function("gone", (writer) => writer !== null && !this.#writers.alive(String(writer)) ? 1 : 0);
    this.studies = sqlStudies(this.#database());
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async begin(run: NewRun, soFar?: SoFar, claim?: Claim): Promise<RunWriter> {
    const number = this.#db.write("durable", () => {
      const number = this.#begin(run, soFar);
      if (claim) this.#db.steps(setRun(claim, number));
      return number;
    });
    const { id } = this.#db.one("SELECT id FROM runs WHERE number = ?", number) as unknown as StoredRun;
    return new SqliteWriter(this.#db, this.#series, number, id, this.#writers.own());
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async runs(): Promise<RunRow[]> {
    return this.#db.read(() => {
      const runs = this.#db.all("SELECT * FROM runs ORDER BY number DESC") as unknown as StoredRun[];
      const series = Map.groupBy(
        this.#db.all("SELECT * FROM series ORDER BY number") as unknown as SeriesRow[],
        ({ run }) => run,
      );
      return runs.map((run) => runRow(this.#asItStands(run), series.get(run.number) ?? []));
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async run(id: string): Promise<RunRow | null> {
    return this.#db.read(() => {
      const run = this.#find(id);
      return run && runRow(this.#asItStands(run), this.#series.all(run.number));
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async series(id: string, metric: string) {
    return this.#db.read(() => {
      const run = this.#find(id);
      return run && this.#series.read(run.number, metric);
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async trajectory(id: string) {
    return this.#db.read(() => {
      const run = this.#find(id);
      if (!run || run.plan === null) return null;
      return trajectoryOf(run, JSON.parse(run.plan) as BatchPlan, this.#series.readAll(run.number));
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async checkpoints(id: string) {
    const sql =
      "SELECT step, path, sha256 FROM checkpoints JOIN runs ON number = run WHERE id = ? ORDER BY step";
    const rows = this.#db.read(() => this.#db.all(sql, id));
    return rows.map(({ step, path, sha256 }) => ({
      step: Number(step),
      path: String(path),
      sha256: String(sha256),
    }));
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async verdicts(id: string): Promise<readonly StoredVerdict[]> {
    const sql =
      "SELECT policy, judgement FROM verdicts JOIN runs ON number = run WHERE id = ? ORDER BY policy";
    return this.#db.read(() =>
      this.#db.all(sql, id).map(({ policy, judgement }) => ({
        policy: String(policy),
        judgement: parseExactJson(String(judgement)),
      }))
    );
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async judge(id: string, verdicts: readonly StoredVerdict[]): Promise<void> {
    this.#change(id, ({ number }) => {
      for (const { policy, judgement } of verdicts) {
        this.#db.run(
          "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)",
          number,
          policy,
          exactJson(judgement),
        );
      }
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async tag(id: string, tags: readonly string[]): Promise<void> {
    this.#change(id, ({ number }) => {
      this.#db.run("UPDATE runs SET tags = ? WHERE number = ?", JSON.stringify([...new Set(tags)]), number);
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async remove(id: string): Promise<void> {
    this.#change(id, (run) => {
      this.#refuseWritten(run);
      this.#db.run("DELETE FROM runs WHERE number = ?", run.number);
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async version(): Promise<number> {
    return this.#db.read(() => {
      const running = this.#db.all(WRITING);
      for (const { writer } of running) {
        if (!this.#writers.alive(String(writer))) this.#interrupt(String(writer));
      }
      return Number(this.#db.one("SELECT value FROM facts WHERE name = 'changes'")!.value);
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async close(): Promise<void> {
    if (!this.#db.db.isOpen) return;
    try {
      if (this.#writers.writes) this.#leave(this.#writers.own());
    } catch (error) {
      // on a full disk: that their writer is gone says the same of its runs
      if (!(error instanceof StorageFault)) throw error;
    } finally {
      this.#writers.close();
      this.#db.close();
    }
  }

  #database(): Database {
    return {
      own: () => this.#writers.own(),
      // deno-lint-ignore require-await -- other databases have to be waited for
      read: async (act) => this.#db.read(() => this.#db.steps(act())),
      // deno-lint-ignore require-await -- other databases have to be waited for
      write: async (how, act) => this.#db.write(how, () => this.#db.steps(act())),
    };
  }

  #begin(run: NewRun, soFar: SoFar | undefined): number {
    const now = Date.now(), { rows, warnings = [], end } = soFar ?? { rows: {} };
    const there = run.key === null ? undefined : this.#db.one("SELECT * FROM runs WHERE key = ?", run.key);
    if (there) this.#refuseWritten(there as unknown as StoredRun);
    const said = [
      ...[run.name, run.source, run.from, exactJson(run.config), run.seed, run.kind, run.rule],
      ...[JSON.stringify(run.counting), JSON.stringify(run.batches)],
      run.plan ? JSON.stringify(run.plan) : null,
      this.#writers.own(),
    ];
    const number = there ? Number(there.number) : this.#add(run.key, now);
    this.#db.run(
      "UPDATE runs SET name = ?, source = ?, origin = ?, config = ?, seed = ?, kind = ?, rule = ?, counting = ?, batches = ?, plan = ?, writer = ?, state = 'running', because = '' WHERE number = ?",
      ...said,
      number,
    );
    touchRun(this.#db, number);
    if (soFar) {
      this.#series.clear(number);
      this.#series.append(number, new Map(), rows);
      const last = this.#series.all(number).reduce((most, { last }) => Math.max(most, last ?? 0), 0);
      this.#db.run("DELETE FROM checkpoints WHERE run = ? AND step > ?", number, last);
      this.#db.run("UPDATE runs SET warnings = ? WHERE number = ?", JSON.stringify(warnings), number);
    }
    if (end) endRun(this.#db, number, { ...end, final: null });
    return number;
  }

  /** A row with an id of its own. */
  #add(key: string | null, now: number): number {
    const added = this.#db.run(
      "INSERT INTO runs (id, key, name, source, state, because, created, updated, tags, config, kind, rule, counting, batches, warnings, version) VALUES ('', ?, '', '', '', '', ?, ?, '[]', '', '', '', '', '', '[]', 0)",
      key,
      now,
      now,
    );
    const number = Number(added.lastInsertRowid);
    const { value } = this.#db.one("SELECT value FROM facts WHERE name = 'salt'")!;
    this.#db.run("UPDATE runs SET id = ? WHERE number = ?", runId(number, Number(value)), number);
    return number;
  }

  #find = (id: string) =>
    this.#db.one("SELECT * FROM runs WHERE id = ?", id) as unknown as StoredRun | null ?? null;

  #change(id: string, act: (run: StoredRun) => void): void {
    this.#db.write("durable", () => {
      const run = this.#find(id);
      if (!run) throw new UnknownRun(id);
      touchRun(this.#db, run.number);
      act(run);
    });
  }

  /** `running` only while someone writes it. */
  #asItStands(run: StoredRun): StoredRun {
    if (run.state !== "running" || run.writer !== null && this.#writers.alive(run.writer)) return run;
    return { ...run, state: "interrupted" };
  }

  #refuseWritten({ id, writer }: StoredRun): void {
    if (writer !== null && this.#writers.alive(writer)) throw new RunBeingWritten(id, pidOf(writer));
  }

  /** What a writer wrote that is gone says so from now on, and whoever watches the version hears of it. */
  #interrupt(writer: string): void {
    if (this.fault !== null) return;
    this.#db.write("durable", () => {
      this.#db.run(INTERRUPTED, writer);
      this.#db.steps(loseTrials());
    });
  }

  /** This one goes, and nothing of it is lost. */
  #leave(writer: string): void {
    if (this.fault !== null || !this.#db.all(WRITING).some((row) => row.writer === writer)) return;
    this.#db.write("durable", () => {
      this.#db.run(INTERRUPTED, writer);
      this.#db.steps(leaveTrials(writer));
    });
  }
}
