/**
 * What every optimizer is: plain data, and a kind whose update is a pure function
 * (parameters, gradients, slots) → (parameters, slots). The rate comes from outside, by the schedule.
 */
import type { tf } from "../engine/tf.ts";
import type { Adam } from "./adam.ts";
import type { Adamw } from "./adamw.ts";
import type { Lion } from "./lion.ts";
import type { Momentum } from "./momentum.ts";
import type { Nesterov } from "./nesterov.ts";
import type { Rmsprop } from "./rmsprop.ts";
import type { Sgd } from "./sgd.ts";

export type Optimizer = Sgd | Momentum | Nesterov | Rmsprop | Adam | Adamw | Lion;

export interface Updated {
  readonly parameters: tf.Tensor[];
  readonly slots: tf.Tensor[];
}

export interface OptimizerKind<O> {
  /** slots per parameter, all zero at the start and shaped like the parameter */
  readonly slotsPerParameter: number;
  /**
   * The numbers of one update, made in double precision and rounded once: `apply` meets them as scalars, in this
   * order, so that a recorded update takes them as inputs.
   *
   * @param rate learning rate of this update
   * @param update number of this update, from 1
   */
  coefficients(optimizer: O, rate: number, update: number): number[];
  /**
   * Tensor operations alone: nothing is read back.
   *
   * @param slots for each parameter its slots, one after another
   * @param coefficients those of this update
   * @param decays for each parameter whether a decay masked to the weights holds for it
   */
  apply(
    optimizer: O,
    parameters: readonly tf.Tensor[],
    gradients: readonly tf.Tensor[],
    slots: readonly tf.Tensor[],
    coefficients: readonly tf.Scalar[],
    decays: readonly boolean[],
  ): Updated;
  /** all that makes it: two optimizers of one text are the same */
  text(optimizer: O): string;
}
