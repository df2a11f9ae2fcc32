/** Fewer points for the same picture. */
import { shown } from "../durations.ts";

/**
 * Indices of the points to draw: the lowest and highest y in every pixel column, the first and the last point, both
 * sides and the beginning of every gap (y not finite), and what is asked for. Nothing that the eye could see is lost.
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
  keepGaps(y, kept);
  keepExtremes(x, y, pixels, kept);
  const indices: number[] = [];
  for (let i = 0; i < count; i++) if (kept[i]) indices.push(i);
  return indices;
}

function keepGaps(y: ArrayLike<number>, kept: Uint8Array): void {
  for (let i = 1; i < kept.length; i++) {
    const before = Number.isFinite(y[i - 1]), here = Number.isFinite(y[i]);
    if (before !== here) kept[i - 1] = kept[i] = 1;
  }
}

function keepExtremes(x: ArrayLike<number>, y: ArrayLike<number>, pixels: number, kept: Uint8Array): void {
  const first = x[0], range = x[kept.length - 1] - first;
  const perUnit = range > 0 ? pixels / range : 0;
  const columnOf = (i: number) => Math.min(pixels - 1, Math.floor((x[i] - first) * perUnit));
  let column = -1, low = -1, high = -1;
  for (let i = 0; i <= kept.length; i++) {
    if (i === kept.length || columnOf(i) !== column) {
      if (low >= 0) kept[low] = kept[high] = 1;
      if (i === kept.length) break;
      column = columnOf(i);
      low = high = -1;
    }
    if (!Number.isFinite(y[i])) continue;
    if (low < 0 || y[i] < y[low]) low = i;
    if (high < 0 || y[i] > y[high]) high = i;
  }
}
