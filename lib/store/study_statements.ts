/** Studies in the tables: kept, listed, paused, removed. */
import { all, type Given, one, type Row, type Sql } from "./sql.ts";
import { StudyBeingTrained, StudyExists, UnknownStudy } from "./study_fault.ts";
import { STANDS, studyRow, trialColumns, trialRow } from "./study_rows.ts";
import type { NewStudy, NewTrial, StudyRow, TrialRow } from "./study_store.ts";
import { pidOf } from "./writers.ts";

/** Trials that one statement brings in. */
const TOGETHER = 500;

const SUMS = `SELECT study, ${STANDS} AS stands, count(*) AS trials, CAST(sum(step) AS BIGINT) AS steps,
  CAST(sum(max_steps) AS BIGINT) AS max_steps, max(updated) AS updated FROM trials`;
const TRIALS =
  `SELECT number, name, parameters, seed, max_steps, ${STANDS} AS stands, because, worker, token, step,
  best_value, best_step, began, ended, (SELECT id FROM runs WHERE runs.number = trials.run) AS run FROM trials`;

/** @throws UnknownStudy */
export function* studyNumber(name: string): Sql<number> {
  const row = yield* one("SELECT number FROM studies WHERE name = ?", name);
  if (row) return row.number;
  const known = yield* all("SELECT name FROM studies ORDER BY number DESC");
  throw new UnknownStudy(name, known.map(({ name }) => name));
}

export function* addStudy(study: NewStudy): Sql<void> {
  const { name, plan, metric, mode, trials } = study;
  const added = yield* one(
    `INSERT INTO studies (name, plan, metric, mode, created, updated, paused)
      VALUES (?, ?, ?, ?, now_ms(), now_ms(), 0) ON CONFLICT (name) DO NOTHING RETURNING number`,
    ...[name, plan, metric, mode],
  );
  if (added === null) return yield* refuseAnother(study);
  for (let from = 0; from < trials.length; from += TOGETHER) {
    yield* addTrials(added.number, trials.slice(from, from + TOGETHER));
  }
}

function* addTrials(study: number, trials: readonly NewTrial[]): Sql<void> {
  const places = trials.map(() => "(?, ?, ?, ?, ?, ?, 'waiting', '', 0, 0, 0, now_ms())").join();
  yield* all(
    `INSERT INTO trials (study, number, name, parameters, seed, max_steps, state, because, token, lost, step, updated)
      VALUES ${places}`,
    ...trials.flatMap((trial): Given[] => [study, ...trialColumns(trial)]),
  );
}

function* refuseAnother({ name, plan, metric, mode, trials }: NewStudy): Sql<void> {
  const there = (yield* one("SELECT * FROM studies WHERE name = ?", name))!;
  const isSame = there.plan === plan && there.metric === metric && there.mode === mode;
  const rows = isSame ? yield* trialsOf(there.number, 0, null) : [];
  const text = (all: readonly NewTrial[]) => JSON.stringify(all.map(trialColumns));
  if (!isSame || text(rows) !== text(trials)) throw new StudyExists(name);
}

/** Newest first. @param name default all */
export function* listStudies(name?: string): Sql<StudyRow[]> {
  const studies = name === undefined
    ? yield* all("SELECT * FROM studies ORDER BY number DESC")
    : yield* all("SELECT * FROM studies WHERE name = ?", name);
  const sums = name !== undefined && studies.length === 1
    ? yield* all(`${SUMS} WHERE study = ? GROUP BY study, stands`, studies[0].number)
    : yield* all(`${SUMS} GROUP BY study, stands`);
  const byStudy = Map.groupBy<number, Row>(sums, ({ study }) => study);
  return studies.map((study) => studyRow(study, byStudy.get(study.number) ?? []));
}

/** @param count null: all that follow */
export function* trialsOf(study: number, from: number, count: number | null): Sql<TrialRow[]> {
  const limit = count === null ? "" : "LIMIT ?";
  const rows = yield* all(
    `${TRIALS} WHERE study = ? AND number >= ? ORDER BY number ${limit}`,
    ...[study, from, ...count === null ? [] : [count]],
  );
  return rows.map(trialRow);
}

export function* pauseStudy(name: string, paused: boolean): Sql<void> {
  const number = yield* studyNumber(name);
  yield* all(
    "UPDATE studies SET paused = ?, updated = now_ms() WHERE number = ?",
    ...[paused ? 1 : 0, number],
  );
}

export function* retryFailed(name: string): Sql<number> {
  const retried = yield* all(
    `UPDATE trials SET state = 'waiting', because = '', lost = 0, ended = NULL, updated = now_ms()
      WHERE study = ? AND state = 'failed' RETURNING number`,
    yield* studyNumber(name),
  );
  return retried.length;
}

export function* removeStudy(name: string): Sql<void> {
  const number = yield* studyNumber(name);
  // first the trials: whoever claims one of them meanwhile is waited for, and seen
  const busy = yield* all("SELECT state, worker FROM trials WHERE study = ? FOR UPDATE", number);
  const running = busy.some(({ state }) => state === "running") &&
    (yield* one(
      "SELECT worker FROM trials WHERE study = ? AND state = 'running' AND NOT gone(worker)",
      number,
    ));
  if (running) throw new StudyBeingTrained(name, pidOf(running.worker));
  yield* all("DELETE FROM studies WHERE number = ?", number);
}
