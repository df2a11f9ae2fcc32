/** Forward passes of whole splits, outside of training. */
import type { Split } from "../data/dataset.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";
import type { Network } from "./tensors.ts";

/** Examples of one forward pass: bounds the memory that the activations take. */
const CHUNK = 4096;

/**
 * Outputs of a network on rows that are on the engine. Tensor operations alone.
 * @param x `[rows, features]`
 * @returns `[rows, outputs]`
 */
export function forward(model: Model, { parameters, statistics }: Network, x: tf.Tensor2D): tf.Tensor2D {
  const of = (rows: tf.Tensor2D) =>
    modelKind(model).forward(model, parameters, statistics, rows, { training: false }).outputs;
  const [rows, features] = x.shape;
  if (rows <= CHUNK) return of(x);
  return tf.concat(
    Array.from({ length: Math.ceil(rows / CHUNK) }, (_, i) => {
      const first = i * CHUNK;
      return of(tf.slice(x, [first, 0], [Math.min(CHUNK, rows - first), features]));
    }),
  );
}

/** The same of a split in memory, read back: `count × outputs` numbers, row by row. */
export function outputsOf(model: Model, network: Network, split: Split): Float32Array {
  const features = split.x.length / split.count, { outputs } = modelKind(model).sizes(model);
  const all = new Float32Array(split.count * outputs);
  for (let first = 0; first < split.count; first += CHUNK) {
    const rows = Math.min(CHUNK, split.count - first);
    const tensor = tf.tidy(() =>
      forward(
        model,
        network,
        tf.tensor2d(split.x.subarray(first * features, (first + rows) * features), [rows, features]),
      )
    );
    all.set(tensor.dataSync() as Float32Array, first * outputs);
    tensor.dispose();
  }
  return all;
}
