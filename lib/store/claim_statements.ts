/** The right to train a trial in the tables: taken, held, given back, lost. */
import type { TrialState } from "../studies/study_record.ts";
import { all, one, type Sql } from "./sql.ts";
import { LostClaim } from "./study_fault.ts";
import type { Claim, TrialProgress } from "./study_store.ts";

/** So many workers are lost on a trial, without a step between, before it counts as failed. */
const LOSSES = 5;

const NEXT = `SELECT t.study, t.number, t.run, s.name FROM trials t JOIN studies s ON s.number = t.study
  WHERE t.state = 'waiting' AND s.paused = 0`;
const FIRST_BEGUN = "ORDER BY (t.token = 0), t.study, t.number LIMIT 1 FOR UPDATE OF t SKIP LOCKED";

/** Whether some trial of a study that is not paused waits or has lost its worker. @param study its number; null of any */
export function* canClaim(study: number | null): Sql<boolean> {
  const only = study === null ? "" : "AND study = ?", given = study === null ? [] : [study];
  const found = yield* one(
    `SELECT 1 AS one FROM trials WHERE (state = 'waiting' OR state = 'running' AND gone(worker)) ${only}
      AND study IN (SELECT number FROM studies WHERE paused = 0) LIMIT 1`,
    ...given,
  );
  return found !== null;
}

/** The next trial that waits; null when none does. @param study its number; null of any */
export function* claimTrial(own: string, study: number | null, trial?: number): Sql<Claim | null> {
  yield* loseTrials();
  const given = [...study === null ? [] : [study], ...trial === undefined ? [] : [trial]];
  const only = `${study === null ? "" : "AND t.study = ?"} ${trial === undefined ? "" : "AND t.number = ?"}`;
  const next = yield* one(`${NEXT} ${only} ${FIRST_BEGUN}`, ...given);
  if (next === null) return null;
  const claimed = yield* one(
    `UPDATE trials SET state = 'running', because = '', token = token + 1, worker = ?, began = COALESCE(began, now_ms()),
      updated = now_ms() WHERE study = ? AND number = ? RETURNING token`,
    ...[own, next.study, next.number],
  );
  yield* takeRun(next.run);
  yield* all("UPDATE workers SET seen = now_ms() WHERE name = ?", own);
  return { study: next.name, trial: next.number, token: claimed!.token };
}

/** Whoever wrote a run writes it no more. */
function* takeRun(run: number | null): Sql<void> {
  if (run === null) return;
  yield* all(
    "UPDATE runs SET state = 'interrupted', writer = NULL, version = version + 1 WHERE number = ? AND writer IS NOT NULL",
    run,
  );
}

/**
 * Trials whose worker is gone wait again; on which five were lost without a step between, that one has failed.
 * @returns how many
 */
export function* loseTrials(): Sql<number> {
  const lost = yield* all(
    `UPDATE trials SET lost = lost + 1, updated = now_ms(),
      state = CASE WHEN lost + 1 < ${LOSSES} THEN 'waiting' ELSE 'failed' END,
      because = CASE WHEN lost + 1 < ${LOSSES} THEN '' ELSE 'five workers were lost on it, the last at step ' || step END,
      ended = CASE WHEN lost + 1 < ${LOSSES} THEN NULL ELSE now_ms() END
      WHERE (study, number) IN
        (SELECT study, number FROM trials WHERE state = 'running' AND gone(worker) FOR UPDATE SKIP LOCKED)
      RETURNING run`,
  );
  for (const { run } of lost) yield* takeRun(run);
  return lost.length;
}

/** Trials of a worker that leaves wait again, and none of them is lost. */
export function* leaveTrials(worker: string): Sql<void> {
  yield* all(
    "UPDATE trials SET state = 'waiting', updated = now_ms() WHERE state = 'running' AND worker = ?",
    worker,
  );
}

/**
 * The study's number, while the claim holds; the trial stays as it is until the end of the transaction.
 * @throws LostClaim
 */
export function* heldClaim(own: string, claim: Claim): Sql<number> {
  const row = yield* one(
    `SELECT t.study, t.state, t.token, t.worker FROM trials t JOIN studies s ON s.number = t.study
      WHERE s.name = ? AND t.number = ? FOR UPDATE OF t`,
    ...[claim.study, claim.trial],
  );
  // of a study that was removed and added again tokens count from the first
  if (row?.state === "running" && row.token === claim.token && row.worker === own) return row.study;
  throw new LostClaim(claim, row && { state: row.state, token: row.token });
}

/** The run that a claimed trial is. @param study its number */
export function* setRun(study: number, { trial }: Claim, run: number): Sql<void> {
  yield* all("UPDATE trials SET run = ? WHERE study = ? AND number = ?", run, study, trial);
}

/** What is trained once more after a loss is no news: a trial that falls at the same step again and again gets no further. */
export function* tellTrial(own: string, claim: Claim, { step, best }: TrialProgress): Sql<void> {
  const study = yield* heldClaim(own, claim);
  yield* all(
    `UPDATE trials SET lost = CASE WHEN step < ? THEN 0 ELSE lost END, step = ?, best_value = ?, best_step = ?,
      updated = now_ms() WHERE study = ? AND number = ? AND step <= ?`,
    ...[step, step, best?.value ?? null, best?.step ?? null, study, claim.trial, step],
  );
  yield* all("UPDATE workers SET seen = now_ms() WHERE name = ?", own);
}

export function* finishTrial(
  own: string,
  claim: Claim,
  end: TrialProgress & { readonly state: TrialState; readonly because: string },
): Sql<void> {
  const { state, because, step, best } = end, study = yield* heldClaim(own, claim);
  yield* all(
    `UPDATE trials SET state = ?, because = ?, step = ?, best_value = ?, best_step = ?, lost = 0, ended = now_ms(),
      updated = now_ms() WHERE study = ? AND number = ?`,
    ...[state, because, step, best?.value ?? null, best?.step ?? null, study, claim.trial],
  );
  yield* all(
    "UPDATE workers SET ended = ended + 1, failed = failed + ?, seen = now_ms() WHERE name = ?",
    state === "failed" ? 1 : 0,
    own,
  );
}

export function* releaseTrial(own: string, claim: Claim): Sql<void> {
  const study = yield* heldClaim(own, claim);
  const row = yield* one(
    "UPDATE trials SET state = 'waiting', updated = now_ms() WHERE study = ? AND number = ? RETURNING run",
    ...[study, claim.trial],
  );
  yield* takeRun(row!.run);
}
