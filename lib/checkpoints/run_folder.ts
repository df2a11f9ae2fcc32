/**
 * One run on disk, in a folder of its own:
 *
 * - `run.json`: what is trained; `outcome.json`: how it ended; `result.safetensors`: the weights that were selected
 * - `updates.f64`, `evaluations.jsonl` and their clocks: the trajectory, which only grows
 * - `checkpoints/step-00000500.safetensors`: states to go on from, each naming the rows that it covers
 *
 * A checkpoint is renamed into place after its rows are on the disk, so that whenever the machine stops the newest one
 * is whole; rows past it are cut off when training goes on.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Selection } from "../criteria/selection.ts";
import type { Outcome } from "../training/event.ts";
import type { TrainState } from "../training/state.ts";
import { atomicWrite, makeFolder, removeIfThere, removeTemporaries, syncFolder } from "./atomic_write.ts";
import { DamagedCheckpoint } from "./damaged_checkpoint.ts";
import { exactJson } from "./exact_json.ts";
import { checkpointName, checkpointsOf, listCheckpoints, newestWhole } from "./read_state.ts";
import { encodeResult } from "./result_file.ts";
import { type Keep, retained } from "./retention.ts";
import { ROW_FILES } from "./row_files.ts";
import { lockRun } from "./run_lock.ts";
import { runRows } from "./run_rows.ts";
import { specHash } from "./spec_hash.ts";
import { encodeCheckpoint } from "./state_file.ts";
import { onStorage, StorageFault } from "./storage_fault.ts";

/** What decides which checkpoints stay: a filled spec has it. */
export interface Keeping {
  readonly select: Selection;
  readonly checkpoint: { readonly keep: Keep };
}

export interface Run {
  readonly folder: string;
  /** the state to go on from; null when there is none yet */
  latest(): TrainState | null;
  /** checkpoints newer than that which are not whole, newest first */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
  /** saves a state on the way, and removes the checkpoints that need not stay. @throws StorageFault */
  write(state: TrainState, keeping: Keeping): void;
  /** saves the end: its state, the selected weights, the outcome; without a state the outcome alone */
  finish(state: TrainState | null, outcome: Outcome, keeping: Keeping): void;
  /** lets another process in */
  close(): void;
}

/** In the order in which they may be deleted: a run without its checkpoints begins anew. */
const FILES = ["outcome.json", "result.safetensors", ...ROW_FILES, "run.json"];

/**
 * Opens a run, and keeps others out until it is closed. Makes the folder where there is none; removes what a crash left
 * half written; nothing else is touched until a state is written.
 *
 * @param options.fresh delete what is there; default false
 * @throws RunInUse; StorageFault; DamagedCheckpoint when there are checkpoints and none is whole; LaterCheckpoint
 * @example
 * ```ts ignore
 * const run = openRun(".plateau/runs/first");
 * const state = run.latest();
 * run.close();
 * ```
 */
export function openRun(folder: string, { fresh = false }: { readonly fresh?: boolean } = {}): Run {
  const inside = checkpointsOf(folder);
  onStorage(folder, () => makeFolder(inside));
  const lock = lockRun(folder);
  try {
    if (fresh) empty(folder);
    for (const place of [folder, inside]) removeTemporaries(place);
    return opened(folder, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function opened(folder: string, close: () => void): Run {
  const { found, damaged } = newestWhole(folder);
  if (!found && damaged.length > 0) {
    const [{ file, reason }] = damaged;
    throw new DamagedCheckpoint(file, reason, "there is no whole one before it; begin anew");
  }
  const rows = runRows(folder, found?.covers ?? null);
  let faulted = false, passedOver = damaged.map(({ file }) => file);

  const save = (state: TrainState, before: () => void = () => {}) => {
    describe(folder, state);
    const covers = rows.append(state.trajectory);
    before();
    // a folder's new files are found again only once the folder is synced too
    onStorage(folder, () => syncFolder(folder));
    atomicWrite(
      join(checkpointsOf(folder), checkpointName(state.position.step)),
      encodeCheckpoint(state, covers),
    );
    // the rows that damaged checkpoints cover are cut off: nothing can go on from them any more
    for (const name of passedOver) {
      if (name !== checkpointName(state.position.step)) removeCheckpoint(folder, name);
    }
    passedOver = [];
  };
  const noting = (act: () => void) => {
    try {
      act();
    } catch (error) {
      faulted ||= error instanceof StorageFault;
      throw error;
    }
  };
  return {
    folder,
    damaged,
    latest: () => found?.state ?? null,
    write: (state, keeping) =>
      noting(() => {
        const outcome = join(folder, "outcome.json"); // that of an end which is passed
        onStorage(outcome, () => removeIfThere(outcome));
        save(state);
        rotate(folder, state, keeping);
      }),
    finish(state, outcome, keeping) {
      if (faulted) return; // what is on the disk is whole: trying on would tell nothing new
      noting(() => {
        const { reason } = outcome;
        if (state === null) return writeOutcome(folder, outcome, null);
        save(state, () => {
          if (state.kept || reason !== "diverged") {
            atomicWrite(join(folder, "result.safetensors"), encodeResult(state));
          }
          writeOutcome(folder, outcome, state);
        });
        // of a training that diverged the last state before that stays
        if (reason !== "diverged") rotate(folder, state, keeping);
      });
    },
    close,
  };
}

function removeCheckpoint(folder: string, name: string): void {
  const file = join(checkpointsOf(folder), name);
  onStorage(file, () => removeIfThere(file));
}

/** Removes the checkpoints up to this state that need not stay. */
function rotate(folder: string, { position, trajectory }: TrainState, { select, checkpoint }: Keeping): void {
  const there = listCheckpoints(folder).filter(({ step }) => step <= position.step);
  const stay = retained(there.map(({ step }) => step), trajectory.evaluations, select, checkpoint.keep);
  for (const { step } of there) if (!stay.has(step)) removeCheckpoint(folder, checkpointName(step));
}

/** Names what is trained; `created` stays that of the first time. */
function describe(folder: string, { plan }: TrainState): void {
  const file = join(folder, "run.json"), spec = specHash(plan);
  const old = existsSync(file) ? onStorage(file, () => readFileSync(file, "utf8")) : "{}";
  const { spec: before, created = new Date().toISOString() } = jsonObject(old);
  if (before === spec) return;
  const run = { version: 1, name: basename(folder), spec, created, plan };
  atomicWrite(file, new TextEncoder().encode(exactJson(run) + "\n"));
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {}; // it describes, and is made anew from the plan
  }
}

/** The outcome, naming files where in memory there are ids. */
function writeOutcome(folder: string, outcome: Outcome, state: TrainState | null): void {
  const files = {
    checkpoint: state ? "result.safetensors" : null,
    state: state ? `checkpoints/${checkpointName(state.position.step)}` : null,
  };
  atomicWrite(
    join(folder, "outcome.json"),
    new TextEncoder().encode(exactJson({ ...outcome, ...files }) + "\n"),
  );
}

/** Deletes what a run consists of, and nothing else that may lie in the folder. */
function empty(folder: string): void {
  const files = [
    ...listCheckpoints(folder).map(({ file }) => file),
    ...FILES.map((name) => join(folder, name)),
  ];
  for (const file of files) onStorage(file, () => removeIfThere(file));
  onStorage(folder, () => syncFolder(checkpointsOf(folder)));
}
