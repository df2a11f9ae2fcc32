/** A small transformer that sorts sequences into classes, as a `tf.LayersModel` with an attention layer of its own. */
import * as tf from "@tensorflow/tfjs";
import type { Attention } from "./workload.ts";

/** Every place attends to every place of its sequence. */
class SelfAttention extends tf.layers.Layer {
  static className = "BenchSelfAttention";
  readonly #heads: number;
  readonly #seed: number;
  #weights: tf.LayerVariable[] = [];

  constructor({ heads, seed, ...config }: { heads: number; seed: number; name?: string }) {
    super(config);
    this.#heads = heads;
    this.#seed = seed;
  }

  override build(shape: tf.Shape): void {
    const width = shape[2]!, zeros = tf.initializers.zeros();
    const weight = (name: string, shape: number[], initializer = zeros) =>
      this.addWeight(name, shape, "float32", initializer);
    this.#weights = [
      weight("inward", [width, 3 * width], glorot(this.#seed)),
      weight("inwardBias", [3 * width]),
      weight("outward", [width, width], glorot(this.#seed + 1)),
      weight("outwardBias", [width]),
    ];
    super.build(shape);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs,
      [rows, places, width] = x.shape,
      heads = this.#heads;
    const [inward, inwardBias, outward, outwardBias] = this.#weights.map((weight) => weight.read());
    return tf.tidy(() => {
      const flat = tf.reshape(x, [rows * places, width]);
      const all = tf.add(tf.matMul(flat, inward as tf.Tensor2D), inwardBias);
      const parts = tf.reshape(all, [rows, places, 3, heads, width / heads]);
      const [queries, keys, values] = tf.unstack(tf.transpose(parts, [2, 0, 3, 1, 4]));
      const scores = tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(width / heads));
      const mixed = tf.transpose(tf.matMul(tf.softmax(scores), values), [0, 2, 1, 3]);
      const out = tf.matMul(tf.reshape(mixed, [rows * places, width]), outward as tf.Tensor2D);
      return tf.reshape(tf.add(out, outwardBias), [rows, places, width]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.#heads, seed: this.#seed };
  }
}
tf.serialization.registerClass(SelfAttention);

const glorot = (seed: number) => tf.initializers.glorotNormal({ seed });

/**
 * A transformer's encoder, the mean over the sequence, and logits of classes.
 *
 * @param shape places and features of a sequence
 */
export function transformer(
  [places, features]: readonly number[],
  { blocks, width, heads }: Attention,
  classes: number,
): tf.LayersModel {
  const dense = (units: number, seed: number, activation: "relu" | "linear" = "linear") =>
    tf.layers.dense({ units, activation, kernelInitializer: glorot(seed) });
  const joined = (a: tf.SymbolicTensor, b: tf.SymbolicTensor) =>
    tf.layers.add().apply([a, b]) as tf.SymbolicTensor;
  const through = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]) =>
    layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
  const norm = () => tf.layers.layerNormalization({ epsilon: 1e-5 });
  const input = tf.input({ shape: [places, features] });
  let x = through(input, dense(width, 1));
  for (let block = 1; block <= blocks; block++) {
    const seed = 10 * block;
    x = joined(x, through(x, norm(), new SelfAttention({ heads, seed })));
    x = joined(x, through(x, norm(), dense(4 * width, seed + 2, "relu"), dense(width, seed + 3)));
  }
  const outputs = through(x, norm(), tf.layers.globalAveragePooling1d({}), dense(classes, 2));
  return tf.model({ inputs: input, outputs });
}
