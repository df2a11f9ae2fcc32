/** Studies, trials and workers as they lie in the tables, and as the store says them. */
import { exactJson, parseExactJson } from "../checkpoints/exact_json.ts";
import type { TrialState } from "../studies/study_record.ts";
import type { Row } from "./sql.ts";
import type { NewTrial, StudyRow, TrialRow, WorkerRow } from "./study_store.ts";

/** `running` only while its worker lives. */
export const STANDS = "CASE WHEN state = 'running' AND gone(worker) THEN 'waiting' ELSE state END";

const NO_COUNTS: Readonly<Record<TrialState, number>> = {
  waiting: 0,
  running: 0,
  done: 0,
  stopped: 0,
  pruned: 0,
  diverged: 0,
  failed: 0,
};

/** @param sums of its trials, by state as it stands */
export function studyRow(study: Row, sums: readonly Row[]): StudyRow {
  const sum = (column: string) => sums.reduce((all, row) => all + row[column], 0);
  return {
    name: study.name,
    plan: study.plan,
    metric: study.metric,
    mode: study.mode,
    created: study.created,
    updated: sums.reduce((last, { updated }) => Math.max(last, updated), study.updated),
    paused: study.paused === 1,
    counts: { ...NO_COUNTS, ...Object.fromEntries(sums.map(({ stands, trials }) => [stands, trials])) },
    steps: sum("steps"),
    maxSteps: sum("max_steps"),
  };
}

/** What does not change of a trial, in the order of its columns. */
export const trialColumns = ({ number, name, parameters, seed, maxSteps }: NewTrial) =>
  [number, name, exactJson(parameters), seed, maxSteps] as const;

export const trialRow = (row: Row): TrialRow => ({
  number: row.number,
  name: row.name,
  parameters: parseExactJson(row.parameters) as TrialRow["parameters"],
  seed: row.seed,
  maxSteps: row.max_steps,
  state: row.stands,
  because: row.because,
  run: row.run,
  worker: row.worker,
  token: row.token,
  step: row.step,
  best: row.best_step === null ? null : { value: row.best_value, step: row.best_step },
  began: row.began,
  ended: row.ended,
});

export const workerRow = (row: Row): WorkerRow => ({
  name: row.name,
  host: row.host,
  pid: row.pid,
  engine: row.engine,
  alive: row.is_gone === 0,
  since: row.since,
  seen: row.seen,
  trial: row.study === null ? null : { study: row.study, trial: row.trial },
  ended: row.ended,
  failed: row.failed,
});
