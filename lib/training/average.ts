/** Exponential moving average of parameters (after Polyak and Juditsky 1992). */
import { tf } from "../engine/tf.ts";

/**
 * The average after one more update. It is the weighted mean of all parameters so far, each weighted by
 * decay^(updates since): the bias-corrected form 1 − decay^t, as `optax.ema(decay, debias=True)`. The ramp
 * (1 + t) / (10 + t) would make its weights depend on a constant of its own and its memory shorter than `decay` says;
 * this form has neither, is right from the first update (there it equals the parameters), and needs no array beside it.
 *
 * @param average of the updates before; null at the first
 * @param parameters after this update
 * @param decay in (0, 1): about the last 1 / (1 − decay) updates are averaged
 * @param update number of this update among those averaged, from 1
 * @returns new tensors, the caller's; those given stay as they are
 *
 * @example
 * ```ts
 * import { tf } from "../engine/tf.ts";
 * import { averaged } from "./average.ts";
 * const first = averaged(null, [tf.tensor1d([1])], 0.5, 1); // 1
 * const second = averaged(first, [tf.tensor1d([4])], 0.5, 2); // (0.5 × 1 + 1 × 4) ÷ 1.5 = 3
 * ```
 */
export function averaged(
  average: readonly tf.Tensor[] | null,
  parameters: readonly tf.Tensor[],
  decay: number,
  update: number,
): tf.Tensor[] {
  if (!average) return parameters.map((parameter) => tf.clone(parameter));
  return tf.tidy(() => {
    const share = tf.scalar((1 - decay) / (1 - decay ** update));
    return parameters.map((parameter, i) => tf.add(average[i], tf.mul(tf.sub(parameter, average[i]), share)));
  });
}
