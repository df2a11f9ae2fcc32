/** One measurement of a model on a split: loss, accuracy and the standard error of both. */
import type { Split } from "../data/dataset.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";

export interface Measurement {
  /** mean cross-entropy, in nats */
  readonly loss: number;
  /** share of examples whose highest logit is their class */
  readonly accuracy: number;
  readonly lossError: number;
  readonly accuracyError: number;
}

/**
 * Cross-entropy and accuracy from logits, computed in double precision on the host, so that engines differ
 * only by their forward pass.
 *
 * @param logits `[count, classes]`, row by row
 *
 * @example
 * ```ts
 * import { measure } from "./evaluate.ts";
 * measure(Float32Array.of(0, 0), Int32Array.of(1)).loss; // 0.693…
 * ```
 */
export function measure(logits: Float32Array, labels: Int32Array): Measurement {
  const classes = logits.length / labels.length;
  let sum = 0, squares = 0, hits = 0;
  for (let row = 0; row < labels.length; row++) {
    const first = row * classes;
    let highest = -Infinity, winner = -1, total = 0;
    for (let k = 0; k < classes; k++) {
      if (logits[first + k] > highest) highest = logits[first + (winner = k)];
    }
    for (let k = 0; k < classes; k++) total += Math.exp(logits[first + k] - highest);
    const loss = Math.log(total) + highest - logits[first + labels[row]];
    sum += loss;
    squares += loss * loss;
    if (winner === labels[row]) hits++;
  }
  const count = labels.length, mean = sum / count, share = hits / count;
  return {
    loss: mean,
    accuracy: share,
    // of the mean, with the sample variance (n − 1)
    lossError: Math.sqrt(Math.max(0, squares - count * mean * mean) / (count - 1) / count),
    accuracyError: Math.sqrt(share * (1 - share) / (count - 1)),
  };
}

/** Forward pass of a whole split; the logits as numbers. */
export function logitsOf(model: Model, parameters: readonly tf.Tensor[], split: Split): Float32Array {
  const logits = tf.tidy(() => {
    const x = tf.tensor2d(split.x, [split.count, split.x.length / split.count]);
    return modelKind(model).forward(model, parameters, x);
  });
  const values = logits.dataSync() as Float32Array;
  logits.dispose();
  return values;
}
