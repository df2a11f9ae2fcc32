/** Smoothing for the eye. Regret, best and stop are always taken from raw values. */
import { shown } from "../durations.ts";

/**
 * Exponential moving average, corrected for its start (so that a constant stays what it is, from the first value on):
 * s ← w s + (1 − w) v, divided by 1 − w^k after k values. What is not finite is a gap: it stays one, and is not
 * averaged. The correction is that of Kingma and Ba 2015.
 * @param weight of the past, from 0 (nothing is smoothed) to below 1
 * @throws RangeError `invalid weight: 1 (from 0 to below 1)`
 * @example
 * ```ts
 * const smooth = ema([2, 1, NaN, 1], 0.9);
 * ```
 */
export function ema(values: ArrayLike<number>, weight: number): Float64Array {
  if (!(weight >= 0 && weight < 1)) {
    throw new RangeError(`invalid weight: ${shown(weight)} (from 0 to below 1)`);
  }
  const smooth = new Float64Array(values.length);
  let sum = 0, total = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      smooth[i] = NaN;
      continue;
    }
    sum = weight * sum + (1 - weight) * values[i];
    total = weight * total + (1 - weight); // 1 − weight^k, summed the same way as the values
    smooth[i] = sum / total;
  }
  return smooth;
}
