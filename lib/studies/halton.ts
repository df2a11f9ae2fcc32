/** Halton's quasi-random sequence. */
import { permutation } from "../random.ts";
import type { Sequence } from "./sobol.ts";

/**
 * Halton's sequence (Halton 1960): on each axis the digits of the index in a base of its own, the n-th prime number,
 * behind the point in reverse. Unscrambled it is that of `scipy.stats.qmc.Halton`. Scrambled, every digit of every
 * axis goes through a permutation of its own (Owen 2017, A randomized Halton algorithm in R): without, axes of large
 * bases go up together for long.
 * @param dimensions at least 0
 * @param seed of the permutations; 0 leaves the sequence as it is
 * @example
 * ```ts
 * const second = halton(2, 0)(1); // 0.5, 0.333…
 * ```
 */
export function halton(dimensions: number, seed: number): Sequence {
  const axes = primes(dimensions).map((base, dimension) => ({
    base,
    // more digits than these are lost in a double
    digits: seed === 0 ? null : Array.from(
      { length: Math.ceil(53 / Math.log2(base)) },
      (_, place) => permutation(seed, `halton ${dimension}`, place, base),
    ),
  }));
  return (index) => Float64Array.from(axes, ({ base, digits }) => reversed(index, base, digits));
}

/** The index in a base, behind the point in reverse; below 1 whatever rounding does. */
function reversed(index: number, base: number, digits: readonly Int32Array[] | null): number {
  let rest = index, value = 0, weight = 1 / base;
  for (let place = 0; digits ? place < digits.length : rest > 0; place++) {
    const digit = rest % base;
    value += (digits ? digits[place][digit] : digit) * weight;
    rest = Math.floor(rest / base);
    weight /= base;
  }
  return Math.min(value, 1 - Number.EPSILON / 2);
}

/** The first prime numbers. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next++) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}
