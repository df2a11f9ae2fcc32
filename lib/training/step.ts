/** One update as a pure function of (parameters, slots, batch, rate). */
import { softmaxCrossEntropy } from "../engine/kernels.ts";
import { tf } from "../engine/tf.ts";
import type { Split } from "../data/dataset.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import type { Optimizer, Updated } from "../optimizers/optimizer.ts";

export interface Stepped extends Updated {
  /** mean loss of the batch, before the update */
  readonly loss: number;
}

/**
 * Applies one update. The caller owns the tensors that come back; those given stay as they are.
 *
 * @param rows which training examples make the batch
 * @param update number of this update, from 1
 */
export function step(
  { model, optimizer, split, classes }: {
    readonly model: Model;
    readonly optimizer: Optimizer;
    readonly split: Split;
    readonly classes: number;
  },
  parameters: readonly tf.Tensor[],
  slots: readonly tf.Tensor[],
  rows: Int32Array,
  rate: number,
  update: number,
): Stepped {
  const forward = modelKind(model).forward, features = split.x.length / split.count;
  const tensors = tf.tidy(() => {
    const x = tf.tensor2d(batchOf(split, rows, features), [rows.length, features]);
    const target = tf.tensor2d(oneHot(split, rows, classes), [rows.length, classes]);
    const lossAndGradients = tf.valueAndGrads((...weights: tf.Tensor[]) =>
      softmaxCrossEntropy(forward(model, weights, x) as tf.Tensor2D, target)
    );
    const { value, grads } = lossAndGradients([...parameters]);
    const next = optimizerKind(optimizer).apply(optimizer, parameters, grads, slots, rate, update);
    return [value, ...next.parameters, ...next.slots];
  });
  const [loss] = tensors[0].dataSync();
  tensors[0].dispose();
  return {
    loss,
    parameters: tensors.slice(1, 1 + parameters.length),
    slots: tensors.slice(1 + parameters.length),
  };
}

function batchOf({ x }: Split, rows: Int32Array, features: number): Float32Array {
  const batch = new Float32Array(rows.length * features);
  for (let i = 0; i < rows.length; i++) {
    batch.set(x.subarray(rows[i] * features, (rows[i] + 1) * features), i * features);
  }
  return batch;
}

function oneHot({ y }: Split, rows: Int32Array, classes: number): Float32Array {
  const target = new Float32Array(rows.length * classes);
  for (let i = 0; i < rows.length; i++) target[i * classes + y[rows[i]]] = 1;
  return target;
}
