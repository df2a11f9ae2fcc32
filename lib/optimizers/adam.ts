/** Adam (Kingma and Ba 2015), with the bias corrections outside the square root's epsilon as in the paper. */
import { aboveZero, belowOne, checkKeys } from "../option_checks.ts";
import { type AdamTensors, smallAdam } from "../engine/kernels/small_adam.ts";
import { tf } from "../engine/tf.ts";
import { optimizerText } from "./optimizer_text.ts";
import type { OptimizerKind, Updated } from "./optimizer.ts";

export interface AdamOptions {
  /** decay of the mean of gradients; default 0.9 */
  readonly beta1?: number;
  /** decay of the mean of squared gradients; default 0.999 */
  readonly beta2?: number;
  /** added to the root; default 1e-8 */
  readonly epsilon?: number;
}
export interface Adam extends Required<AdamOptions> {
  readonly kind: "adam";
}

/**
 * Adam, as `torch.optim.Adam`. It has no rate: that is the schedule's. For weight decay see `adamw`.
 *
 * @throws RangeError for betas outside [0, 1) and an epsilon that is not positive; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { optimizers } from "plateau";
 * optimizers.adam();
 * ```
 */
export function adam(options: AdamOptions = {}): Adam {
  checkKeys("adam", options, ["beta1", "beta2", "epsilon"]);
  return { kind: "adam", ...adamOptions(options) };
}

/** The three numbers of Adam, checked. */
export function adamOptions({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions) {
  return {
    beta1: belowOne("beta1", beta1),
    beta2: belowOne("beta2", beta2),
    epsilon: aboveZero("epsilon", epsilon),
  };
}

export const ADAM_DEFAULTS: Required<AdamOptions> = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * p − rate/c1 × m / (√(v/c2) + ε) = p − a × m / (√v + b), so that no corrected copy of m and v is made: the betas with
 * what they leave, then a and b.
 */
export function adamCoefficients(
  { beta1, beta2, epsilon }: Required<AdamOptions>,
  rate: number,
  update: number,
) {
  const rootOfCorrection2 = Math.sqrt(1 - beta2 ** update);
  const a = rate * rootOfCorrection2 / (1 - beta1 ** update), b = epsilon * rootOfCorrection2;
  return [beta1, 1 - beta1, beta2, 1 - beta2, a, b];
}

/** Adam's update with the scalars of `adamCoefficients`. */
export function adamUpdate(
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  slots: readonly tf.Tensor[],
  coefficients: readonly tf.Scalar[],
): Updated {
  const next: tf.Tensor[] = [], nextSlots: tf.Tensor[] = [];
  parameters.forEach((p, i) => {
    const tensors = { p, g: gradients[i], m: slots[2 * i], v: slots[2 * i + 1] };
    const [moved, ...means] = smallAdam(tensors, coefficients) ?? adamOf(tensors, coefficients);
    next.push(moved);
    nextSlots.push(...means);
  });
  return { parameters: next, slots: nextSlots };
}

/** The next p, m and v of one parameter. */
function adamOf({ p, g, m, v }: AdamTensors, [beta1, share1, beta2, share2, a, b]: readonly tf.Scalar[]) {
  const mean = tf.add(tf.mul(m, beta1), tf.mul(g, share1));
  const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), share2));
  return [tf.sub(p, tf.mul(tf.div(mean, tf.add(tf.sqrt(square), b)), a)), mean, square];
}

export const adamKind: OptimizerKind<Adam> = {
  slotsPerParameter: 2,
  coefficients: adamCoefficients,
  apply: (_, parameters, gradients, slots, coefficients) =>
    adamUpdate(parameters, gradients, slots, coefficients),
  text: (adam) => optimizerText("adam", adam, ADAM_DEFAULTS),
};
