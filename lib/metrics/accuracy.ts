/** Share of examples that are decided right. */
import type { Mean } from "./mean.ts";

/**
 * Share of examples whose class is decided right, with its standard error √(p (1 − p) ∕ (n − 1)). Equals
 * scikit-learn's `accuracy_score`.
 * @param decided class of each example, as `decided` gives it
 * @example
 * ```ts
 * const { value } = accuracy([0, 1, 1, 0], [0, 1, 0, 0]); // 0.75
 * ```
 */
export function accuracy(decided: ArrayLike<number>, truth: ArrayLike<number>): Mean {
  const count = truth.length;
  let hits = 0;
  for (let row = 0; row < count; row++) if (decided[row] === truth[row]) hits++;
  const value = hits / count;
  return { value, standardError: Math.sqrt(value * (1 - value) / (count - 1)) };
}
