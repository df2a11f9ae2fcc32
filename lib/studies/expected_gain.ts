/** What going on is expected to gain, for what it costs. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { bestRow } from "../curves/best.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { boundsOf } from "../extrapolation/bounds.ts";
import { FURTHEST, partsAt, quantileOf } from "../extrapolation/predicted.ts";
import { type Untold, untold } from "../extrapolation/untold.ts";
import { fitted } from "./extrapolated.ts";

export interface ExpectedGainOptions {
  readonly metric: Metric;
  readonly mode: Mode;
  /** steps that it would go on for, from the last evaluation on */
  readonly more: number;
}
/** Plain data. */
export interface ExpectedGain {
  readonly told: true;
  /** step of the last evaluation, and that which is asked about */
  readonly recordedTo: number;
  readonly to: number;
  /** expected gain on the best so far, in the metric's unit; at least 0, as the best is kept */
  readonly gain: number;
  readonly perUpdate: number;
  /** at the pace of the recording; null where it has no clock */
  readonly perSecond: number | null;
}

/** Places of a distribution that its mean is taken over. */
const PLACES = 64;

/**
 * The gain that is expected of an evaluation `more` steps later over the best so far, where the better of the two is kept
 * (expected improvement: Močkus 1975), and that gain per update and per second.
 * @returns why it is untold, where the curve does not tell
 * @throws RangeError `invalid more: 0 (above 0)`
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const gain = (trajectory: Trajectory) =>
 *   expectedGain(trajectory, { metric: "validation.loss", mode: "min", more: 500 });
 * ```
 */
export function expectedGain(
  trajectory: Trajectory,
  { metric, mode, more }: ExpectedGainOptions,
): ExpectedGain | Untold {
  if (!(more > 0)) throw new RangeError(`invalid more: ${more} (above 0)`);
  const fit = fitted(trajectory, metric, mode), { evaluations } = trajectory;
  if (!fit.told) return fit;
  const to = fit.last + more;
  if (to > FURTHEST * fit.last) {
    return untold("far", `it is asked about past ${FURTHEST} times what was recorded`);
  }
  const values = evaluations.metrics[metric], best = (values[bestRow(values, mode)] - fit.shift) / fit.scale;
  const parts = partsAt(fit, to / fit.last), { least, most } = boundsOf(metric, values);
  const end = ((mode === "min" ? least : most) - fit.shift) / fit.scale;
  let gain = 0;
  for (let i = 0; i < PLACES; i++) {
    gain += Math.max(0, best - Math.max(end, quantileOf(parts, (i + 0.5) / PLACES))) / PLACES;
  }
  gain *= Math.abs(fit.scale);
  const seconds = evaluations.seconds.at(-1) ?? NaN;
  const perSecond = seconds > 0 ? gain / (more * seconds / fit.last) : null;
  return { told: true, recordedTo: fit.last, to, gain, perUpdate: gain / more, perSecond };
}
