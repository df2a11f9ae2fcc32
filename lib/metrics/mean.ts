/** A mean with what it is uncertain by. */

export interface Mean {
  readonly value: number;
  /** of the mean, with the sample variance (n − 1); NaN for fewer than two terms */
  readonly standardError: number;
}

/**
 * Mean and its standard error √(s² ∕ n), with s² the sample variance. In one pass: terms that are all the same leave a
 * standard error of about 1e-8 of them, from rounding, where it should be 0.
 * @param terms at least one, or both are NaN
 * @example
 * ```ts
 * const { value, standardError } = meanOf([1, 2, 3]); // 2, 0.577…
 * ```
 */
export function meanOf(terms: ArrayLike<number>): Mean {
  const count = terms.length;
  let sum = 0, squares = 0;
  for (let i = 0; i < count; i++) {
    sum += terms[i];
    squares += terms[i] * terms[i];
  }
  const value = sum / count;
  const spread = Math.max(0, squares - count * value * value);
  return { value, standardError: Math.sqrt(spread / (count - 1) / count) };
}
