/** Logistic regression: one linear map to a logit, or to one logit per class. */
import { checkKeys, oneOf, whole } from "../option_checks.ts";
import { dense } from "../engine/kernels/kernels.ts";
import type { tf } from "../engine/tf.ts";
import { type Init, initialWeights, INITS } from "./init.ts";
import type { ModelKind } from "./model.ts";

export interface LogisticOptions {
  /** numbers per example */
  readonly features: number;
  /** default 2: one logit, of "is it class 1"; with more, one logit per class (softmax regression) */
  readonly classes?: number;
  /** default "zeros": the loss is convex, so the start decides nothing */
  readonly init?: Init;
}
export interface Logistic extends Required<LogisticOptions> {
  readonly kind: "logistic";
}

/**
 * Logistic regression as plain data.
 *
 * @throws RangeError for features below 1, classes below 2 and an unknown init; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { models } from "plateau";
 * models.logistic({ features: 30 });
 * ```
 */
export function logistic(options: LogisticOptions): Logistic {
  checkKeys("logistic", options, ["features", "classes", "init"]);
  return {
    kind: "logistic",
    features: whole("features", options.features, 1),
    classes: whole("classes", options.classes ?? 2, 2),
    init: oneOf("init", options.init ?? "zeros", INITS),
  };
}

const outputsOf = ({ classes }: Logistic) => classes === 2 ? 1 : classes;

export const logisticKind: ModelKind<Logistic> = {
  sizes: (model) => ({
    inputs: model.features,
    outputs: outputsOf(model),
    parameters: (model.features + 1) * outputsOf(model),
  }),
  loss: ({ classes }) => classes === 2 ? "sigmoidCrossEntropy" : "softmaxCrossEntropy",
  parameters(model, seed) {
    const { features, init } = model, outputs = outputsOf(model);
    return [
      {
        name: "weights",
        shape: [features, outputs],
        get values() {
          return initialWeights(init, features, outputs, seed, 0);
        },
      },
      { name: "bias", shape: [outputs], values: new Float32Array(outputs), decays: false },
    ];
  },
  statistics: () => [],
  forward: (_, [weights, bias], statistics, x) => ({
    outputs: dense(x, weights as tf.Tensor2D, bias as tf.Tensor1D),
    statistics,
    penalty: null,
  }),
  text: ({ features, classes, init }) =>
    `${classes === 2 ? `logistic ${features}` : `logistic ${features}–${classes}`}${
      init === "zeros" ? "" : `, ${init}`
    }`,
};
