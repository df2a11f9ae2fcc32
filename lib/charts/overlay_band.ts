/** Runs that differ in nothing but their seed, as a median and a range. */
import { median } from "../curves/median.ts";
import { firstAtLeast } from "../curves/axis.ts";

interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}
/** NaN where fewer than half of the runs reach. */
export interface OverlayBand {
  readonly x: Float64Array;
  readonly median: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Median, lowest and highest of runs at the x of the longest of them. A run that has no value just there is
 * interpolated between its neighbours, as seconds and examples of runs seldom agree; before its first and after its last
 * value, and beside a gap, it says nothing.
 *
 * @example
 * ```ts
 * const run = (...y: number[]) => ({ x: Float64Array.of(1, 2, 3), y: Float64Array.from(y) });
 * overlayBand([run(3, 2, 1), run(4, 3, 2), run(5, 4, 6)]).median; // 4, 3, 2
 * ```
 */
export function overlayBand(runs: readonly Curve[]): OverlayBand {
  const longest = runs.reduce((a, b) => b.x.length > a.x.length ? b : a);
  const least = Math.max(Math.min(3, runs.length), Math.ceil(runs.length / 2));
  const column = () => new Float64Array(longest.x.length).fill(NaN);
  const found = { x: longest.x, median: column(), low: column(), high: column() };
  longest.x.forEach((at, row) => {
    const here = runs.map((run) => interpolated(run, at)).filter(Number.isFinite);
    if (here.length < least) return;
    found.median[row] = median(here);
    found.low[row] = Math.min(...here);
    found.high[row] = Math.max(...here);
  });
  return found;
}

/** y at x, between the two points beside it; NaN where one of them is missing. */
export function interpolated({ x, y }: Curve, at: number): number {
  const next = firstAtLeast(x, at);
  if (next === x.length) return NaN;
  if (x[next] === at) return y[next];
  if (next === 0) return NaN;
  const share = (at - x[next - 1]) / (x[next] - x[next - 1]);
  return y[next - 1] + share * (y[next] - y[next - 1]);
}
