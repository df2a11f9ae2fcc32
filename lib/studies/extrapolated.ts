/** A trial's curve past what was recorded of it. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { type CurveFit, fitCurve } from "../extrapolation/fit_curve.ts";
import { predicted, type Told, USUAL_SHARE } from "../extrapolation/predicted.ts";
import { type Untold, untold } from "../extrapolation/untold.ts";
import { boundsOf, cutTo } from "../extrapolation/bounds.ts";
import { type BandsHeld, bandsHeld } from "../extrapolation/bands_held.ts";

export interface ExtrapolatedOptions {
  readonly metric: Metric;
  readonly mode: Mode;
  /** the step that is asked about, after the last evaluation, at most three times as far */
  readonly to: number;
  /** how often the band is to hold, between 0 and 1; default 0.8 */
  readonly share?: number;
}
/** What is told of a later step, and how far past the recording that is. Plain data. */
export interface ExtrapolatedAt extends Told {
  /** step of the last evaluation: everything past it is extrapolated */
  readonly recordedTo: number;
  readonly to: number;
  /** how often such bands held on recordings; null where that was not measured */
  readonly held: BandsHeld | null;
}

/**
 * What a metric's next evaluation would be at a later step, with its band, if the training went on as it did: a decay of
 * the rate that is still to come is not foreseen.
 * @returns why it is untold, where the curve does not tell
 * @throws RangeError `invalid to: 300 (after the last evaluation at step 400)`
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const later = (trajectory: Trajectory) =>
 *   extrapolated(trajectory, { metric: "validation.loss", mode: "min", to: 2_000 });
 * ```
 */
export function extrapolated(
  trajectory: Trajectory,
  { metric, mode, to, share = USUAL_SHARE }: ExtrapolatedOptions,
): ExtrapolatedAt | Untold {
  const fit = fitted(trajectory, metric, mode);
  if (!fit.told) return fit;
  if (!(to > fit.last)) {
    throw new RangeError(`invalid to: ${to} (after the last evaluation at step ${fit.last})`);
  }
  const bounds = boundsOf(metric, trajectory.evaluations.metrics[metric]);
  const later = cutTo(predicted(fit, to, share), bounds);
  if (!later.told) return later;
  return { ...later, recordedTo: fit.last, to, held: bandsHeld(later.factor, share) };
}

/** A metric's evaluations as a curve of steps, fitted. */
export function fitted({ evaluations }: Trajectory, metric: Metric, mode: Mode): CurveFit | Untold {
  const y = evaluations.metrics[metric];
  return y === undefined
    ? untold("few", `${metric} was not measured`)
    : fitCurve({ x: evaluations.step, y, mode });
}
