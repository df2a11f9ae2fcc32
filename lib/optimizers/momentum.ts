/** Heavy-ball momentum: v ← beta × v + g; p ← p − rate × v (Polyak 1964, as PyTorch's SGD writes it). */
import { checkKeys } from "../criteria/option_checks.ts";
import { tf } from "../engine/tf.ts";
import { coefficient, type OptimizerKind } from "./optimizer.ts";

export interface MomentumOptions {
  /** share of the last velocity that is kept, in [0, 1); default 0.9 */
  readonly beta?: number;
}
export interface Momentum {
  readonly kind: "momentum";
  readonly beta: number;
}

/**
 * Gradient descent with momentum.
 *
 * @throws RangeError for a beta outside [0, 1); TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.momentum({ beta: 0.95 });
 * ```
 */
export function momentum(options: MomentumOptions = {}): Momentum {
  checkKeys("momentum", options, ["beta"]);
  return { kind: "momentum", beta: coefficient("beta", options.beta ?? 0.9) };
}

export const momentumKind: OptimizerKind<Momentum> = {
  slotsPerParameter: 1,
  apply({ beta }, parameters, gradients, slots, rate) {
    const velocities = slots.map((v, i) => tf.add(tf.mul(v, beta), gradients[i]));
    return {
      parameters: parameters.map((p, i) => tf.sub(p, tf.mul(velocities[i], rate))),
      slots: velocities,
    };
  },
  text: ({ beta }) => `momentum ${beta}`,
};
