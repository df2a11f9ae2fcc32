/** Adam (Kingma and Ba 2015), with the bias corrections outside the square root's epsilon as in the paper. */
import { checkKeys } from "../criteria/option_checks.ts";
import { shown } from "../durations.ts";
import { tf } from "../engine/tf.ts";
import { coefficient, type OptimizerKind } from "./optimizer.ts";

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
 * Adam. It has no rate: that is the schedule's.
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
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(`invalid epsilon: ${shown(epsilon)} (a positive number)`);
  }
  return { kind: "adam", beta1: coefficient("beta1", beta1), beta2: coefficient("beta2", beta2), epsilon };
}

export const adamKind: OptimizerKind<Adam> = {
  slotsPerParameter: 2,
  apply({ beta1, beta2, epsilon }, parameters, gradients, slots, rate, update) {
    // p − rate/c1 × m / (√(v/c2) + ε) = p − a × m / (√v + b), so that no corrected copy of m and v is made
    const rootOfCorrection2 = Math.sqrt(1 - beta2 ** update);
    const a = rate * rootOfCorrection2 / (1 - beta1 ** update), b = epsilon * rootOfCorrection2;
    const next: tf.Tensor[] = [], nextSlots: tf.Tensor[] = [];
    parameters.forEach((p, i) => {
      const m = tf.add(tf.mul(slots[2 * i], beta1), tf.mul(gradients[i], 1 - beta1));
      const v = tf.add(tf.mul(slots[2 * i + 1], beta2), tf.mul(tf.square(gradients[i]), 1 - beta2));
      next.push(tf.sub(p, tf.mul(tf.div(m, tf.add(tf.sqrt(v), b)), a)));
      nextSlots.push(m, v);
    });
    return { parameters: next, slots: nextSlots };
  },
  text({ beta1, beta2, epsilon }) {
    const parts = [
      ...(beta1 === 0.9 ? [] : [`beta1 ${beta1}`]),
      ...(beta2 === 0.999 ? [] : [`beta2 ${beta2}`]),
      ...(epsilon === 1e-8 ? [] : [`epsilon ${epsilon}`]),
    ];
    return ["adam", ...parts].join(", ");
  },
};
