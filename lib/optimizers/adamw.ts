/** AdamW (Loshchilov and Hutter 2019): Adam, with weights that shrink by rate × decay beside its update. */
import { checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { ADAM_DEFAULTS, adamCoefficients, type AdamOptions, adamOptions, adamUpdate } from "./adam.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decaying, decayOf, type DecayOptions } from "./weight_decay.ts";

export interface AdamwOptions extends AdamOptions, DecayOptions {}
export interface Adamw extends Required<AdamwOptions> {
  readonly kind: "adamw";
}

/**
 * Adam with decoupled weight decay, as `torch.optim.AdamW`: p ← p × (1 − rate × decay) before Adam's update. `decay`
 * is 0.01 by default; biases and normalisations do not decay unless `mask` is "all" (PyTorch's own default).
 *
 * @throws RangeError for betas outside [0, 1), an epsilon that is not positive, a decay below 0 and an unknown mask;
 *   TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.adamw({ decay: 0.05 });
 * ```
 */
export function adamw(options: AdamwOptions = {}): Adamw {
  checkKeys("adamw", options, ["beta1", "beta2", "epsilon", "decay", "mask"]);
  return { kind: "adamw", ...adamOptions(options), ...decayOf(options, 0.01) };
}

export const adamwKind: OptimizerKind<Adamw> = {
  slotsPerParameter: 2,
  coefficients: (adamw, rate, update) => [
    1 - rate * adamw.decay,
    ...adamCoefficients(adamw, rate, update),
  ],
  apply(adamw, parameters, gradients, slots, [kept, ...coefficients], decays) {
    const applies = decaying(adamw, decays);
    const shrunk = parameters.map((p, i) => applies[i] ? tf.mul(p, kept) : p);
    return adamUpdate(shrunk, gradients, slots, coefficients);
  },
  text: (adamw) => optimizerText("adamw", adamw, { ...ADAM_DEFAULTS, decay: 0.01, mask: "weights" }),
};
