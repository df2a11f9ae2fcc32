/** A multi-layer perceptron: dense layers with one activation between them and logits at the end. */
import { checkKeys, oneOf } from "../criteria/option_checks.ts";
import { shown } from "../durations.ts";
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
 * @throws RangeError for fewer than two layers, a width that is not a whole number of at least 1, an unknown init or
 *   activation; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { models } from "plateau";
 * models.mlp({ layers: [64, 128, 128, 10], init: "he" });
 * ```
 */
export function mlp(options: MlpOptions): Mlp {
  checkKeys("mlp", options, ["layers", "init", "activation"]);
  const { layers, init = "he", activation = "relu" } = options;
  const isWidth = (width: unknown) => Number.isSafeInteger(width) && (width as number) >= 1;
  if (!Array.isArray(layers) || layers.length < 2 || !layers.every(isWidth)) {
    throw new RangeError(
      `invalid layers: ${shown(layers)} (a list of two or more whole numbers, at least 1 each)`,
    );
  }
  return {
    kind: "mlp",
    layers: [...layers],
    init: oneOf("init", init, INITS),
    activation: oneOf("activation", activation, ["relu", "tanh"]),
  };
}

export const mlpKind: ModelKind<Mlp> = {
  sizes: ({ layers }) => ({
    inputs: layers[0],
    outputs: layers[layers.length - 1],
    parameters: layers.slice(1).reduce((sum, width, i) => sum + (layers[i] + 1) * width, 0),
  }),
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
  text: ({ layers, init, activation }) =>
    `mlp ${layers.join("–")}, ${init}${activation === "relu" ? "" : `, ${activation}`}`,
};
