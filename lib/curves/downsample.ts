/** Fewer points for the same picture. */
import { shown } from "../durations.ts";

/**
 * Indices of the points to draw: in every pixel column the lowest and the highest y, the first and the last side of what
 * is not finite, and the first NaN, ∞ and −∞; the first and the last point; and what is asked for. Nothing that the eye
 * could see is lost, and the time and the result grow with the columns, not with the gaps: at most 2 indices a column, 8
 * more in a column with values that are not finite. Smooth before, not after: a filter over extremes is not the filtered
 * curve. The choice of extremes is that of M4 (Jugel and others 2014), which draws the same pixels as all of the points.
 * @param x ascending, already on the axis' scale (logarithms for a log axis)
 * @param pixels columns the whole of x is drawn over; whole, at least 1
 * @param keep indices that must stay: the best evaluation, stops, changes of the rate
 * @returns ascending indices; all of them where that is few enough
 * @throws RangeError `invalid pixels: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const indices = minmax([1, 2, 3, 4, 5, 6], [3, 9, 4, 1, 5, 2], 1, [4]); // 0, 1, 3, 4, 5
 * ```
 */
export function minmax(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  pixels: number,
  keep: Iterable<number> = [],
): number[] {
  if (!Number.isSafeInteger(pixels) || pixels < 1) {
    throw new RangeError(`invalid pixels: ${shown(pixels)} (a whole number, at least 1)`);
  }
  const count = Math.min(x.length, y.length);
  if (count <= 2 * pixels) return Array.from({ length: count }, (_, i) => i);
  const kept = new Uint8Array(count);
  kept[0] = kept[count - 1] = 1;
  for (const index of keep) if (index >= 0 && index < count) kept[index] = 1;
  const first = x[0], range = x[count - 1] - first, perUnit = range > 0 ? pixels / range : 0;
  for (let from = 0; from < count;) {
    const column = Math.min(pixels - 1, Math.floor((x[from] - first) * perUnit));
    const next = column === pixels - 1 ? Infinity : first + (column + 1) / perUnit;
    from = keepColumn(x, y, from, next, kept);
  }
  const indices: number[] = [];
  for (let i = 0; i < count; i++) if (kept[i]) indices.push(i);
  return indices;
}

/** Marks what stays of the column that begins at `from` and ends before x is `next`; returns where the next begins. */
function keepColumn(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  from: number,
  next: number,
  kept: Uint8Array,
): number {
  let low = -1, high = -1, lowest = Infinity, highest = -Infinity;
  let firstSide = -1, lastSide = -1, nan = -1, above = -1, below = -1;
  let before = from > 0 && Number.isFinite(y[from - 1]), i = from;
  for (; i < kept.length && (i === from || x[i] < next); i++) {
    const value = y[i], finite = value - value === 0;
    if (finite !== before && i > 0) {
      if (firstSide < 0) firstSide = i;
      lastSide = i;
    }
    before = finite;
    if (finite) {
      if (low < 0 || value < lowest) lowest = value, low = i;
      if (high < 0 || value > highest) highest = value, high = i;
    } else if (value !== value) {
      if (nan < 0) nan = i;
    } else if (value > 0) {
      if (above < 0) above = i;
    } else if (below < 0) below = i;
  }
  for (const index of [low, high, nan, above, below]) if (index >= 0) kept[index] = 1;
  for (const side of [firstSide, lastSide]) if (side > 0) kept[side - 1] = kept[side] = 1;
  return i;
}

/** Neighbouring distances that a gap is compared with, on each side. */
const NEIGHBOURS = 4;
const MUCH_FARTHER = 20;

/**
 * Where x itself has gaps: indices after which the next point is more than 20 times as far as any of the four distances
 * before and after: no spacing by chance looks like that. A training that paused has one on the axis of time; evaluations that come less often from
 * some step on, or on a geometric grid, have none. Lines across a gap claim what nobody measured.
 * @param x ascending
 * @example
 * ```ts
 * const after = xGaps([1, 2, 3, 4, 90, 91, 92]); // 3
 * ```
 */
export function xGaps(x: ArrayLike<number>): number[] {
  const gaps: number[] = [];
  for (let i = NEIGHBOURS - 1; i < x.length - NEIGHBOURS; i++) {
    const distance = x[i + 1] - x[i];
    // Almost every point ends here: its neighbours are as far as it is.
    if (
      !(distance > MUCH_FARTHER * (x[i] - x[i - 1])) || !(distance > MUCH_FARTHER * (x[i + 2] - x[i + 1]))
    ) continue;
    let widest = 0;
    for (let away = 1; away <= NEIGHBOURS; away++) {
      if (i - away >= 0) widest = Math.max(widest, x[i - away + 1] - x[i - away]);
      if (i + away + 1 < x.length) widest = Math.max(widest, x[i + away + 1] - x[i + away]);
    }
    if (widest > 0 && distance > MUCH_FARTHER * widest) gaps.push(i);
  }
  return gaps;
}
