/** RMSProp (Tieleman and Hinton 2012): v ← beta × v + (1 − beta) × g²; p ← p − rate × g / (√v + epsilon). */
import { aboveZero, belowOne, checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decayOf, type DecayOptions, penalised } from "./weight_decay.ts";

export interface RmspropOptions extends DecayOptions {
  /** decay of the mean of squared gradients, PyTorch's `alpha`; default 0.99 */
  readonly beta?: number;
  /** added to the root; default 1e-8 */
  readonly epsilon?: number;
}
export interface Rmsprop extends Required<RmspropOptions> {
  readonly kind: "rmsprop";
}

/**
 * RMSProp as `torch.optim.RMSprop` without its momentum and centring: epsilon outside the root, first mean zero
 * (TensorFlow's puts it inside the root). `decay` (default 0) × parameter is added to the gradient.
 *
 * @throws RangeError for a beta outside [0, 1), an epsilon that is not positive, a decay below 0 and an unknown mask;
 *   TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.rmsprop({ beta: 0.9 });
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Rmsprop {
  checkKeys("rmsprop", options, ["beta", "epsilon", "decay", "mask"]);
  return {
    kind: "rmsprop",
    beta: belowOne("beta", options.beta ?? 0.99),
    epsilon: aboveZero("epsilon", options.epsilon ?? 1e-8),
    ...decayOf(options),
  };
}

export const rmspropKind: OptimizerKind<Rmsprop> = {
  slotsPerParameter: 1,
  coefficients: ({ beta, epsilon, decay }, rate) => [rate, decay, beta, 1 - beta, epsilon],
  apply(rmsprop, parameters, gradients, slots, [rate, decay, beta, share, epsilon], decays) {
    const g = penalised(rmsprop, parameters, gradients, decay, decays);
    const means = slots.map((v, i) => tf.add(tf.mul(v, beta), tf.mul(tf.square(g[i]), share)));
    return {
      parameters: parameters.map((p, i) =>
        tf.sub(p, tf.mul(tf.div(g[i], tf.add(tf.sqrt(means[i]), epsilon)), rate))
      ),
      slots: means,
    };
  },
  text: (rmsprop) =>
    optimizerText("rmsprop", rmsprop, { beta: 0.99, epsilon: 1e-8, decay: 0, mask: "weights" }),
};
