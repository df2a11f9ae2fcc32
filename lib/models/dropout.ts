/** Dropout (Srivastava et al. 2014), inverted: what is kept is scaled up in training, so nothing changes after it. */
import { tf } from "../engine/tf.ts";
import type { Pass } from "./model.ts";

/**
 * Drops numbers of `x`, each with probability `rate`: which ones is a function of (seed, update, batch, layer), so a
 * training cut anywhere goes on with the same masks.
 *
 * @param shape of the mask, where numbers are dropped together; default that of `x`
 */
export function dropout<T extends tf.Tensor>(
  x: T,
  rate: number,
  layer: number,
  pass: Pass,
  shape: readonly number[] = x.shape,
): T {
  if (!pass.training || rate === 0) return x;
  const kept = pass.draws.kept(`dropout of layer ${layer} in batch ${pass.batch}`, shape, rate);
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}
