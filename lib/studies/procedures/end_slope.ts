/** Whether a curve was still getting better when it ended. */
import type { Metric, Mode } from "../../criteria/criterion.ts";
import type { Trajectory } from "../../curves/trajectory.ts";
import { FEWEST_OF_TREND, trendOf } from "../../extrapolation/trend.ts";

/** The trend of a curve's end. Plain data. */
export interface EndSlope {
  /** how much better it grew per step, in the metric's unit; below 0 when it grew worse */
  readonly gain: number;
  /** standard error of that, widened where neighbours are alike */
  readonly error: number;
  /** evaluations that it rests on */
  readonly of: number;
}

/** Share of a training that counts as its end here. */
const END = 0.25;

/**
 * The line of least squares through the evaluations of the last quarter, at least four, by `trendOf`.
 * @returns null where there are fewer than four finite evaluations
 * @example
 * ```ts
 * import type { Trajectory } from "../../curves/trajectory.ts";
import { FEWEST_OF_TREND, trendOf } from "../../extrapolation/trend.ts";
 * const slope = (trajectory: Trajectory) => endSlope(trajectory, "validation.loss", "min")?.gain;
 * ```
 */
export function endSlope({ evaluations }: Trajectory, metric: Metric, mode: Mode): EndSlope | null {
  const values = evaluations.metrics[metric] ?? new Float64Array(), sign = mode === "min" ? -1 : 1;
  const points = Array.from(values, (value, row) => ({ x: evaluations.step[row], y: sign * value }))
    .filter(({ y }) => Number.isFinite(y));
  const last = points.at(-1)?.x ?? 0, late = points.filter(({ x }) => x >= last * (1 - END));
  const end = late.length >= FEWEST_OF_TREND ? late : points.slice(-FEWEST_OF_TREND);
  const trend = trendOf(end.map(({ x }) => x), end.map(({ y }) => y));
  return trend === null ? null : { gain: trend.slope, error: trend.error, of: trend.of };
}
