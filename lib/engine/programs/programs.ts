/** What an engine offers that compiles: recordings of work, and loops of them as programs. */
import type { Draws } from "../draws.ts";
import type { tf } from "../tf.ts";
import type { LoopParts, ProgramMode } from "./loop_functions.ts";
import type { LoopProgram } from "./loop_program.ts";
import type { Recording } from "./record.ts";
import type { Unrefused } from "./unrefused.ts";

export interface Programs {
  /** whether a lookup out of range is an error; else it gives what is no number */
  readonly bounded: boolean;
  /**
   * Runs `work` once and records it.
   * @throws NotRecordable
   */
  record<Name extends string>(
    inputs: Readonly<Record<Name, tf.Tensor>>,
    work: (inputs: Readonly<Record<Name, tf.Tensor>>) => readonly tf.Tensor[],
  ): Recording;
  /** random numbers of the update that `drawNumbers` tell, within a recording */
  draws(numbers: tf.Tensor1D): Draws;
  /** rows of a table at places that are in its range, within a recording */
  rows(table: tf.Tensor, places: tf.Tensor): tf.Tensor2D;
  program(parts: LoopParts, mode: ProgramMode): LoopProgram;
  /**
   * Runs in the best way for these recordings that the engine does not refuse.
   * @throws ProgramFault when it refuses all
   */
  unrefused<T>(
    recordings: readonly Recording[],
    run: (mode: ProgramMode) => Promise<T>,
  ): Promise<Unrefused<T>>;
}
