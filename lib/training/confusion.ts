/** The confusion matrix: which classes are taken for which. */
import { shown } from "../durations.ts";
import { whole } from "../option_checks.ts";

/**
 * Counts of (true class, predicted class).
 *
 * @returns `matrix[truth][prediction]`
 * @throws RangeError when the arrays differ in length, or hold what is no class
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
  for (const [field, classes] of Object.entries({ truth, predicted })) {
    if (typeof classes?.length === "number") continue;
    throw new TypeError(`invalid ${field}: ${shown(classes)} (a class for each example)`);
  }
  if (truth.length !== predicted.length) {
    throw new RangeError(`invalid predictions: ${predicted.length} for ${truth.length} examples`);
  }
  whole("classes", classes, 1);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const checked = (value: number) => {
    if (Number.isInteger(value) && value >= 0 && value < classes) return value;
    throw new RangeError(`invalid class: ${shown(value)} (a whole number from 0 to ${classes - 1})`);
  };
  for (let i = 0; i < truth.length; i++) matrix[checked(truth[i])][checked(predicted[i])]++;
  return matrix;
}
