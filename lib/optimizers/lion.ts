/** Lion (Chen et al. 2023): only the sign of an interpolated momentum moves the parameters. */
import { belowOne, checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decaying, decayOf, type DecayOptions } from "./weight_decay.ts";

export interface LionOptions extends DecayOptions {
  /** share of the momentum in the direction; default 0.9 */
  readonly beta1?: number;
  /** decay of the momentum; default 0.99 */
  readonly beta2?: number;
}
export interface Lion extends Required<LionOptions> {
  readonly kind: "lion";
}

/**
 * Lion, as `optax.lion`: p ← p − rate × (sign(beta1 × m + (1 − beta1) × g) + decay × p), then
 * m ← beta2 × m + (1 − beta2) × g. `decay` is 0.001 by default; biases and normalisations do not decay unless `mask`
 * is "all" (optax's own default). Rates are three to ten times smaller than Adam's.
 *
 * @throws RangeError for betas outside [0, 1), a decay below 0 and an unknown mask; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.lion({ decay: 0.1 });
 * ```
 */
export function lion(options: LionOptions = {}): Lion {
  checkKeys("lion", options, ["beta1", "beta2", "decay", "mask"]);
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  return {
    kind: "lion",
    beta1: belowOne("beta1", beta1),
    beta2: belowOne("beta2", beta2),
    ...decayOf(options, 1e-3),
  };
}

export const lionKind: OptimizerKind<Lion> = {
  slotsPerParameter: 1,
  coefficients: ({ beta1, beta2, decay }, rate) => [
    rate,
    1 - rate * decay,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
  ],
  apply(lion, parameters, gradients, slots, coefficients, decays) {
    const [rate, kept, beta1, share1, beta2, share2] = coefficients;
    const applies = decaying(lion, decays);
    return {
      parameters: parameters.map((p, i) => {
        const direction = tf.add(tf.mul(slots[i], beta1), tf.mul(gradients[i], share1));
        // tf.sign takes small numbers for 0 on the wasm engine
        const sign = tf.sub(tf.step(direction), tf.step(tf.neg(direction)));
        return tf.sub(applies[i] ? tf.mul(p, kept) : p, tf.mul(sign, rate));
      }),
      slots: slots.map((m, i) => tf.add(tf.mul(m, beta2), tf.mul(gradients[i], share2))),
    };
  },
  text: (lion) => optimizerText("lion", lion, { beta1: 0.9, beta2: 0.99, decay: 1e-3, mask: "weights" }),
};
