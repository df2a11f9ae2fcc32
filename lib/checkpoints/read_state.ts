/** States on disk, read without touching what is there. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { TrainState } from "../training/state.ts";
import { BadPrefix } from "./append_file.ts";
import { fromFile } from "./file_source.ts";
import { DamagedCheckpoint } from "./damaged_checkpoint.ts";
import { LaterCheckpoint } from "./later_checkpoint.ts";
import { readRows } from "./run_rows.ts";
import { BadState, decodeCheckpoint } from "./state_file.ts";
import type { Covers } from "./state_schema.ts";
import { onStorage } from "./storage_fault.ts";

/** A checkpoint of a run's folder, by its place. */
export interface CheckpointFile {
  readonly step: number;
  readonly file: string;
}

/** A checkpoint that was read whole. */
export interface FoundState {
  readonly state: TrainState;
  /** null where the file holds its own trajectory */
  readonly covers: Covers | null;
}

/** Where the checkpoints of a run lie. */
export const checkpointsOf = (folder: string): string => join(folder, "checkpoints");

export const checkpointName = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;

/** The checkpoints of a run, newest first. */
export function listCheckpoints(folder: string): CheckpointFile[] {
  const inside = checkpointsOf(folder);
  if (!existsSync(inside)) return [];
  return onStorage(inside, () => readdirSync(inside)).flatMap((name) => {
    const [, step] = /^step-(\d{8,})\.safetensors$/.exec(name) ?? [];
    return step === undefined ? [] : [{ step: Number(step), file: join(inside, name) }];
  }).sort((a, b) => b.step - a.step);
}

/**
 * One checkpoint with its trajectory: that inside, or the rows of the run whose folder it lies in.
 * @throws DamagedCheckpoint that says what is wrong with it; StorageFault
 */
function readCheckpoint(file: string): FoundState {
  try {
    const { state, frame, covers, trajectory } = onStorage(file, () => fromFile(file, decodeCheckpoint));
    if (covers === null) return { state: { ...state, trajectory: trajectory! }, covers };
    if (basename(file) !== checkpointName(state.position.step)) {
      throw new BadState(`it holds step ${state.position.step}`);
    }
    return { state: { ...state, trajectory: readRows(dirname(dirname(file)), covers, frame) }, covers };
  } catch (error) {
    if (error instanceof BadState) throw new DamagedCheckpoint(basename(file), error.reason, "", error.later);
    if (error instanceof BadPrefix) throw new DamagedCheckpoint(basename(file), error.message);
    throw error;
  }
}

/**
 * The state of a checkpoint's file, or the newest of a run's folder.
 * @throws RangeError for a path that is neither; DamagedCheckpoint, for a folder with the whole one before it;
 *   LaterCheckpoint; StorageFault
 * @example
 * ```ts ignore
 * const { position } = readState(".plateau/runs/first");
 * ```
 */
export function readState(path: string): TrainState {
  if (!existsSync(path)) {
    throw new RangeError(`unknown state: ${path} (a checkpoint's file, or the folder of a run)`);
  }
  if (!onStorage(path, () => statSync(path)).isDirectory()) return readCheckpoint(path).state;
  const { found, damaged } = newestWhole(path);
  if (damaged.length === 0 && found) return found.state;
  if (damaged.length === 0) throw new RangeError(`unknown state: ${path} (a folder without checkpoints)`);
  const [{ file, reason }] = damaged;
  const advice = found
    ? `name ${checkpointName(found.state.position.step)} to go on from it`
    : "there is no whole one before it";
  throw new DamagedCheckpoint(file, reason, advice);
}

export interface NewestWhole {
  /** null when there is none */
  readonly found: FoundState | null;
  /** newer ones that were passed over, newest first */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The newest checkpoint of a run that is whole, with its rows.
 * @throws LaterCheckpoint when a later version of Plateau has written a newer one; StorageFault
 */
export function newestWhole(folder: string): NewestWhole {
  const damaged: DamagedCheckpoint[] = [];
  let found: FoundState | null = null;
  for (const { file } of listCheckpoints(folder)) {
    try {
      found = readCheckpoint(file);
      break;
    } catch (error) {
      if (!(error instanceof DamagedCheckpoint)) throw error;
      damaged.push(error);
    }
  }
  const later = damaged.find((each) => each.later !== null);
  if (later) {
    throw new LaterCheckpoint(later.file, later.later!, found && checkpointName(found.state.position.step));
  }
  return { found, damaged: damaged.map(({ file, reason }) => ({ file, reason })) };
}
