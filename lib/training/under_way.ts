/** What one training has in hand while it is under way, from the state it begins with to the one it leaves. */
import type { Run } from "../checkpoints/run_folder.ts";
import type { CriterionState } from "../criteria/criterion.ts";
import type { SelectionState } from "../criteria/selection.ts";
import { textOf } from "../criteria/rules.ts";
import { type Recorder, recorder, resumeRecorder } from "../curves/recorder.ts";
import { type Position, START } from "../durations.ts";
import type { Engine } from "../engine/engine.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import { conditionsOf } from "./conditions.ts";
import { measuredMetrics } from "./evaluate.ts";
import { onTick } from "./on_tick.ts";
import type { Plan } from "./plan.ts";
import type { Onlooker } from "./onlooker.ts";
import { type Beginning, criterionState, scaleState, selectionState } from "./resume.ts";
import type { FilledSpec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import {
  freshTensors,
  layoutOf,
  type Live,
  type NetworkLayout,
  numbersOf,
  revivedTensors,
  weightsOf,
} from "./tensors.ts";
import type { Updates } from "./updates.ts";

/** Progress: counters and what rules remember. All data. */
export interface Progress {
  at: Position;
  /** updates up to the last one applied, with those that were skipped: a state that is gone on from repeats what was skipped since */
  attempts: number;
  /** with all that were skipped */
  tries: number;
  criterion: CriterionState;
  selection: SelectionState;
  scale: PlateauScaleState;
}

/** What one training has in hand: given at its start, and what it grows. */
export interface UnderWay {
  readonly spec: FilledSpec;
  readonly engine: Engine;
  readonly updates: Updates;
  readonly plan: Plan;
  readonly began: number;
  readonly layout: NetworkLayout;
  readonly live: Live;
  readonly record: Recorder;
  readonly progress: Progress;
  readonly folder: Run | null;
  readonly onlooker: Onlooker | null;
  /** monotonic clock, added up over resumes, evaluations included */
  seconds(): number;
}

/** The state to go on from, or the first one, in the hand of the loop. */
export function underWay(
  { spec, plan, state, began }: Beginning,
  engine: Engine,
  updates: Updates,
  folder: Run | null,
  onlooker: Onlooker | null = null,
): UnderWay {
  const { name, seed, batches, stop } = spec;
  const offset = state?.position.seconds ?? 0, since = performance.now();
  return {
    seconds: () => onTick(offset + (performance.now() - since) / 1000),
    spec,
    engine,
    updates,
    plan,
    began,
    folder,
    onlooker,
    layout: layoutOf(spec),
    live: state ? revivedTensors(spec, state) : freshTensors(spec),
    record: state
      ? resumeRecorder(state.trajectory, name, measuredMetrics(spec))
      : recorder({ name, seed, batches, metrics: measuredMetrics(spec) }),
    progress: {
      at: state?.position ?? START,
      attempts: state?.attempts ?? 0,
      tries: state?.attempts ?? 0,
      criterion: criterionState(stop, state),
      selection: selectionState(spec.select, state),
      scale: scaleState(spec.scale, state),
    },
  };
}

/** All that is needed to go on. */
export function stateOf(run: UnderWay, end: TrainState["end"]): TrainState {
  const { spec, plan, engine, updates, began, layout, live, record, progress, seconds } = run;
  const { at, attempts, criterion, selection, scale } = progress;
  return {
    version: 1,
    plan,
    conditions: conditionsOf(engine, updates.mode),
    position: { ...at, seconds: seconds() },
    began,
    attempts,
    layout,
    ...weightsOf(live),
    slots: numbersOf(live.slots),
    average: live.average && numbersOf(live.average),
    criterion: { text: textOf(spec.stop), state: criterion },
    selection,
    scale,
    kept: live.kept && { row: live.kept.row, ...weightsOf(live.kept.network) },
    trajectory: record.trajectory(),
    end,
  };
}
