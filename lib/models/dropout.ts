/** Dropout (Srivastava et al. 2014), inverted: what is kept is scaled up in training, so nothing changes after it. */
import { tf } from "../engine/tf.ts";
import { uniforms } from "../random.ts";
import type { Pass } from "./model.ts";

/**
 * Drops numbers of `x`, each with probability `rate`: which ones is a function of (seed, update, batch, layer), so a
 * training cut anywhere goes on with the same masks.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, layer: number, pass: Pass): T {
  if (!pass.training || rate === 0) return x;
  const { seed, update, batch } = pass;
  const uniform = uniforms(seed, `dropout of layer ${layer} in batch ${batch}`, update, x.size);
  const mask = new Float32Array(x.size), kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = uniform[i] < rate ? 0 : kept;
  return tf.mul(x, tf.tensor(mask, x.shape));
}
