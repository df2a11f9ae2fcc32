/** The state that a training goes on from, by name. */
import { readState } from "../checkpoints/read_state.ts";
import { loadState } from "./checkpoints.ts";
import type { TrainState } from "./state.ts";

/**
 * The state that a spec names by `from`: an id of this process, a checkpoint's file, or a run's folder.
 * @throws RangeError for an id or a path that is unknown; DamagedCheckpoint for a file that is not whole
 */
export const stateFrom = (from: string): TrainState =>
  /^[sc]\d+$/.test(from) ? loadState(from) : readState(from);
