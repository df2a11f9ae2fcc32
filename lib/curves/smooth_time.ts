/** Smoothing by distance on the axis instead of by the count of values. */
import { shown } from "../durations.ts";

/**
 * Exponential moving average whose weights fall by half over every `halfLife` of x, however many values lie there:
 * s ← w s + (1 − w) v with w = 2^(−distance / halfLife), divided by the sum of the weights, so that a constant stays what
 * it is. Where the steps are equal and nothing is missing it equals `ema` with that w. What is not finite is a gap: it stays
 * one, is not averaged, and the past fades over it. Where x goes back the average begins anew. This is the
 * "next point" average for uneven series of Eckner 2012, with the correction of Kingma and Ba 2015.
 * @param x the axis: steps, epochs, examples or seconds
 * @param halfLife in the unit of x, above 0
 * @throws RangeError `invalid half-life: 0 (above 0)`
 * @example
 * ```ts
 * const smooth = timeWeightedEma([0, 1, 2, 60], [2, 1, 1, 5], 1); // the last value stands almost alone
 * ```
 */
export function timeWeightedEma(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  halfLife: number,
): Float64Array {
  if (!(halfLife > 0)) throw new RangeError(`invalid half-life: ${shown(halfLife)} (above 0)`);
  const count = Math.min(x.length, values.length), smooth = new Float64Array(count).fill(NaN);
  let sum = 0, total = 0, before = -1;
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(values[row]) || !Number.isFinite(x[row])) continue;
    if (before >= 0 && x[row] < x[before]) before = -1;
    if (before < 0) sum = total = 0;
    const distance = before < 0 ? firstDistance(x, row) : x[row] - x[before];
    const weight = 2 ** (-distance / halfLife);
    sum = weight * sum + (1 - weight) * values[row];
    total = weight * total + (1 - weight);
    smooth[row] = total > 0 ? sum / total : values[row];
    before = row;
  }
  return smooth;
}

/** What the first value stands for: as much of x as to the next, so that equal steps have equal weights. */
function firstDistance(x: ArrayLike<number>, row: number): number {
  for (let next = row + 1; next < x.length; next++) {
    if (x[next] > x[row]) return x[next] - x[row];
    if (x[next] < x[row]) break;
  }
  return 1;
}
