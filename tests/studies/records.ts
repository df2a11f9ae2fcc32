/** Studies for tests: what trials recorded, from their values. */
import type { Mode } from "../../lib/criteria/criterion.ts";
import { type BatchPlan, batchPlan } from "../../lib/batch_plan.ts";
import type { StudyRecord, TrialRecord, TrialState } from "../../lib/studies/study_record.ts";

export interface Recorded {
  /** value of the metric after every `every` steps */
  readonly values: readonly number[];
  readonly every?: number;
  readonly state?: TrialState;
  /** default the last step there is; null where nothing says */
  readonly maxSteps?: number | null;
  readonly batches?: BatchPlan | null;
}

/** A study whose trials are numbered in the order in which they are given. */
export const studyRecord = (trials: readonly Recorded[], mode: Mode = "min"): StudyRecord => ({
  name: "constructed",
  metric: "validation.loss",
  mode,
  space: null,
  trials: trials.map(trialRecord),
});

export function trialRecord(
  { values, every = 10, state = "done", maxSteps, batches = batchPlan(100, 10) }: Recorded,
  number: number,
): TrialRecord {
  const step = Float64Array.from(values, (_, i) => (i + 1) * every), none = new Float64Array();
  const columns = { step, epoch: step, examples: step, seconds: step };
  return {
    number,
    name: `trial ${number}`,
    parameters: {},
    seed: 0,
    maxSteps: maxSteps === undefined ? values.length * every : maxSteps,
    state,
    because: "",
    trajectory: {
      name: `trial ${number}`,
      seed: 0,
      batches,
      updates: { step: none, epoch: none, examples: none, seconds: none, rate: none, loss: none },
      evaluations: {
        ...columns,
        metrics: { "validation.loss": Float64Array.from(values) },
        standardErrors: {},
      },
      final: null,
      end: null,
    },
  };
}
