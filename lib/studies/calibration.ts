/** How often bands of extrapolations hold: measured by replaying recordings. */
import { type Curve, pointsOf } from "../extrapolation/curve.ts";
import { fitCurve } from "../extrapolation/fit_curve.ts";
import { FURTHEST, predicted } from "../extrapolation/predicted.ts";
import { firstAtLeast } from "../curves/axis.ts";

export interface CalibrationOptions {
  /** how many times as far as recorded; default 1.25, 1.5, 2 and 3 */
  readonly factors?: readonly number[];
  /** how often bands are to hold; default 0.5, 0.8 and 0.95 */
  readonly shares?: readonly number[];
  /** parts of each recording that are shown; default eight from 15 % to 80 % */
  readonly cuts?: readonly number[];
}
/** Plain data. */
export interface Calibration {
  readonly factor: number;
  /** how often something was told, and how often not */
  readonly told: number;
  readonly untold: number;
  /** how often the bands held what came; NaN when nothing was told */
  readonly held: readonly { readonly share: number; readonly rate: number }[];
}

const CUTS = [0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
/** What is asked about was measured at most so much further than asked. */
const NEAR = 1.15;

/**
 * Cuts each curve at shares of its evaluations, extrapolates what is left, and compares with what came. A factor counts
 * where the recording goes so far.
 * @throws RangeError `invalid factor: 4 (above 1, at most 3)`
 * @example
 * ```ts
 * const x = Array.from({ length: 40 }, (_, i) => i + 1);
 * const curve = { x, y: x.map((step) => 0.3 + 1 / step), mode: "min" } as const;
 * const held = calibration([curve], { factors: [2] })[0].held;
 * ```
 */
export function calibration(
  curves: readonly Curve[],
  { factors = [1.25, 1.5, 2, 3], shares = [0.5, 0.8, 0.95], cuts = CUTS }: CalibrationOptions = {},
): Calibration[] {
  const wrong = factors.find((factor) => !(factor > 1 && factor <= FURTHEST));
  if (wrong !== undefined) throw new RangeError(`invalid factor: ${wrong} (above 1, at most ${FURTHEST})`);
  const counts = factors.map((factor): Count => ({ factor, told: 0, untold: 0, held: shares.map(() => 0) }));
  for (const curve of curves) {
    for (const cut of cuts) replayed(curve, cut, shares, counts);
  }
  return counts.map(({ factor, told, untold, held }) => ({
    factor,
    told,
    untold,
    held: shares.map((share, i) => ({ share, rate: held[i] / told })),
  }));
}

/** What is counted of one factor, the bands by their shares. */
interface Count {
  readonly factor: number;
  told: number;
  untold: number;
  readonly held: number[];
}

/** Counts, for one curve that is shown up to a cut, what is told of the rest. */
function replayed(curve: Curve, cut: number, shares: readonly number[], counts: readonly Count[]): void {
  const { x, y } = pointsOf({ ...curve, mode: "min" }),
    of = Math.floor(x.length * cut),
    end = x[of - 1] ?? Infinity;
  const later = counts.flatMap((count) => {
    const row = firstAtLeast(x, count.factor * end);
    return row < x.length && x[row] <= NEAR * count.factor * end ? [{ count, row }] : [];
  });
  if (later.length === 0) return;
  const fit = fitCurve({ x: x.slice(0, of), y: y.slice(0, of), mode: curve.mode });
  for (const { count, row } of later) {
    const at = Math.min(x[row], FURTHEST * end);
    const bands = shares.map((share) => fit.told ? predicted(fit, at, share) : fit);
    count[bands.every(({ told }) => told) ? "told" : "untold"]++;
    bands.forEach((band, i) => {
      if (band.told && y[row] >= band.low && y[row] <= band.high) count.held[i]++;
    });
  }
}
