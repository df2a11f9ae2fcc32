/** A multi-layer perceptron: dense layers with one activation between them and logits, or values, at the end. */
import { belowOne, checkKeys, flag, oneOf } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { dense, product, relu } from "../engine/kernels/kernels.ts";
import { tf } from "../engine/tf.ts";
import { batchNorm, normParameters, normStatistics } from "./batch_norm.ts";
import { dimensions } from "./dimensions.ts";
import { dropout } from "./dropout.ts";
import { type Init, initialWeights, INITS } from "./init.ts";
import { type Loss, LOSSES, type ModelKind, type Parameter } from "./model.ts";

export interface MlpOptions {
  /** units of each layer, the inputs first and the outputs last, as [64, 128, 10] */
  readonly layers: readonly number[];
  /** default "he" */
  readonly init?: Init;
  /** default "relu" */
  readonly activation?: "relu" | "tanh";
  /** share of each hidden layer's units that is dropped in training, in [0, 1); default 0 */
  readonly dropout?: number;
  /** normalises each hidden layer before its activation, in place of its bias; default false */
  readonly batchNorm?: boolean;
  /**
   * default "softmaxCrossEntropy": one logit per class; "sigmoidCrossEntropy": one logit in all;
   * "meanSquaredError": values
   */
  readonly loss?: Loss;
}
export interface Mlp extends Required<MlpOptions> {
  readonly kind: "mlp";
}

/**
 * A multi-layer perceptron as plain data. Without hidden layers it is linear.
 *
 * @throws RangeError for fewer than two layers, a width that is not a whole number of at least 1, an unknown init,
 *   activation or loss, a dropout outside [0, 1) and outputs that the loss cannot take; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { models } from "plateau";
 * models.mlp({ layers: [64, 128, 128, 10], init: "he" });
 * models.mlp({ layers: [13, 1], loss: "meanSquaredError" }); // linear regression
 * ```
 */
export function mlp(options: MlpOptions): Mlp {
  checkKeys("mlp", options, ["layers", "init", "activation", "dropout", "batchNorm", "loss"]);
  const { init = "he", activation = "relu", batchNorm = false, loss = "softmaxCrossEntropy" } = options;
  const layers = dimensions("layers", options.layers, 2);
  if (loss === "sigmoidCrossEntropy" && layers.at(-1) !== 1) {
    throw new RangeError(`invalid layers: ${shown(layers)} (sigmoidCrossEntropy takes one output)`);
  }
  return {
    kind: "mlp",
    layers,
    init: oneOf("init", init, INITS),
    activation: oneOf("activation", activation, ["relu", "tanh"]),
    dropout: belowOne("dropout", options.dropout ?? 0),
    batchNorm: flag("batchNorm", batchNorm),
    loss: oneOf("loss", loss, LOSSES),
  };
}

export const mlpKind: ModelKind<Mlp> = {
  sizes: ({ layers, batchNorm }) => ({
    inputs: layers[0],
    outputs: layers[layers.length - 1],
    parameters: layers.slice(1).reduce(
      (sum, width, i) => sum + (layers[i] + (batchNorm && i < layers.length - 2 ? 2 : 1)) * width,
      0,
    ),
  }),
  loss: ({ loss }) => loss,
  parameters({ layers, init, batchNorm }, seed) {
    return layers.slice(1).flatMap((width, i): Parameter[] => {
      const weights = {
        name: `dense${i}.weights`,
        shape: [layers[i], width],
        get values() {
          return initialWeights(init, layers[i], width, seed, i);
        },
      };
      if (batchNorm && i < layers.length - 2) return [weights, ...normParameters(`norm${i}`, width)];
      return [
        weights,
        { name: `dense${i}.bias`, shape: [width], values: new Float32Array(width), decays: false },
      ];
    });
  },
  statistics: ({ layers, batchNorm }) =>
    batchNorm ? layers.slice(1, -1).flatMap((width, i) => normStatistics(`norm${i}`, width)) : [],
  forward(model, parameters, statistics, x, pass) {
    const { layers, activation } = model, last = layers.length - 2, moved: tf.Tensor[] = [];
    let y = x, at = 0;
    for (let i = 0; i < last; i++) {
      const weights = parameters[at++] as tf.Tensor2D;
      if (model.batchNorm) {
        const given = statistics.slice(2 * i, 2 * i + 2);
        const scaleAndShift = [parameters[at++], parameters[at++]];
        const normed = batchNorm(product(y, weights), scaleAndShift, given, pass.training);
        moved.push(...normed.statistics);
        y = activation === "relu" ? relu(normed.outputs) : tf.tanh(normed.outputs);
      } else {
        y = dense(y, weights, parameters[at++] as tf.Tensor1D, activation);
      }
      y = dropout(y, model.dropout, i, pass);
    }
    const outputs = dense(y, parameters[at] as tf.Tensor2D, parameters[at + 1] as tf.Tensor1D);
    return { outputs, statistics: moved, penalty: null };
  },
  text: ({ layers, init, activation, dropout, batchNorm, loss }) =>
    [
      `mlp ${layers.join("–")}`,
      init,
      ...(activation === "relu" ? [] : [activation]),
      ...(dropout === 0 ? [] : [`dropout ${dropout}`]),
      ...(batchNorm ? ["batch norm"] : []),
      ...(loss === "softmaxCrossEntropy" ? [] : [loss]),
    ].join(", "),
};
