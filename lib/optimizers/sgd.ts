/** Stochastic gradient descent: p ← p − rate × g. */
import { tf } from "../engine/tf.ts";
import type { OptimizerKind } from "./optimizer.ts";

export interface Sgd {
  readonly kind: "sgd";
}

/**
 * Plain gradient descent.
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.sgd();
 * ```
 */
export function sgd(): Sgd {
  return { kind: "sgd" };
}

export const sgdKind: OptimizerKind<Sgd> = {
  slotsPerParameter: 0,
  apply: (_, parameters, gradients, __, rate) => ({
    parameters: parameters.map((p, i) => tf.sub(p, tf.mul(gradients[i], rate))),
    slots: [],
  }),
  text: () => "sgd",
};
