/** The score by which examples are ranked for one class. */
import type { Scored } from "./scored.ts";

/**
 * Scores of class `k` for every example: of two classes, how far its logit is above the other's, which orders as its
 * probability does and never saturates; of more, its probability by softmax, as scikit-learn reads it.
 * @example
 * ```ts
 * classScores({ loss: "softmaxCrossEntropy", outputs: Float32Array.of(1, 3), truth: [1] })(1); // [2]
 * ```
 */
export function classScores(scored: Scored): (k: number) => Float64Array {
  const { loss, outputs, truth } = scored, classes = outputs.length / truth.length;
  const rows = (score: (first: number) => number) =>
    Float64Array.from({ length: truth.length }, (_, row) => score(row * classes));
  if (loss === "sigmoidCrossEntropy") return (k) => rows((at) => k === 1 ? outputs[at] : -outputs[at]);
  if (classes === 2) return (k) => rows((first) => outputs[first + k] - outputs[first + 1 - k]);
  const exponentials = new Float64Array(outputs.length), totals = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const first = row * classes;
    let highest = -Infinity;
    for (let k = first; k < first + classes; k++) if (outputs[k] > highest) highest = outputs[k];
    for (let k = first; k < first + classes; k++) {
      totals[row] += exponentials[k] = Math.exp(outputs[k] - highest);
    }
  }
  return (k) => totals.map((total, row) => exponentials[row * classes + k] / total);
}
