/** What runs updates for the loop: one by one, or compiled, many in a call. */
import type { Conditions } from "./state.ts";
import type { UpdateTensors } from "./update.ts";
import type { tf } from "../engine/tf.ts";

/** A stretch takes about so long, in milliseconds: an abort waits for it, and the page is told of it. */
export const CHUNK = 50;

/** All tensors that updates move. */
export interface LoopTensors extends UpdateTensors {
  /** running mean of the parameters; null when none is kept */
  readonly average: readonly tf.Tensor[] | null;
}

/** Updates that follow one another, and whether an evaluation ends them. Plain data but for the tensors. */
export interface Stretch {
  /** what the first of them begins with; stays as it is */
  readonly tensors: LoopTensors;
  /** updates applied before */
  readonly step: number;
  /** index of the first one's batches: updates tried before */
  readonly tries: number;
  /** learning rate of each; none for an evaluation alone */
  readonly rates: readonly number[];
  readonly evaluate: boolean;
}

/** Outputs of a network on the splits that evaluations measure: `count × outputs` numbers, row by row. */
export interface SplitOutputs {
  readonly validation: Float32Array;
  readonly test: Float32Array;
}
export interface Outputs {
  readonly network: SplitOutputs;
  /** of the running mean; null when none is kept */
  readonly average: SplitOutputs | null;
}

/** What became of a stretch. */
export interface Ran {
  /** loss of each update that was applied, in its order: fewer than were asked for where data ends or reading it is slow */
  readonly losses: ArrayLike<number>;
  /**
   * loss of the update after them, when its loss, gradients or what it would have left were no numbers: it was not
   * applied, and none after it
   */
  readonly failed: number | null;
  /** after the last update that was applied; the caller's */
  readonly tensors: LoopTensors;
  /** of the evaluation; null when none was asked for, or not all updates before it were applied */
  readonly outputs: Outputs | null;
  /** milliseconds that the evaluation took, of those that the whole did */
  readonly evaluating: number;
}

export interface Updates {
  readonly mode: Conditions["mode"];
  /** why updates run otherwise than they could, as one sentence; null when there is nothing to say */
  readonly why: string | null;
  /** whether the next stretch may begin before this one's result has been looked at */
  readonly ahead: boolean;
  /** how many updates from index `tries` on may run in one stretch, at least 1 */
  most(tries: number): number;
  /**
   * A pure function of the stretch, whatever has been run before.
   * @returns null when the data has ended before the first update
   */
  run(stretch: Stretch): Ran | null | Promise<Ran | null>;
  close(): void | Promise<void>;
}
