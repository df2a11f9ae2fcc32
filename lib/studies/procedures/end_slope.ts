/** Whether a curve was still getting better when it ended. */
import type { Metric, Mode } from "../../criteria/criterion.ts";
import type { Trajectory } from "../../curves/trajectory.ts";

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
/** A line through fewer points has no error to speak of. */
const FEWEST = 4;

/**
 * The line of least squares through the evaluations of the last quarter, at least four. Residuals of neighbours that are
 * alike tell less than independent ones: the error is widened by √((1 + r) / (1 − r)), where r is their correlation at
 * distance one, at least 0 (Bartlett 1935).
 * @returns null where there are fewer than four finite evaluations
 * @example
 * ```ts
 * import type { Trajectory } from "../../curves/trajectory.ts";
 * const slope = (trajectory: Trajectory) => endSlope(trajectory, "validation.loss", "min")?.gain;
 * ```
 */
export function endSlope({ evaluations }: Trajectory, metric: Metric, mode: Mode): EndSlope | null {
  const values = evaluations.metrics[metric] ?? new Float64Array(), sign = mode === "min" ? -1 : 1;
  const points = Array.from(values, (value, row) => ({ x: evaluations.step[row], y: sign * value }))
    .filter(({ y }) => Number.isFinite(y));
  const last = points.at(-1)?.x ?? 0, late = points.filter(({ x }) => x >= last * (1 - END));
  const end = late.length >= FEWEST ? late : points.slice(-FEWEST), of = end.length;
  if (of < FEWEST) return null;
  const meanX = end.reduce((sum, { x }) => sum + x, 0) / of,
    meanY = end.reduce((sum, { y }) => sum + y, 0) / of;
  const spread = end.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return null;
  const gain = end.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residuals = end.map(({ x, y }) => y - meanY - gain * (x - meanX));
  const squares = residuals.reduce((sum, each) => sum + each ** 2, 0);
  const lagged = residuals.slice(1).reduce((sum, each, i) => sum + each * residuals[i], 0);
  const alike = squares === 0 ? 0 : Math.min(0.9, Math.max(0, lagged / squares));
  return { gain, error: Math.sqrt(squares / (of - 2) / spread * (1 + alike) / (1 - alike)), of };
}
