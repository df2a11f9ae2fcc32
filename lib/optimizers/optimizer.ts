/**
 * What every optimizer is: plain data, and a kind whose update is a pure function
 * (parameters, gradients, slots) → (parameters, slots). The rate comes from outside, by the schedule.
 */
import type { tf } from "../engine/tf.ts";
import type { Adam } from "./adam.ts";
import type { Momentum } from "./momentum.ts";
import type { Sgd } from "./sgd.ts";

export type Optimizer = Sgd | Momentum | Adam;

export interface Updated {
  readonly parameters: tf.Tensor[];
  readonly slots: tf.Tensor[];
}

export interface OptimizerKind<O> {
  /** slots per parameter, all zero at the start and shaped like the parameter */
  readonly slotsPerParameter: number;
  /**
   * @param slots for each parameter its slots, one after another
   * @param rate learning rate of this update
   * @param update number of this update, from 1
   */
  apply(
    optimizer: O,
    parameters: readonly tf.Tensor[],
    gradients: readonly tf.Tensor[],
    slots: readonly tf.Tensor[],
    rate: number,
    update: number,
  ): Updated;
  /** all that makes it: two optimizers of one text are the same */
  text(optimizer: O): string;
}

/** A coefficient in [0, 1), checked by name. */
export function coefficient(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) throw new RangeError(`invalid ${name}: ${value} (0 or more, below 1)`);
  return value;
}
