/** The confusion matrix: which classes are taken for which. */

/**
 * Counts of (true class, predicted class).
 *
 * @returns `matrix[truth][prediction]`
 * @throws RangeError when the arrays differ in length
 *
 * @example
 * ```ts
 * import { confusion } from "plateau";
 * confusion([0, 1, 1], [0, 1, 0], 2); // [[1, 0], [1, 1]]
 * ```
 */
export function confusion(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new RangeError(`invalid predictions: ${predicted.length} for ${truth.length} examples`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]]++;
  return matrix;
}
