/** What a trial has recorded up to a step, as a cost: less is better, and what is no number is worst. */
import { type PlannedUnit, toSteps } from "../batch_plan.ts";
import { valueText } from "../criteria/observed.ts";
import { type Duration, durationCall } from "../durations.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";

/** What a study's trials are compared by. */
export type Compared = Pick<StudyRecord, "metric" | "mode">;

/** Shares of budgets are fractions: a step that they are counted back to may be off by their rounding. */
const TOLERANCE = 1e-9;

/** The cost of one evaluation: Infinity for what is no finite number, and where the metric was not measured. */
export function costAt({ trajectory }: TrialRecord, { metric, mode }: Compared, row: number): number {
  const value = trajectory.evaluations.metrics[metric]?.[row] ?? NaN;
  return !Number.isFinite(value) ? Infinity : mode === "min" ? value : -value;
}

/** A cost as the metric's value, for people. */
export const costText = (cost: number, { mode }: Compared): string =>
  cost === Infinity ? "no number" : valueText(mode === "min" ? cost : -cost);

/** The last evaluation at or before a step; −1 when there is none. */
export function rowAt({ trajectory: { evaluations: { step } } }: TrialRecord, at: number): number {
  let low = 0, high = step.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (step[middle] <= at * (1 + TOLERANCE)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first evaluation at or past a step; −1 when there is none. */
export function rowFrom(trial: TrialRecord, at: number): number {
  const { step } = trial.trajectory.evaluations, last = rowAt(trial, at);
  if (last >= 0 && step[last] >= at * (1 - TOLERANCE)) return last;
  return last + 1 < step.length ? last + 1 : -1;
}

/** The least cost up to a row, the row included; Infinity when there is none. */
export function bestCost(trial: TrialRecord, compared: Compared, row: number): number {
  let best = Infinity;
  for (let i = 0; i <= row; i++) best = Math.min(best, costAt(trial, compared, i));
  return best;
}

/** The step of the last evaluation; 0 before the first. */
export const lastStep = ({ trajectory: { evaluations: { step } } }: TrialRecord): number => step.at(-1) ?? 0;

/** The step of another trial at which it had used the same share of what it was given; the same step where that is not known. */
export const sameShare = (of: TrialRecord, at: number, other: TrialRecord): number =>
  of.maxSteps === null || other.maxSteps === null ? at : at * (other.maxSteps / of.maxSteps);

/**
 * A duration in a trial's own updates.
 * @throws RangeError `invalid after: epochs(2) (in steps: trial 3 does not say how its updates are cut)`
 */
export function stepsIn(
  duration: Duration<PlannedUnit>,
  { trajectory, name }: TrialRecord,
  field: string,
): number {
  if (duration.unit === "steps") return duration.count;
  if (trajectory.batches !== null) return toSteps(duration, trajectory.batches);
  throw new RangeError(
    `invalid ${field}: ${durationCall(duration)} (in steps: ${name} does not say how its updates are cut)`,
  );
}
