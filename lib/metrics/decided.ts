/** The class that a model decides for, and whether it is right. */
import type { Scored } from "./scored.ts";

/**
 * Class of each example: the highest logit, the first of those that tie; or, of one logit, 1 above 0. −1 where no
 * logit is a number: it is no class, and never right.
 * @example
 * ```ts
 * decided({ loss: "softmaxCrossEntropy", outputs: Float32Array.of(1, 2, 0), truth: [0] }); // [1]
 * ```
 */
export function decided({ loss, outputs, truth }: Scored): Int32Array {
  if (loss === "sigmoidCrossEntropy") {
    return Int32Array.from(outputs, (logit) => Number.isNaN(logit) ? -1 : logit > 0 ? 1 : 0);
  }
  const classes = outputs.length / truth.length, winners = new Int32Array(truth.length);
  for (let row = 0; row < winners.length; row++) {
    let highest = -Infinity, winner = -1;
    for (let k = 0; k < classes; k++) {
      if (outputs[row * classes + k] > highest) highest = outputs[row * classes + (winner = k)];
    }
    winners[row] = winner;
  }
  return winners;
}
