/** Stochastic gradient descent: p ← p − rate × g. */
import { checkKeys } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { decayOf, type DecayOptions, penalised } from "./weight_decay.ts";

export interface Sgd extends Required<DecayOptions> {
  readonly kind: "sgd";
}

/**
 * Plain gradient descent, as `torch.optim.SGD`: `decay` (default 0) × parameter is added to the gradient.
 *
 * @throws RangeError for a decay below 0 and an unknown mask; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.sgd();
 * ```
 */
export function sgd(options: DecayOptions = {}): Sgd {
  checkKeys("sgd", options, ["decay", "mask"]);
  return { kind: "sgd", ...decayOf(options) };
}

export const sgdKind: OptimizerKind<Sgd> = {
  slotsPerParameter: 0,
  coefficients: ({ decay }, rate) => [rate, decay],
  apply(sgd, parameters, gradients, _, [rate, decay], decays) {
    const g = penalised(sgd, parameters, gradients, decay, decays);
    return { parameters: parameters.map((p, i) => tf.sub(p, tf.mul(g[i], rate))), slots: [] };
  },
  text: (sgd) => optimizerText("sgd", sgd, { decay: 0, mask: "weights" }),
};
