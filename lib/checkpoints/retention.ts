/** Which checkpoints of a run stay. */
import { ranked, selectionMetrics } from "../criteria/select.ts";
import type { Metric } from "../criteria/criterion.ts";
import type { Selection } from "../criteria/selection.ts";
import type { Evaluations } from "../curves/trajectory.ts";

/** How many stay. */
export interface Keep {
  /** those best by the selection */
  readonly best: number;
  /** the newest; one always stays */
  readonly last: number;
}

/**
 * The steps whose checkpoints stay. Best are those whose evaluation, at their own step, the selection ranks first; the best weights of
 * all evaluations are inside every checkpoint besides, whether or not one falls on their step.
 *
 * @param steps of the checkpoints there are
 * @example
 * ```ts
 * import type { Evaluations } from "../curves/trajectory.ts";
 * const steps = (evaluations: Evaluations) =>
 *   retained([100, 200, 300], evaluations, { kind: "best", metric: "validation.loss", mode: "min" }, { best: 1, last: 1 });
 * ```
 */
export function retained(
  steps: readonly number[],
  evaluations: Evaluations,
  selection: Selection,
  { best, last }: Keep,
): ReadonlySet<number> {
  const newest = steps.toSorted((a, b) => b - a).slice(0, Math.max(1, last));
  if (best === 0) return new Set(newest);
  const read = selectionMetrics(selection), there = new Set(steps);
  const kept = ranked(selection, rowsOf(evaluations, read), (row) => there.has(row.step)).slice(0, best);
  return new Set([...newest, ...kept.map((row) => row.step)]);
}

/** Steps with the metrics that are read of them, one at a time: there may be very many. */
function* rowsOf({ step, metrics }: Evaluations, read: readonly Metric[]) {
  for (let row = 0; row < step.length; row++) {
    const measured: Record<Metric, number> = {};
    for (const name of read) measured[name] = metrics[name]?.[row];
    yield { step: step[row], metrics: measured };
  }
}
