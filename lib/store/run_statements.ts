/** Runs in the tables: begun, touched, ended, taken over. */
import { exactJson } from "../checkpoints/exact_json.ts";
import { type Ended, endedOf, runId, type StoredRun } from "./run_row.ts";
import { appendSeries, clearSeries, seriesOf } from "./series_tables.ts";
import { all, one, type Sql } from "./sql.ts";
import type { NewRun, SoFar } from "./store.ts";
import { RunBeingWritten, UnknownRun } from "./store_fault.ts";
import { pidOf } from "./writers.ts";

/** `running` only while someone writes it; `written`: by someone who lives. */
const RUN =
  `SELECT *, CASE WHEN state = 'running' AND (writer IS NULL OR gone(writer)) THEN 'interrupted' ELSE state END
  AS stands, CASE WHEN writer IS NULL OR gone(writer) THEN 0 ELSE 1 END AS written FROM runs`;

type FoundRun = StoredRun & { readonly stands: string; readonly written: number };
const asItStands = (run: FoundRun): FoundRun => ({ ...run, state: run.stands });

/** Newest first. */
export function* allRuns(): Sql<StoredRun[]> {
  return (yield* all<FoundRun>(`${RUN} ORDER BY number DESC`)).map(asItStands);
}

export function* findRun(id: string): Sql<FoundRun | null> {
  const run = yield* one<FoundRun>(`${RUN} WHERE id = ?`, id);
  return run && asItStands(run);
}

/**
 * What is done to a run that is there.
 * @throws UnknownRun
 */
export function* changeRun(id: string, act: (run: FoundRun) => Sql<unknown>): Sql<void> {
  const locked = yield* one(
    "UPDATE runs SET updated = now_ms(), version = version + 1 WHERE id = ? RETURNING number",
    id,
  );
  if (locked === null) throw new UnknownRun(id);
  yield* act((yield* findRun(id))!);
}

export function refuseWritten({ id, writer, written }: FoundRun): void {
  if (written) throw new RunBeingWritten(id, pidOf(writer!));
}

/**
 * The run's number and id.
 * @throws RunBeingWritten
 */
export function* beginRun(own: string, run: NewRun, soFar?: SoFar): Sql<{ number: number; id: string }> {
  const { number, id } = (yield* addRun(run.key)) ?? (yield* foundAgain(run.key!));
  yield* all(
    `UPDATE runs SET name = ?, source = ?, origin = ?, config = ?, seed = ?, kind = ?, rule = ?, counting = ?, batches = ?,
      plan = ?, writer = ?, state = 'running', because = '', updated = now_ms(), version = version + 1 WHERE number = ?`,
    ...[run.name, run.source, run.from, exactJson(run.config), run.seed, run.kind, run.rule],
    ...[JSON.stringify(run.counting), JSON.stringify(run.batches)],
    ...[run.plan ? JSON.stringify(run.plan) : null, own, number],
  );
  if (soFar) yield* replaceRows(number, soFar);
  if (soFar?.end) yield* endRun(number, { ...soFar.end, final: null });
  return { number, id };
}

/** A row with an id of its own; null when there is one of this key. */
function* addRun(key: string | null): Sql<{ number: number; id: string } | null> {
  const added = yield* one(
    `INSERT INTO runs (id, key, name, source, state, because, created, updated, tags, config, kind, rule, counting,
      batches, warnings, version) VALUES (?, ?, '', '', '', '', now_ms(), now_ms(), '[]', '', '', '', '', '', '[]', 0)
      ON CONFLICT (key) DO NOTHING RETURNING number`,
    ...[crypto.randomUUID(), key],
  );
  if (added === null) return null;
  const { value } = (yield* one("SELECT value FROM facts WHERE name = 'salt'"))!;
  const id = runId(added.number, value);
  yield* all("UPDATE runs SET id = ? WHERE number = ?", id, added.number);
  return { number: added.number, id };
}

function* foundAgain(key: string): Sql<{ number: number; id: string }> {
  const run = (yield* one<FoundRun>(`${RUN} WHERE key = ? FOR UPDATE`, key))!;
  refuseWritten(run);
  return run;
}

function* replaceRows(number: number, { rows, warnings = [] }: SoFar): Sql<void> {
  yield* clearSeries(number);
  yield* appendSeries(number, new Map(), rows);
  const last = (yield* seriesOf(number)).reduce((most, { last }) => Math.max(most, last ?? 0), 0);
  yield* all("DELETE FROM checkpoints WHERE run = ? AND step > ?", number, last);
  yield* all("UPDATE runs SET warnings = ? WHERE number = ?", JSON.stringify(warnings), number);
}

/** An end at which nothing was trained lets that stand which was recorded before. */
export function* endRun(number: number, ended: Ended): Sql<void> {
  const before = endedOf((yield* one<StoredRun>("SELECT ended FROM runs WHERE number = ?", number))!);
  const { state, because, final } = ended.state === "alreadyComplete" && before ? before : ended;
  yield* all(
    "UPDATE runs SET state = ?, because = ?, ended = ?, writer = NULL WHERE number = ?",
    ...[state, because, exactJson({ state, because, final }), number],
  );
}

/** A run that nobody writes any more, and that has not ended. */
export function* leaveRun(number: number): Sql<void> {
  yield* all("UPDATE runs SET state = 'interrupted', writer = NULL WHERE number = ?", number);
}

/** The runs of a writer that leaves. */
export function* leaveRuns(writer: string): Sql<void> {
  yield* all(
    "UPDATE runs SET state = 'interrupted', writer = NULL, version = version + 1 WHERE writer = ?",
    writer,
  );
}

/** Runs whose writer is gone say so from now on. */
export function* interruptRuns(): Sql<void> {
  yield* all(
    `UPDATE runs SET state = 'interrupted', writer = NULL, version = version + 1 WHERE number IN
      (SELECT number FROM runs WHERE writer IS NOT NULL AND gone(writer) FOR UPDATE SKIP LOCKED)`,
  );
}
