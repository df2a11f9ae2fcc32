/** Trainings of this process that may be forked, by the state in which they ended. */
import type { KeptStates } from "./kept_states.ts";
import type { FilledSpec } from "./spec.ts";
import type { TrainState } from "./state.ts";

/** What a training leaves beside its last state. */
export interface Remembered {
  /** with every rule resolved to absolute steps */
  readonly spec: FilledSpec;
  readonly states: Pick<KeptStates, "ids">;
  /** the state that it went on from itself; null when it began at the beginning */
  readonly from: TrainState | null;
}

/** Goes with the state: one that is no longer in memory is of no trunk. */
const trunks = new WeakMap<TrainState, Remembered>();

export const rememberTrunk = (end: TrainState, trunk: Remembered): void => void trunks.set(end, trunk);
export const trunkOf = (end: TrainState): Remembered | null => trunks.get(end) ?? null;
