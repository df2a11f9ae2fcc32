/** Standardising by training statistics: validation and test never leak into the scale. */

/** Mean and standard deviation of each feature over some rows. */
export interface Statistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Mean and population standard deviation per feature; a feature that never varies gets deviation 1.
 *
 * @example
 * ```ts
 * import { statistics } from "./standardise.ts";
 * statistics(Float32Array.of(1, 3), 1).mean; // [2]
 * ```
 */
export function statistics(x: Float32Array, features: number): Statistics {
  const count = x.length / features;
  const mean = new Float64Array(features), deviation = new Float64Array(features);
  for (let i = 0; i < x.length; i++) mean[i % features] += x[i] / count;
  for (let i = 0; i < x.length; i++) deviation[i % features] += (x[i] - mean[i % features]) ** 2 / count;
  for (let j = 0; j < features; j++) deviation[j] = deviation[j] > 0 ? Math.sqrt(deviation[j]) : 1;
  return { mean, deviation };
}

/** (x − mean) / deviation, feature by feature, as a new array. */
export function standardise(x: Float32Array, { mean, deviation }: Statistics): Float32Array {
  return x.map((value, i) => (value - mean[i % mean.length]) / deviation[i % mean.length]);
}
