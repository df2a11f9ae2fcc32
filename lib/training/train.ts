/** The training loop: an async generator of events. Nothing else counts steps, and nothing is called back. */
import { dueUpTo, isDue, type PlannedUnit, positionAt } from "../batch_plan.ts";
import { openRun, type Run } from "../checkpoints/run_folder.ts";
import { observe, stops, textOf } from "../criteria/rules.ts";
import { observeSelection } from "../criteria/select.ts";
import type { SelectionState } from "../criteria/selection.ts";
import type { CriterionState } from "../criteria/criterion.ts";
import { type Recorder, recorder, resumeRecorder } from "../curves/recorder.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { batchSource } from "../data/batch_source.ts";
import { type Duration, type Position, START } from "../durations.ts";
import { type Engine, startEngine } from "../engine/engine.ts";
import { modelKind } from "../models/model_kind.ts";
import { initialScale, observeScale } from "../schedules/plateau_scale.ts";
import { resolve } from "../schedules/resolve.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import { breath } from "./breath.ts";
import { saveState } from "./checkpoints.ts";
import { conditionsOf } from "./conditions.ts";
import { evaluate, measuredMetrics } from "./evaluate.ts";
import type { Outcome, TrainingEvent } from "./event.ts";
import { outcomeOf } from "./outcome.ts";
import { type Plan, planFor } from "./plan.ts";
import { type Pace, paced } from "./pace.ts";
import { type Beginning, beginning, criterionState, selectionState } from "./resume.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import { stateFrom } from "./state_from.ts";
import { step } from "./step.ts";
import {
  disposeTensors,
  freshTensors,
  keepNetwork,
  layoutOf,
  type Live,
  type NetworkLayout,
  numbersOf,
  replaceTensors,
  revivedTensors,
  weightsOf,
} from "./tensors.ts";

/** Events come at least this often, and the event loop breathes as often. Milliseconds. */
const CHUNK = 50;

/** Updates in a row whose gradients are no numbers, after which skipping them is given up. */
const MOST_SKIPPED = 10;

/** A training under way: its events, and a way to ask it to stop. */
export interface Training extends AsyncGenerator<TrainingEvent, void, void> {
  /** ends it as `aborted` before its next update; its last event still comes */
  abort(): void;
}

/**
 * Trains. The order in a step is always: update, counters, evaluation, criteria, selection, checkpoint, stop; the
 * cap is tested before every update, with ≥. At every end the network is evaluated, and what was selected is kept.
 *
 * Random numbers and the order of examples follow from the seed and the counters, so a training that is cut and gone
 * on with (`from`, or the same `checkpoint.folder`) ends bit-equal to an uncut one on the same engine and machine.
 *
 * @returns an async generator of events, whose last one carries the outcome
 * @throws RangeError or TypeError at once when the spec is wrong; what fails in the middle is thrown after the
 *   event with outcome `failed`
 *
 * @example
 * ```ts
 * import { criteria, datasets, models, optimizers, schedules, steps, train } from "plateau";
 * const run = train({
 *   model: models.mlp({ layers: [64, 16, 10] }),
 *   data: datasets.digits(),
 *   optimizer: optimizers.adam(),
 *   schedule: schedules.constant(3e-3),
 *   batch: 32,
 *   evaluate: { every: steps(10) },
 *   stop: criteria.maxSteps(20),
 * });
 * for await (const event of run) if (event.outcome) console.log(event.outcome.because);
 * ```
 */
export function train(spec: Spec): Training {
  return trainUpTo(spec, Infinity);
}

/** Trains as `train` does, and is ended as `aborted` once `step` updates have been applied. */
export function trainUpTo(spec: Spec, step: number): Training {
  const filled = filledSpec(spec);
  planFor(filled, null, filled.from === null ? null : stateFrom(filled.from));
  const control = new AbortController();
  const asked = () => control.signal.aborted || filled.signal?.aborted === true;
  const training = run(filled, (at) => asked() || at.step >= step);
  return Object.assign(training, { abort: () => control.abort() });
}

/** Whether a training has been asked to end. Looked at before every update. */
type Asked = (at: Position) => boolean;

/** Progress: counters and what rules remember. All data. */
export interface Progress {
  at: Position;
  /** batches of updates taken, with those that were skipped */
  attempts: number;
  criterion: CriterionState;
  selection: SelectionState;
  scale: PlateauScaleState;
}

/** What one training has in hand: given at its start, and what it grows. */
export interface UnderWay {
  readonly spec: FilledSpec;
  readonly engine: Engine;
  readonly plan: Plan;
  readonly began: number;
  readonly layout: NetworkLayout;
  readonly live: Live;
  readonly record: Recorder;
  readonly progress: Progress;
  readonly folder: Run | null;
  /** monotonic clock, added up over resumes, evaluations included */
  seconds(): number;
}

async function* run(given: FilledSpec, asked: Asked): AsyncGenerator<TrainingEvent, void, void> {
  const engine = await startEngine();
  const { folder: path, fresh } = given.checkpoint;
  const folder = path === null ? null : openRun(path, { fresh });
  try {
    const begun = beginning(given, engine, folder);
    yield* trained(underWay(begun, engine, folder), begun, asked);
  } finally {
    folder?.close();
  }
}

/** The state to go on from, or the first one, in the hand of the loop. */
function underWay({ spec, plan, state, began }: Beginning, engine: Engine, folder: Run | null): UnderWay {
  const { name, seed, batches, stop } = spec;
  const offset = state?.position.seconds ?? 0, since = performance.now();
  return {
    seconds: () => offset + (performance.now() - since) / 1000,
    spec,
    engine,
    plan,
    began,
    folder,
    layout: layoutOf(spec),
    live: state ? revivedTensors(spec, state) : freshTensors(spec),
    record: state
      ? resumeRecorder(state.trajectory, name, measuredMetrics(spec))
      : recorder({ name, seed, batches, metrics: measuredMetrics(spec) }),
    progress: {
      at: state?.position ?? START,
      attempts: state?.attempts ?? 0,
      criterion: criterionState(stop, state),
      selection: selectionState(spec.select, state),
      // without a rule in the spec nothing scales, whatever the state was trained under
      scale: { ...(state?.scale ?? initialScale()), ...(spec.scale ? {} : { scale: 1 }) },
    },
  };
}

async function* trained(
  run: UnderWay,
  { state: from }: Beginning,
  asked: Asked,
): AsyncGenerator<TrainingEvent, void, void> {
  // What the loop asks for by index.
  const { spec, plan, live, record, progress, folder } = run;
  const schedule = resolve(spec.schedule, spec.batches);
  const source = batchSource(spec.data, modelKind(spec.model).loss(spec.model), spec.seed, spec.batches);
  const first = progress.at.step;
  let pace: Pace = { since: performance.now(), step: first, updatesPerSecond: 0 };
  let turn = performance.now();

  const event = (type: TrainingEvent["type"], outcome: Outcome | null = null): TrainingEvent => ({
    type,
    plan,
    at: progress.at,
    pace: pace.updatesPerSecond,
    trajectory: record.trajectory(),
    cuts: progress.scale.cuts,
    outcome,
  });

  try {
    yield event("planned");
    let reason: EndReason | null = null, failure: unknown, skippedInARow = 0, seen = progress.attempts;
    try {
      while (true) {
        if (asked(progress.at)) reason = "aborted";
        else if (stops(spec.stop, progress.criterion, progress.at)) {
          reason = progress.at.step === first && from ? "alreadyComplete" : "stopped";
        }
        if (reason) break;

        // One update, then the counters.
        const next = source.at(progress.attempts), batches = next instanceof Promise ? await next : next;
        if (batches === null) {
          reason = "exhausted";
          break;
        }
        const rate = schedule.rate(progress.at.step) * progress.scale.scale;
        const stepped = step(spec, live, batches, rate, progress.at.step + 1);
        progress.attempts++;
        if (!stepped.finite && spec.nonFinite === "skip" && ++skippedInARow < MOST_SKIPPED) continue;
        if (stepped.finite) {
          replaceTensors(live, stepped, spec.average?.decay ?? null, progress.at.step + 1);
          skippedInARow = 0;
        }
        const before = seen;
        seen = progress.attempts;
        advance(run, rate, stepped.loss);
        if (!stepped.finite) {
          reason = "diverged";
          break;
        }

        // The evaluation, if one falls due: seen by criteria, scale and selection, in this order.
        const evaluated = fallsDue(run, spec.evaluate.every, before);
        if (evaluated) observeEvaluation(run);

        // A state to go on from, if one falls due.
        if (spec.checkpoint.every && fallsDue(run, spec.checkpoint.every, before)) {
          const state = stateOf(run, null);
          folder?.write(state, spec);
          yield { ...event("checkpoint"), state: saveState(state) };
        }

        // A breath for the event loop, and an event, every chunk.
        const now = performance.now(), over = now - turn >= CHUNK;
        if (evaluated || over) {
          pace = paced(pace, now, progress.at.step);
          yield event(evaluated ? "evaluation" : "chunk");
          if (over) {
            await breath();
            turn = performance.now(); // a training that takes turns with another gets whole ones
          }
        }
      }
    } catch (error) {
      reason = "failed";
      failure = error;
    }

    // Every end: a final evaluation where the grid had none, the selection, the state to go on from.
    const final = failure ? null : finalEvaluation(run);
    record.finish(reason, final);
    const { outcome, saved } = outcomeOf(run, reason, failure, (end) => stateOf(run, end));
    if (reason !== "alreadyComplete") folder?.finish(saved, outcome, spec);
    yield event("ended", outcome);
    if (failure) throw failure;
  } finally {
    disposeTensors(live);
    await source.close();
  }
}

/**
 * Whether an `every` fell due since the update before, after `before` attempts: steps count what was applied; epochs and examples count what
 * was seen, batches of skipped updates included.
 */
function fallsDue(
  { spec: { batches }, progress }: UnderWay,
  every: Duration<PlannedUnit>,
  before: number,
): boolean {
  if (every.unit === "steps") return isDue(batches, every, progress.at.step);
  return dueUpTo(batches, every, progress.attempts) > dueUpTo(batches, every, before);
}

/** The counters and the record of an update that was taken. */
function advance({ spec, record, progress, seconds }: UnderWay, rate: number, loss: number): void {
  const { at, attempts } = progress;
  const position = positionAt(spec.batches, attempts, at.evaluations, seconds());
  progress.at = { ...position, step: at.step + 1 };
  record.update({ ...progress.at, rate, loss });
  const update = { kind: "update" as const, at: progress.at, loss, rate };
  progress.criterion = observe(spec.stop, progress.criterion, update);
}

/** An evaluation on the grid. */
function observeEvaluation({ spec, live, record, progress }: UnderWay): void {
  const { row, standardErrors } = evaluate(spec, live, progress.at);
  record.evaluation(row, standardErrors);
  const at = { ...progress.at, evaluations: progress.at.evaluations + 1 };
  progress.at = at;
  const observation = { kind: "evaluation" as const, at, metrics: row.metrics, standardErrors };
  progress.criterion = observe(spec.stop, progress.criterion, observation);
  if (spec.scale) progress.scale = observeScale(spec.scale, progress.scale, row);
  progress.selection = observeSelection(spec.select, progress.selection, row);
  if (progress.selection.kept !== progress.selection.seen) return;
  const averages = "metric" in spec.select && spec.select.metric.startsWith("average.");
  const { parameters, statistics, average } = live;
  keepNetwork(live, row, { parameters: averages ? average! : parameters, statistics });
}

/** The evaluation at an end off the grid: reported, and seen by no rule. */
function finalEvaluation({ spec, live, record, progress }: UnderWay): EvaluationRow | null {
  const { at } = progress;
  return at.step === 0 || record.lastEvaluatedStep() === at.step ? null : evaluate(spec, live, at).row;
}

/** All that is needed to go on. */
function stateOf(run: UnderWay, end: TrainState["end"]): TrainState {
  const { spec, plan, engine, began, layout, live, record, progress, seconds } = run;
  const { at, attempts, criterion, scale } = progress;
  return {
    version: 1,
    plan,
    conditions: conditionsOf(engine),
    position: { ...at, seconds: seconds() },
    began,
    attempts,
    layout,
    ...weightsOf(live),
    slots: numbersOf(live.slots),
    average: live.average && numbersOf(live.average),
    criterion: { text: textOf(spec.stop), state: criterion },
    scale,
    kept: live.kept && { row: live.kept.row, ...weightsOf(live.kept.network) },
    trajectory: record.trajectory(),
    end,
  };
}
