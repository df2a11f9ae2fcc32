/** Area under precision over recall. */
import type { Ranking } from "./ranking.ts";
import { total } from "./total.ts";

/**
 * Average precision: the precision at each threshold, weighted by the recall that it adds. Equals scikit-learn's
 * `average_precision_score`, so nothing is interpolated; 0 where no example is of the class; NaN where a score is NaN.
 * @example
 * ```ts
 * import { ranking } from "./ranking.ts";
 * const area = prAuc(ranking([0.9, 0.4, 0.6], (row) => row < 2)); // 0.833…
 * ```
 */
export function prAuc(ranking: Ranking): number {
  if (ranking === null) return NaN;
  const { positives, negatives } = ranking, ofClass = total(positives);
  if (ofClass === 0) return 0;
  let area = 0, hits = 0, taken = 0;
  for (let tie = 0; tie < positives.length; tie++) {
    hits += positives[tie];
    taken += positives[tie] + negatives[tie];
    area += positives[tie] / ofClass * (hits / taken);
  }
  return area;
}
