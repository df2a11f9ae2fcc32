/** How sure a median over runs is. */
import { median } from "../curves/median.ts";
import { shown } from "../durations.ts";

/** A median, and the band in which it lies at a level. Plain data. */
export interface Banded {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** values behind it; a single one has no band */
  readonly of: number;
}

/**
 * The median of values and its percentile bootstrap band. Nothing is drawn at random: the m-th smallest of n values
 * drawn with replacement is at most the k-th smallest of all with the probability that at least m of n draws are, a
 * binomial tail. Of an even number the lower middle value bounds the band below, the upper one above. Few values make a
 * band that is too narrow: it cannot leave their range.
 *
 * Source: B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979, section 3; the percentile method of B. Efron
 * and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
 * @param level share of resamples in the band; default 0.95
 * @returns null for no values
 * @throws RangeError `invalid level: 1 (between 0 and 1)`
 * @example
 * ```ts
 * const { low, high } = bootstrap([0.1, 0.3, 0.2])!; // 0.1, 0.3
 * ```
 */
export function bootstrap(values: readonly number[], level = 0.95): Banded | null {
  if (!(level > 0 && level < 1)) throw new RangeError(`invalid level: ${shown(level)} (between 0 and 1)`);
  const of = values.length, tail = (1 - level) / 2;
  if (of === 0) return null;
  const sorted = values.toSorted((a, b) => a - b), half = of >> 1;
  const low = sorted[quantile(of, of % 2 ? half + 1 : half, tail) - 1];
  const high = sorted[quantile(of, half + 1, 1 - tail) - 1];
  return { median: median(sorted), low, high, of };
}

/** The smallest k for which the m-th smallest of n draws is at most the k-th smallest value with such a probability. */
function quantile(n: number, m: number, probability: number): number {
  let low = 0, high = n;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (atLeast(n, m, middle / n) >= probability) high = middle;
    else low = middle;
  }
  return high;
}

/** The probability that at least m of n draws, each with probability p, succeed. */
function atLeast(n: number, m: number, p: number): number {
  let ways = 0, sum = 0; // the logarithm of n over j
  for (let j = 1; j <= n; j++) {
    ways += Math.log((n - j + 1) / j);
    if (j >= m) sum += Math.exp(ways + j * Math.log(p) + (n - j) * Math.log1p(-p));
  }
  return sum;
}
