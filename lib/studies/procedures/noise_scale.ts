/** How noisy gradients are, and from which batch on more examples in it save no updates. */
import { aboveZero } from "../../option_checks.ts";

/** The mean squared norm of gradients of one batch size. */
export interface GradientNorm {
  /** examples in a batch */
  readonly batch: number;
  /** mean of |G|² over many batches: its noise is large, so take many */
  readonly squaredNorm: number;
}
/** Plain data. */
export interface NoiseScale {
  /** estimate of |G|² without noise; at 0 or below, the norms were too few to tell */
  readonly squaredGradient: number;
  /** estimate of the trace of the covariance of one example's gradient */
  readonly variance: number;
  /** the simple noise scale in examples, their ratio; null where it cannot be told */
  readonly noiseScale: number | null;
}

/**
 * The simple gradient noise scale from two batch sizes: |G_B|² = |G|² + tr(Σ) / B in expectation, so two of them give
 * both.
 *
 * Source: McCandlish, Kaplan, Amodei and the OpenAI Dota Team, An Empirical Model of Large-Batch Training, 2018,
 * appendix A.1.
 * @throws RangeError `invalid batches: 32 and 32 (two sizes)`
 * @example
 * ```ts
 * const scale = noiseScale({ batch: 32, squaredNorm: 3 }, { batch: 512, squaredNorm: 1.125 }).noiseScale; // 64
 * ```
 */
export function noiseScale(one: GradientNorm, other: GradientNorm): NoiseScale {
  for (const { batch, squaredNorm } of [one, other]) {
    aboveZero("batch", batch);
    aboveZero("squaredNorm", squaredNorm);
  }
  const [small, big] = one.batch <= other.batch ? [one, other] : [other, one];
  if (small.batch === big.batch) {
    throw new RangeError(`invalid batches: ${small.batch} and ${big.batch} (two sizes)`);
  }
  const squaredGradient = (big.batch * big.squaredNorm - small.batch * small.squaredNorm) /
    (big.batch - small.batch);
  const variance = (small.squaredNorm - big.squaredNorm) / (1 / small.batch - 1 / big.batch);
  const isTold = squaredGradient > 0 && variance >= 0;
  return { squaredGradient, variance, noiseScale: isTold ? variance / squaredGradient : null };
}

/** What it took to reach the same target with one batch size. */
export interface StepsToTarget {
  readonly batch: number;
  readonly steps: number;
}
/** Plain data. */
export interface CriticalBatch {
  /** examples in a batch at which twice the fewest steps are needed, and twice the fewest examples */
  readonly criticalBatch: number;
  /** fewest steps, with batches without end; fewest examples, with batches of one */
  readonly fewestSteps: number;
  readonly fewestExamples: number;
  /** largest difference of a measured count from the fit, as a share of it */
  readonly misfit: number;
}

/**
 * The critical batch size from the steps that the same target took with several batch sizes: the hyperbola
 * (S / S_min − 1)(E / E_min − 1) = 1 with E = B · S is the line S = S_min + E_min / B, fitted by least squares of
 * relative errors.
 *
 * Source: McCandlish et al. 2018, section 2.3.
 * @returns null for fewer than two batch sizes, and where steps do not fall as batches grow
 * @example
 * ```ts
 * const points = [32, 64, 256].map((batch) => ({ batch, steps: 100 * (1 + 64 / batch) }));
 * const critical = criticalBatch(points)?.criticalBatch; // 64
 * ```
 */
export function criticalBatch(points: readonly StepsToTarget[]): CriticalBatch | null {
  for (const { batch, steps } of points) {
    aboveZero("batch", batch);
    aboveZero("steps", steps);
  }
  if (new Set(points.map(({ batch }) => batch)).size < 2) return null;
  // Least squares of (a + b / B) / S − 1: normal equations of two unknowns.
  let [aa, ab, bb, ya, yb] = [0, 0, 0, 0, 0];
  for (const { batch, steps } of points) {
    const u = 1 / steps, v = 1 / (batch * steps);
    aa += u * u;
    ab += u * v;
    bb += v * v;
    ya += u;
    yb += v;
  }
  const determinant = aa * bb - ab * ab;
  const fewestSteps = (ya * bb - yb * ab) / determinant, fewestExamples = (aa * yb - ab * ya) / determinant;
  if (!(fewestSteps > 0 && fewestExamples > 0)) return null;
  const misfits = points.map(({ batch, steps }) =>
    Math.abs(fewestSteps + fewestExamples / batch - steps) / (fewestSteps + fewestExamples / batch)
  );
  return {
    criticalBatch: fewestExamples / fewestSteps,
    fewestSteps,
    fewestExamples,
    misfit: misfits.reduce((most, each) => Math.max(most, each), 0),
  };
}
