/** What each example costs by the loss that a model is trained on. */
import { squaredErrors } from "./errors.ts";
import type { Scored } from "./scored.ts";

/**
 * Loss of each example, in double precision, where no exponential can overflow: cross-entropy in nats, −log of the
 * probability that softmax or the logistic function gives to the truth; or the squared error. Its mean equals
 * scikit-learn's `log_loss` up to where that clips probabilities.
 * @example
 * ```ts
 * losses({ loss: "sigmoidCrossEntropy", outputs: Float32Array.of(0), truth: [1] }); // [0.693…]
 * ```
 */
export function losses(scored: Scored): Float64Array {
  if (scored.loss === "softmaxCrossEntropy") return softmaxLosses(scored);
  return scored.loss === "sigmoidCrossEntropy" ? sigmoidLosses(scored) : squaredErrors(scored);
}

function softmaxLosses({ outputs, truth }: Scored): Float64Array {
  const classes = outputs.length / truth.length, each = new Float64Array(truth.length);
  for (let row = 0; row < each.length; row++) {
    const first = row * classes;
    let highest = -Infinity, total = 0;
    for (let k = first; k < first + classes; k++) if (outputs[k] > highest) highest = outputs[k];
    for (let k = first; k < first + classes; k++) total += Math.exp(outputs[k] - highest);
    each[row] = Math.log(total) + highest - outputs[first + truth[row]];
  }
  return each;
}

/** log(1 + e^z) − y z, with z's sign taken out of the exponent. */
const sigmoidLosses = ({ outputs, truth }: Scored): Float64Array =>
  Float64Array.from(
    outputs,
    (z, row) => Math.max(z, 0) - z * truth[row] + Math.log1p(Math.exp(-Math.abs(z))),
  );
