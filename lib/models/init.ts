/** Initial weights by the names the field uses. */
import { normals } from "../random.ts";

/** he: variance 2 / fan-in (He et al. 2015); glorot: 2 / (fan-in + fan-out) (Glorot and Bengio 2010); lecun: 1 / fan-in (LeCun et al. 1998). */
export type Init = "he" | "glorot" | "lecun" | "zeros";

export const INITS: readonly Init[] = ["he", "glorot", "lecun", "zeros"];

/**
 * Weights of a layer `[fanIn, fanOut]`, normal with the variance that `init` names.
 *
 * @param index which layer, from 0: layers draw independent numbers
 *
 * @example
 * ```ts
 * import { initialWeights } from "./init.ts";
 * initialWeights("he", 64, 10, 7, 0).length; // 640
 * ```
 */
export function initialWeights(
  init: Init,
  fanIn: number,
  fanOut: number,
  seed: number,
  index: number,
): Float32Array {
  const variance = { he: 2 / fanIn, glorot: 2 / (fanIn + fanOut), lecun: 1 / fanIn, zeros: 0 }[init];
  const deviation = Math.sqrt(variance);
  return normals(seed, "weights", index, fanIn * fanOut).map((value) => value * deviation);
}
