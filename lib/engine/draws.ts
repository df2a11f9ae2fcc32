/**
 * Random numbers within an update, as a pure function of (seed, purpose, update): drawn by JavaScript here, by operations
 * in a compiled program (recorded_draws.ts). Both give the same bits.
 */
import { uniforms } from "../random.ts";
import { tf } from "./tf.ts";

export interface Draws {
  /**
   * Numbers that are 1 with probability 1 − `rate`, else 0.
   * @param purpose what they are for; different purposes are independent
   */
  kept(purpose: string, shape: readonly number[], rate: number): tf.Tensor;
}

/**
 * The random numbers of one update, drawn by JavaScript.
 *
 * @param update number of the update, from 1
 * @example
 * ```ts
 * import { hostDraws } from "./draws.ts";
 * const mask = hostDraws(7, 1).kept("dropout", [32, 128], 0.5);
 * ```
 */
export const hostDraws = (seed: number, update: number): Draws => ({
  kept(purpose, shape, rate) {
    const size = shape.reduce((product, length) => product * length, 1);
    const uniform = uniforms(seed, purpose, update, size), mask = new Float32Array(size);
    for (let i = 0; i < size; i++) mask[i] = uniform[i] < rate ? 0 : 1;
    return tf.tensor(mask, [...shape]);
  },
});
