/** Exponential moving average of parameters (after Polyak and Juditsky 1992). */
import { tf } from "../engine/tf.ts";

/**
 * The share of the new parameters in the average after update `update`. The average is the weighted mean of all
 * parameters so far, each weighted by decay^(updates since): the bias-corrected form 1 − decay^t, as
 * `optax.ema(decay, debias=True)`. The ramp (1 + t) / (10 + t) would make its weights depend on a constant of its own and
 * its memory shorter than `decay` says; this form has neither, is right from the first update (there it equals the
 * parameters), and needs no array beside it.
 *
 * @param decay in (0, 1): about the last 1 / (1 − decay) updates are averaged
 * @param update number of this update among those averaged, from 1
 *
 * @example
 * ```ts
 * import { averageShare } from "./average.ts";
 * averageShare(0.5, 1); // 1
 * averageShare(0.5, 2); // 2 ÷ 3
 * ```
 */
export const averageShare = (decay: number, update: number): number => (1 - decay) / (1 - decay ** update);

/**
 * The average after one more update.
 *
 * @param average of the updates before
 * @param parameters after this update
 * @param share of this update
 * @returns new tensors, the caller's; those given stay as they are
 *
 * @example
 * ```ts
 * import { tf } from "../engine/tf.ts";
 * import { averaged, averageShare } from "./average.ts";
 * const share = tf.scalar(averageShare(0.5, 2));
 * averaged([tf.tensor1d([1])], [tf.tensor1d([4])], share); // (0.5 × 1 + 1 × 4) ÷ 1.5 = 3
 * ```
 */
export function averaged(
  average: readonly tf.Tensor[],
  parameters: readonly tf.Tensor[],
  share: tf.Scalar,
): tf.Tensor[] {
  return tf.tidy(() =>
    parameters.map((parameter, i) => tf.add(average[i], tf.mul(tf.sub(parameter, average[i]), share)))
  );
}
