/** Nesterov's momentum: v ← beta × v + g; p ← p − rate × (g + beta × v) (Sutskever et al. 2013, as PyTorch's SGD). */
import { belowOne, checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { MomentumOptions } from "./momentum.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decayOf, penalised } from "./weight_decay.ts";

export interface Nesterov extends Required<MomentumOptions> {
  readonly kind: "nesterov";
}

/**
 * Gradient descent with Nesterov's momentum, as `torch.optim.SGD(nesterov=True)`: `decay` (default 0) × parameter is
 * added to the gradient.
 *
 * @throws RangeError for a beta outside [0, 1), a decay below 0 and an unknown mask; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.nesterov({ beta: 0.95 });
 * ```
 */
export function nesterov(options: MomentumOptions = {}): Nesterov {
  checkKeys("nesterov", options, ["beta", "decay", "mask"]);
  return { kind: "nesterov", beta: belowOne("beta", options.beta ?? 0.9), ...decayOf(options) };
}

export const nesterovKind: OptimizerKind<Nesterov> = {
  slotsPerParameter: 1,
  coefficients: ({ beta, decay }, rate) => [rate, decay, beta],
  apply(nesterov, parameters, gradients, slots, [rate, decay, beta], decays) {
    const g = penalised(nesterov, parameters, gradients, decay, decays);
    const velocities = slots.map((v, i) => tf.add(tf.mul(v, beta), g[i]));
    return {
      parameters: parameters.map((p, i) =>
        tf.sub(p, tf.mul(tf.add(g[i], tf.mul(velocities[i], beta)), rate))
      ),
      slots: velocities,
    };
  },
  text: (nesterov) => optimizerText(`nesterov ${nesterov.beta}`, nesterov, { decay: 0, mask: "weights" }),
};
