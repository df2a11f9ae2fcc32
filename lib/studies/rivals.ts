/** The trials of a study as one of them is judged among them, out of the store in which all are recorded. */
import { type BatchPlan, batchPlan } from "../batch_plan.ts";
import type { Store } from "../store/store.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import type { FilledStudy } from "./filled_study.ts";
import { type Pruning, pruning } from "./pruning.ts";
import { isAtRung } from "./pruning_rungs.ts";
import { stepsIn } from "./recorded_cost.ts";
import type { TrialRecord } from "./study_record.ts";
import { trialRecordOf } from "./trial_record_of.ts";
import type { TrialPlan } from "./trials_of.ts";

export interface Rivals {
  /** whether a trial is given up for the others as they are recorded now; null where nobody has to be looked at */
  judge(trial: TrialRecord, at: number): Promise<Pruning | null>;
}

/**
 * What gives the trials of a study up looks at the others by their metric alone, and only where its rule compares: at the
 * rungs of halving, past the beginning of the others. Curves of trials that have ended are read once.
 * @param plans all trials of the study, in their order
 */
export function rivalsIn(
  store: Store,
  { name, metric, mode }: Pick<StudyRow, "name" | "metric" | "mode">,
  { pruner, space }: Pick<FilledStudy, "pruner" | "space">,
  plans: readonly TrialPlan[],
): Rivals {
  // who failed may be trained again, as another claim
  const ended = new Map<number, { readonly token: number; readonly record: TrialRecord }>();
  async function rival(row: TrialRow): Promise<TrialRecord> {
    const known = ended.get(row.number);
    if (row.ended !== null && known?.token === row.token) return known.record;
    const series = row.run === null ? null : await store.series(row.run, metric);
    const record = trialRecordOf(row, batchesOf(plans[row.number]), series && new Map([[metric, series]]));
    if (row.ended !== null) ended.set(row.number, { token: row.token, record });
    return record;
  }
  return {
    async judge(trial, at) {
      if (pruner === null) return null;
      const isDue = pruner.kind === "median" || pruner.kind === "percentile"
        ? at >= stepsIn(pruner.after, trial, "after")
        : isAtRung(pruner, trial, at);
      if (!isDue) return null;
      const rows = await store.studies.trials(name), trials: TrialRecord[] = [];
      for (const row of rows) trials.push(row.number === trial.number ? trial : await rival(row));
      return pruning(pruner, { name, metric, mode, space, trials }, trial.number, at);
    },
  };
}

const batchesOf = ({ spec: { data, batch, remainder = "train", accumulate } }: TrialPlan): BatchPlan =>
  batchPlan(data.training.count, batch, remainder, accumulate);
