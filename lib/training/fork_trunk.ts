/** The training that a fork leaves: what it was told, what it recorded, and the states that are there to go on from. */
import { listCheckpoints, readState } from "../checkpoints/read_state.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { countText, shown } from "../durations.ts";
import { hasState, loadState } from "./checkpoints.ts";
import type { TrainingEvent } from "./event.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import { trunkOf } from "./trunks.ts";

export interface Trunk {
  /** what it was trained under, with nothing saved on the way; relative caps are absolute */
  readonly spec: Spec;
  readonly recording: Trajectory;
  readonly end: TrainState;
  /**
   * the last state at or before a step; null for the beginning
   * @throws RangeError when the training itself went on from a later state
   */
  stateAt(step: number): TrainState | null;
}

/**
 * @param run the last event of a training of this process, or the spec of a run whose folder it names
 * @throws TypeError for anything else; RangeError when the training has not ended or its states are no longer in memory
 */
export function trunkFrom(run: TrainingEvent | Spec): Trunk {
  if (typeof run !== "object" || run === null) throw notARun(run);
  if ("plan" in run) return trunkOfEvent(run);
  const spec = filledSpec(run), { folder } = spec.checkpoint;
  if (folder === null) throw notARun(run);
  return trunkInFolder(spec, folder);
}

const notARun = (run: unknown) =>
  new TypeError(
    `invalid run: ${
      shown(run)
    } (the last event of a training, or the spec of a run with its checkpoint.folder)`,
  );

function trunkOfEvent({ plan, outcome }: TrainingEvent): Trunk {
  if (!outcome) throw new RangeError(`training ${plan.name} has not ended: fork it after its outcome`);
  const end = loadState(outcome.state), remembered = trunkOf(end);
  if (remembered === null) {
    throw new RangeError(`training ${plan.name} is of another process: name its folder`);
  }
  const { spec, states: { ids }, from } = remembered;
  const kept = [...ids].filter(([, id]) => hasState(id))
    .map(([step, id]): Found => ({ step, load: () => loadState(id) }));
  return trunk(spec, end, [...(from ? [{ step: from.position.step, load: () => from }] : []), ...kept]);
}

function trunkInFolder(spec: FilledSpec, folder: string): Trunk {
  const end = readState(folder), stop = resolveFrom(spec.stop, end.began);
  const states = listCheckpoints(folder).map(({ step, file }): Found => ({
    step,
    load: () => readState(file),
  }));
  return trunk({ ...spec, stop }, end, states);
}

/** A state that can be had. */
interface Found {
  readonly step: number;
  load(): TrainState;
}

function trunk(filled: FilledSpec, end: TrainState, states: readonly Found[]): Trunk {
  const found = [...states, { step: end.position.step, load: () => end }].sort((a, b) => a.step - b.step);
  return {
    spec: inMemory(filled),
    recording: end.trajectory,
    end,
    stateAt(step) {
      const state = found.findLast((each) => each.step <= step);
      if (state) return state.load();
      if (end.began === 0) return null;
      const began = countText(end.began), first = countText(found[0].step);
      throw new RangeError(
        `invalid step: ${countText(step)} (${
          step < end.began
            ? `the run went on from step ${began}: fork the one that came before it`
            : `the run went on from a state at step ${began}, which is gone; the first one since is at step ${first}`
        })`,
      );
    },
  };
}

/** The spec of a training that goes on from nothing, and saves only its end. */
function inMemory({ batches, ...filled }: FilledSpec): Spec {
  const { accumulate, leftover } = batches;
  return {
    ...filled,
    ...(accumulate === undefined ? {} : { accumulate: { batches: accumulate, leftover } }),
    checkpoint: null,
    from: null,
    onNoop: "ok",
    signal: null,
  };
}
