/** Area under the receiver operating characteristic. */
import type { Ranking } from "./ranking.ts";
import { total } from "./total.ts";

/**
 * Chance that an example of the class scores above one that is not of it, ties by half. Equals scikit-learn's
 * `roc_auc_score`; NaN where examples of either kind are missing, or a score is NaN.
 * @example
 * ```ts
 * import { ranking } from "./ranking.ts";
 * const area = rocAuc(ranking([0.9, 0.4, 0.6], (row) => row < 2)); // 0.5
 * ```
 */
export function rocAuc(ranking: Ranking): number {
  if (ranking === null) return NaN;
  const { positives, negatives } = ranking, others = total(negatives);
  let wins = 0, above = 0;
  for (let tie = 0; tie < positives.length; tie++) {
    wins += positives[tie] * (others - above - negatives[tie] / 2);
    above += negatives[tie];
  }
  return wins / (total(positives) * others); // 0 ∕ 0 where either is missing
}
