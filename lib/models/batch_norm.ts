/**
 * Batch normalisation (Ioffe and Szegedy 2015): each channel to mean 0 and variance 1 over the batch in training, by
 * moving statistics otherwise; then a scale and a shift that are trained. The variance is the batch's own (divided by
 * n), in the moving statistics too, so that a batch of one example is no special case.
 */
import { tf } from "../engine/tf.ts";
import type { Parameter } from "./model.ts";

/** added to the variance under the root */
const EPSILON = 1e-5;
/** share of the batch in the moving statistics: PyTorch's default */
const SHARE = 0.1;

/** Scale at 1 and shift at 0. Neither decays by mask. */
export const normParameters = (name: string, channels: number): Parameter[] => [
  { name: `${name}.scale`, shape: [channels], values: new Float32Array(channels).fill(1), decays: false },
  { name: `${name}.shift`, shape: [channels], values: new Float32Array(channels), decays: false },
];

/** Moving mean at 0 and moving variance at 1. */
export const normStatistics = (name: string, channels: number): Parameter[] => [
  { name: `${name}.mean`, shape: [channels], values: new Float32Array(channels), decays: false },
  { name: `${name}.variance`, shape: [channels], values: new Float32Array(channels).fill(1), decays: false },
];

/**
 * Normalises over all axes but the last.
 *
 * @param parameters scale and shift
 * @param statistics moving mean and variance; in training they come back moved
 */
export function batchNorm<T extends tf.Tensor>(
  x: T,
  [scale, shift]: readonly tf.Tensor[],
  [mean, variance]: readonly tf.Tensor[],
  training: boolean,
): { readonly outputs: T; readonly statistics: readonly tf.Tensor[] } {
  const normalised = (centred: tf.Tensor, variance: tf.Tensor) =>
    tf.add(tf.mul(centred, tf.mul(scale, tf.rsqrt(tf.add(variance, EPSILON)))), shift) as T;
  if (!training) return { outputs: normalised(tf.sub(x, mean), variance), statistics: [mean, variance] };
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const batchMean = tf.mean(x, axes), centred = tf.sub(x, batchMean);
  const batchVariance = tf.mean(tf.square(centred), axes);
  const moved = (old: tf.Tensor, now: tf.Tensor) => tf.add(old, tf.mul(tf.sub(now, old), SHARE));
  return {
    outputs: normalised(centred, batchVariance),
    statistics: [moved(mean, batchMean), moved(variance, batchVariance)],
  };
}
