/** Smoothing to both sides. */
import { shown } from "../durations.ts";

/** Values nearer to each other than this share of sigma count as one place, at their mean. */
const NEAR = 1 / 16;
/** Sigmas to each side beyond which a value weighs less than 1 in 2,900 of the nearest. */
const REACH = 4;

/**
 * Mean of the values around each, weighted by a normal curve of their distance on the axis (Nadaraya 1964,
 * Watson 1964): no lag, unlike an average of the past, but it looks ahead, so a live curve's end still moves. What is not
 * finite is a gap: it stays one and is not averaged. Pieces between which x goes back do not mix. Takes time in
 * proportion to the count of values, whatever sigma is: at most 64 places to each side are weighed.
 * @param x the axis: steps, epochs, examples or seconds
 * @param sigma standard deviation of the weights in the unit of x, above 0
 * @throws RangeError `invalid sigma: 0 (above 0)`
 * @example
 * ```ts
 * const smooth = gaussian([0, 1, 2, 3], [4, 4, 0, 4], 1);
 * ```
 */
export function gaussian(x: ArrayLike<number>, values: ArrayLike<number>, sigma: number): Float64Array {
  if (!(sigma > 0)) throw new RangeError(`invalid sigma: ${shown(sigma)} (above 0)`);
  const count = Math.min(x.length, values.length), smooth = new Float64Array(count).fill(NaN);
  let rows: number[] = [];
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(values[row]) || !Number.isFinite(x[row])) continue;
    if (rows.length > 0 && x[row] < x[rows[rows.length - 1]]) {
      smoothPiece(x, values, rows, sigma, smooth);
      rows = [];
    }
    rows.push(row);
  }
  smoothPiece(x, values, rows, sigma, smooth);
  return smooth;
}

/** Smooths the finite values of an ascending piece. */
function smoothPiece(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  rows: readonly number[],
  sigma: number,
  smooth: Float64Array,
): void {
  // Places: where the values lie, how many and what their mean is.
  const at: number[] = [], mean: number[] = [], many: number[] = [];
  for (let from = 0; from < rows.length;) {
    let end = from, sumX = 0, sum = 0;
    for (; end < rows.length && (end === from || x[rows[end]] - x[rows[from]] < NEAR * sigma); end++) {
      sumX += x[rows[end]] - x[rows[from]];
      sum += values[rows[end]];
    }
    at.push(x[rows[from]] + sumX / (end - from));
    mean.push(sum / (end - from));
    many.push(end - from);
    from = end;
  }
  // The weighted mean at each place.
  const found = new Float64Array(at.length);
  for (let place = 0, first = 0; place < at.length; place++) {
    while (at[first] < at[place] - REACH * sigma) first++;
    let sum = 0, total = 0;
    for (let other = first; other < at.length && at[other] <= at[place] + REACH * sigma; other++) {
      const away = (at[other] - at[place]) / sigma, weight = many[other] * Math.exp(-away * away / 2);
      sum += weight * mean[other];
      total += weight;
    }
    found[place] = sum / total;
  }
  // Between places, on the straight line: they are so near that the curve between them has no bend.
  let place = 0;
  for (const row of rows) {
    while (place < at.length - 2 && at[place + 1] < x[row]) place++;
    const span = at.length > 1 ? at[place + 1] - at[place] : 0;
    const share = span > 0 ? Math.min(1, Math.max(0, (x[row] - at[place]) / span)) : 0;
    smooth[row] = share === 0 ? found[place] : found[place] + share * (found[place + 1] - found[place]);
  }
}
