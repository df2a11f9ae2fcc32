/** One control for every way of smoothing. */
import { shown } from "../durations.ts";
import { median } from "./median.ts";
import { ema } from "./smooth.ts";
import { gaussian } from "./smooth_gaussian.ts";
import { timeWeightedEma } from "./smooth_time.ts";

export const smoothingKinds = ["ema", "time", "gaussian"] as const;
/** By the count of values; by distance on the axis; to both sides. */
export type SmoothingKind = typeof smoothingKinds[number];
export interface Smoothing {
  readonly kind: SmoothingKind;
  /** weight of the past between neighbouring values, 0 (nothing is smoothed) to 0.99; of a Gaussian, as wide as such an average */
  readonly amount: number;
}

/** Distances that are looked at to find the usual one: enough for a median, few enough for any curve. */
const LOOKED_AT = 1_001;

/**
 * Smooths a curve, before anything is left out of it: what was thinned to extremes cannot be smoothed any more. `time` has
 * the half-life that `ema` has at the curve's usual step; `gaussian` the standard deviation that the ages of `ema` have
 * there, √amount / (1 − amount) steps. Gaps stay gaps.
 * @param x the axis
 * @throws RangeError `invalid amount: 1 (0 to 0.99)`, `unknown smoothing: box (has ema, time, gaussian)`
 * @example
 * ```ts
 * const smooth = smoothed([1, 2, 3], [3, 1, 2], { kind: "time", amount: 0.9 });
 * ```
 */
export function smoothed(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  { kind, amount }: Smoothing,
): Float64Array {
  if (!(amount >= 0 && amount <= 0.99)) throw new RangeError(`invalid amount: ${shown(amount)} (0 to 0.99)`);
  if (!smoothingKinds.includes(kind)) {
    throw new RangeError(`unknown smoothing: ${shown(kind)} (has ${smoothingKinds.join(", ")})`);
  }
  if (kind === "ema" || amount === 0) return ema(values, amount);
  const step = usualStep(x);
  if (kind === "time") return timeWeightedEma(x, values, -step * Math.LN2 / Math.log(amount));
  return gaussian(x, values, step * Math.sqrt(amount) / (1 - amount));
}

/** The median distance between neighbours, of those that have one. */
function usualStep(x: ArrayLike<number>): number {
  const every = Math.max(1, Math.floor((x.length - 1) / LOOKED_AT)), distances: number[] = [];
  for (let row = 1; row < x.length; row += every) {
    const distance = x[row] - x[row - 1];
    if (distance > 0 && Number.isFinite(distance)) distances.push(distance);
  }
  return distances.length > 0 ? median(distances) : 1;
}
