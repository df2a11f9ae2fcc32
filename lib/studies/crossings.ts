/** How often recorded curves cross. */
import { bestCost, type Compared, rowAt, sameShare } from "./recorded_cost.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";

/** Plain data. */
export interface Crossings {
  /** pairs of trials that were trained to their end */
  readonly pairs: number;
  /** of them those of which one was better up to a step, and the other at the end */
  readonly crossed: number;
}

/**
 * How many pairs of curves crossed after a step, among the trials that used all that they were given: by the best
 * value up to the step, and by the best of all. What gives trials up early supposes that there are none.
 * @param of the trial whose step it is; of the others the step is taken at the same share of what they were given.
 *   It is not counted itself
 * @param at step
 * @example
 * ```ts
 * import type { StudyRecord } from "./study_record.ts";
 * const risk = (record: StudyRecord) => crossings(record, record.trials[0], 500);
 * ```
 */
export function crossings(record: StudyRecord, of: TrialRecord, at: number): Crossings {
  const whole = record.trials.filter(({ state, number }) => state === "done" && number !== of.number);
  const bests = whole.map((trial) => bestsOf(trial, record, sameShare(of, at, trial)));
  // equal ones do not cross: in this order neither is a later smaller one
  bests.sort((a, b) => compare(a.then, b.then) || compare(a.atLast, b.atLast));
  return {
    pairs: (whole.length ** 2 - whole.length) / 2,
    crossed: inversions(bests.map(({ atLast }) => atLast)).count,
  };
}

const bestsOf = (trial: TrialRecord, compared: Compared, at: number) => ({
  then: bestCost(trial, compared, rowAt(trial, at)),
  atLast: bestCost(trial, compared, trial.trajectory.evaluations.step.length - 1),
});

/** Not by difference: that of two infinities is no number. */
const compare = (a: number, b: number): number => a < b ? -1 : a > b ? 1 : 0;

/** Pairs of which the later is the smaller, counted while the halves are merged. */
function inversions(
  values: readonly number[],
): { readonly sorted: readonly number[]; readonly count: number } {
  if (values.length < 2) return { sorted: values, count: 0 };
  const half = values.length >> 1;
  const left = inversions(values.slice(0, half)), right = inversions(values.slice(half));
  const sorted: number[] = [];
  let count = left.count + right.count, i = 0;
  for (const value of right.sorted) {
    while (i < left.sorted.length && left.sorted[i] <= value) sorted.push(left.sorted[i++]);
    count += left.sorted.length - i;
    sorted.push(value);
  }
  return { sorted: [...sorted, ...left.sorted.slice(i)], count };
}
