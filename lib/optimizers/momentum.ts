/** Heavy-ball momentum: v ← beta × v + g; p ← p − rate × v (Polyak 1964, as PyTorch's SGD writes it). */
import { belowOne, checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decayOf, type DecayOptions, penalised } from "./weight_decay.ts";

export interface MomentumOptions extends DecayOptions {
  /** share of the last velocity that is kept, in [0, 1); default 0.9 */
  readonly beta?: number;
}
export interface Momentum extends Required<MomentumOptions> {
  readonly kind: "momentum";
}

/**
 * Gradient descent with momentum, as `torch.optim.SGD`: `decay` (default 0) × parameter is added to the gradient.
 *
 * @throws RangeError for a beta outside [0, 1), a decay below 0 and an unknown mask; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.momentum({ beta: 0.95 });
 * ```
 */
export function momentum(options: MomentumOptions = {}): Momentum {
  checkKeys("momentum", options, ["beta", "decay", "mask"]);
  return { kind: "momentum", beta: belowOne("beta", options.beta ?? 0.9), ...decayOf(options) };
}

export const momentumKind: OptimizerKind<Momentum> = {
  slotsPerParameter: 1,
  coefficients: ({ beta, decay }, rate) => [rate, decay, beta],
  apply(momentum, parameters, gradients, slots, [rate, decay, beta], decays) {
    const g = penalised(momentum, parameters, gradients, decay, decays);
    const velocities = slots.map((v, i) => tf.add(tf.mul(v, beta), g[i]));
    return {
      parameters: parameters.map((p, i) => tf.sub(p, tf.mul(velocities[i], rate))),
      slots: velocities,
    };
  },
  text: (momentum) => optimizerText(`momentum ${momentum.beta}`, momentum, { decay: 0, mask: "weights" }),
};
