/** Runs and studies in a database that does statements. */
import type { BatchPlan } from "../batch_plan.ts";
import { exactJson, parseExactJson } from "../checkpoints/exact_json.ts";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { heldClaim, leaveTrials, loseTrials, setRun } from "./claim_statements.ts";
import { runRow } from "./run_row.ts";
import {
  allRuns,
  beginRun,
  changeRun,
  findRun,
  interruptRuns,
  leaveRuns,
  refuseWritten,
} from "./run_statements.ts";
import { readAllSeries, readSeries, seriesOf, type SeriesRow } from "./series_tables.ts";
import { all, type Database, one, places, type Sql } from "./sql.ts";
import { sqlStudies } from "./sql_studies.ts";
import { SqlWriter } from "./sql_writer.ts";
import type { NewRun, RunRow, RunWriter, SoFar, Store, StoredVerdict } from "./store.ts";
import { trajectoryOf } from "./stored_trajectory.ts";
import type { Claim, StudyStore } from "./study_store.ts";

/** Who writes a run or trains a trial. */
const WRITING =
  "SELECT writer FROM runs WHERE writer IS NOT NULL UNION SELECT worker FROM trials WHERE state = 'running'";

export class SqlStore implements Store {
  readonly #db: Database;
  #closed = false;
  readonly fault: string | null;
  readonly studies: StudyStore;

  constructor(db: Database) {
    this.#db = db;
    this.fault = db.fault;
    this.studies = sqlStudies(db);
  }

  async begin(run: NewRun, soFar?: SoFar, claim?: Claim): Promise<RunWriter> {
    const db = this.#db;
    const { number, id } = await db.write("durable", function* () {
      const study = claim ? yield* heldClaim(db.own(), claim) : null; // first: a late worker is told so, not who came after it
      const begun = yield* beginRun(db.own(), run, soFar);
      if (claim) yield* setRun(study!, claim, begun.number);
      return begun;
    });
    return new SqlWriter(db, number, id);
  }

  runs(): Promise<RunRow[]> {
    return this.#db.read(function* () {
      const runs = yield* allRuns(), rows = yield* all<SeriesRow>("SELECT * FROM series ORDER BY number");
      const series = Map.groupBy(rows, ({ run }) => run);
      return runs.map((run) => runRow(run, series.get(run.number) ?? []));
    });
  }

  run(id: string): Promise<RunRow | null> {
    return this.#db.read(function* () {
      const run = yield* findRun(id);
      return run && runRow(run, yield* seriesOf(run.number));
    });
  }

  series(id: string, metric: string) {
    return this.#db.read(function* () {
      const run = yield* findRun(id);
      return run && (yield* readSeries(run.number, metric));
    });
  }

  trajectory(id: string) {
    return this.#db.read(function* () {
      const run = yield* findRun(id);
      if (!run || run.plan === null) return null;
      return trajectoryOf(run, JSON.parse(run.plan) as BatchPlan, yield* readAllSeries(run.number));
    });
  }

  checkpoints(id: string) {
    type Kept = { readonly step: number; readonly path: string; readonly sha256: string };
    const sql =
      `SELECT step, path, sha256 FROM checkpoints JOIN runs ON number = run WHERE id = ? ORDER BY step`;
    return this.#db.read(function* () {
      return (yield* all<Kept>(sql, id)).map(({ step, path, sha256 }) => ({ step, path, sha256 }));
    });
  }

  verdicts(id: string): Promise<readonly StoredVerdict[]> {
    const sql =
      "SELECT policy, judgement FROM verdicts JOIN runs ON number = run WHERE id = ? ORDER BY policy";
    return this.#db.read(function* () {
      const rows = yield* all(sql, id);
      return rows.map(({ policy, judgement }) => ({ policy, judgement: parseExactJson(judgement) }));
    });
  }

  async judge(id: string, verdicts: readonly StoredVerdict[]): Promise<void> {
    await this.#change(id, function* ({ number }) {
      if (verdicts.length === 0) return;
      const given = verdicts.flatMap(({ policy, judgement }) => [number, policy, exactJson(judgement)]);
      yield* all(
        `INSERT INTO verdicts (run, policy, judgement) VALUES ${places(verdicts.length, 3)}
          ON CONFLICT (run, policy) DO UPDATE SET judgement = excluded.judgement`,
        ...given,
      );
    });
  }

  async tag(id: string, tags: readonly string[]): Promise<void> {
    const text = JSON.stringify([...new Set(tags)]);
    await this.#change(id, ({ number }) => all("UPDATE runs SET tags = ? WHERE number = ?", text, number));
  }

  async remove(id: string): Promise<void> {
    await this.#change(id, function* (run) {
      refuseWritten(run);
      yield* all("DELETE FROM runs WHERE number = ?", run.number);
    });
  }

  async version(): Promise<number> {
    const { gone, value } = await this.#db.read(versionNow);
    if (!gone || this.fault !== null) return value;
    await this.#db.write("durable", function* () {
      yield* interruptRuns();
      yield* loseTrials();
    });
    return (await this.#db.read(versionNow)).value;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#db.writes && this.fault === null) await this.#leave(this.#db.own());
    } catch (error) {
      // on a full disk: that their writer is gone says the same of its runs
      if (!(error instanceof StorageFault)) throw error;
    } finally {
      await this.#db.close();
    }
  }

  /** This one goes, and nothing of it is lost. */
  async #leave(own: string): Promise<void> {
    const writing = await this.#db.read(() => all(WRITING));
    if (!writing.some(({ writer }) => writer === own)) return;
    await this.#db.write("durable", function* () {
      yield* leaveRuns(own);
      yield* leaveTrials(own);
    });
  }

  #change(id: string, act: Parameters<typeof changeRun>[1]): Promise<void> {
    return this.#db.write("durable", () => changeRun(id, act));
  }
}

/** The version, and whether some writer is gone of which that is not said yet. */
function* versionNow(): Sql<{ readonly value: number; readonly gone: boolean }> {
  const gone = yield* one(`SELECT 1 AS one FROM (${WRITING}) AS writing WHERE gone(writer) LIMIT 1`);
  const { value } = (yield* one("SELECT value FROM facts WHERE name = 'changes'"))!;
  return { value, gone: gone !== null };
}
