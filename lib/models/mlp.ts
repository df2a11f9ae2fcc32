/** A multi-layer perceptron: dense layers with one activation between them and logits at the end. */
import { dense } from "../engine/kernels.ts";
import type { tf } from "../engine/tf.ts";
import { type Init, initialWeights, INITS } from "./init.ts";
import type { ModelKind, Parameter } from "./model.ts";

export interface MlpOptions {
  /** units of each layer, the inputs first and the classes last, as [64, 128, 10] */
  readonly layers: readonly number[];
  /** default "he" */
  readonly init?: Init;
  /** default "relu" */
  readonly activation?: "relu" | "tanh";
}
export interface Mlp extends Required<MlpOptions> {
  readonly kind: "mlp";
}

/**
 * A multi-layer perceptron as plain data.
 *
 * @throws RangeError for fewer than two layers or a width that is not a whole number of at least 1
 *
 * @example
 * ```ts
 * import { models } from "plateau";
 * models.mlp({ layers: [64, 128, 128, 10], init: "he" });
 * ```
 */
export function mlp({ layers, init = "he", activation = "relu" }: MlpOptions): Mlp {
  const wrong = layers.find((width) => !Number.isInteger(width) || width < 1);
  if (layers.length < 2 || wrong !== undefined) {
    throw new RangeError(
      `invalid layers: [${layers.join(", ")}] (two or more whole numbers, at least 1 each)`,
    );
  }
  if (!INITS.includes(init)) throw new RangeError(`unknown init: ${init} (${INITS.join(", ")})`);
  if (activation !== "relu" && activation !== "tanh") {
    throw new RangeError(`unknown activation: ${activation} (relu, tanh)`);
  }
  return { kind: "mlp", layers: [...layers], init, activation };
}

export const mlpKind: ModelKind<Mlp> = {
  sizes: ({ layers }) => ({ inputs: layers[0], outputs: layers[layers.length - 1] }),
  parameters({ layers, init }, seed) {
    return layers.slice(1).flatMap((width, i): Parameter[] => [
      {
        name: `dense${i}.weights`,
        shape: [layers[i], width],
        values: initialWeights(init, layers[i], width, seed, i),
      },
      { name: `dense${i}.bias`, shape: [width], values: new Float32Array(width) },
    ]);
  },
  forward({ layers, activation }, parameters, x) {
    let y: tf.Tensor2D = x;
    for (let i = 0; i < layers.length - 1; i++) {
      const [weights, bias] = parameters.slice(2 * i, 2 * i + 2) as [tf.Tensor2D, tf.Tensor1D];
      y = dense(y, weights, bias, i === layers.length - 2 ? "linear" : activation);
    }
    return y;
  },
  text: ({ layers, init }) => `mlp ${layers.join("–")}, ${init}`,
};
