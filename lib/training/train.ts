/** The training loop: an async generator of events. Nothing else counts steps, and nothing is called back. */
import type { Criterion, CriterionState } from "../criteria/criterion.ts";
import { initial, observe, stops, verdict } from "../criteria/rules.ts";
import { isBetter } from "../criteria/select.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { type Recorder, recorder, resumeRecorder } from "../curves/recorder.ts";
import { batches } from "../data/order.ts";
import { isDue, positionAt } from "../batch_plan.ts";
import { type Position, START } from "../durations.ts";
import { startEngine } from "../engine/engine.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { initialScale, observeScale } from "../schedules/plateau_scale.ts";
import { resolve } from "../schedules/resolve.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import { breath } from "./breath.ts";
import { loadState, saveCheckpoint, saveState, type TrainState } from "./checkpoints.ts";
import { logitsOf, measure } from "./evaluate.ts";
import type { Outcome, TrainingEvent } from "./event.ts";
import { METRICS, type Plan, planFor } from "./plan.ts";
import { type Pace, paced } from "./pace.ts";
import { refold } from "./refold.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";
import { step } from "./step.ts";

/** Events come at least this often, and the event loop breathes as often. Milliseconds. */
const CHUNK = 50;

/** A training under way: its events, and a way to ask it to stop. */
export interface Training extends AsyncGenerator<TrainingEvent, void, void> {
  /** ends it as `aborted` before its next update; evaluation, selection and the last event still come */
  abort(): void;
}

/**
 * Trains, and says what happens as it happens.
 *
 * Yields `planned`, then `chunk` and `evaluation` while it runs, and `ended` with the outcome. Every event
 * carries the trajectory so far. The order in a step is always: update, counters, evaluation, criteria,
 * selection, stop; the criteria are asked before every update.
 *
 * @throws RangeError or TypeError at once for a wrong spec, naming the field and the value; what ends a training as
 *   `failed` is thrown after the last event
 *
 * @example
 * ```ts
 * import { criteria, datasets, models, optimizers, schedules, steps, train } from "plateau";
 * const run = train({
 *   model: models.mlp({ layers: [64, 32, 10] }),
 *   data: datasets.digits(),
 *   optimizer: optimizers.adam(),
 *   schedule: schedules.constant(1e-3),
 *   batch: 32,
 *   evaluate: { every: steps(50) },
 *   stop: criteria.maxSteps(200),
 * });
 * for await (const event of run) console.log(event.type, event.at.step);
 * ```
 */
export function train(spec: Spec): Training {
  const filled = filledSpec(spec);
  planFor(filled, null);
  const control = new AbortController();
  const signal = filled.signal ? AbortSignal.any([filled.signal, control.signal]) : control.signal;
  return Object.assign(run(filled, signal), { abort: () => control.abort() });
}

/** Tensors of one training; each is replaced by every update, and disposed of unless it is kept. */
interface Live {
  parameters: tf.Tensor[];
  slots: tf.Tensor[];
  kept: { row: EvaluationRow; parameters: tf.Tensor[] } | null;
}

async function* run(spec: FilledSpec, signal: AbortSignal): AsyncGenerator<TrainingEvent, void, void> {
  // What is given: the plan, the state to go on from, and what the loop asks for by index.
  const engine = await startEngine();
  const plan = planFor(spec, engine);
  const from = spec.from === null ? null : loadState(spec.from);
  const live = from ? revived(from) : fresh(spec);
  const shapes = live.parameters.map((p) => p.shape);
  const record = from ? resumeRecorder(from.trajectory, spec.name) : recorder({
    name: spec.name,
    seed: spec.seed,
    batches: spec.batches,
    metrics: METRICS,
  });
  const schedule = resolve(spec.schedule, spec.batches), rowsOf = batches(spec.seed, spec.batches);
  const stepSpec = { ...spec, split: spec.data.training, classes: spec.data.classes.length };

  // Progress: counters, criterion and scale, all data.
  let at = from?.position ?? START;
  let criterion: CriterionState = from ? refold(spec.stop, from.trajectory) : initial(spec.stop);
  // without a rule in the spec nothing scales, whatever the state was trained under
  let scale: PlateauScaleState = {
    ...(from?.scale ?? initialScale()),
    ...(spec.scale ? {} : { scale: 1 }),
  };
  const first = at.step, offset = at.seconds, began = performance.now();
  const seconds = () => offset + (performance.now() - began) / 1000;
  let pace: Pace = { since: performance.now(), step: at.step, updatesPerSecond: 0 };
  let turn = performance.now();

  const event = (type: TrainingEvent["type"], outcome: Outcome | null = null): TrainingEvent => ({
    type,
    plan,
    at,
    pace: pace.updatesPerSecond,
    trajectory: record.trajectory(),
    cuts: scale.cuts,
    outcome,
  });

  try {
    yield event("planned");
    let reason: EndReason | null = null;
    let failure: unknown;
    try {
      while (true) {
        if (signal.aborted) reason = "aborted";
        else if (stops(spec.stop, criterion, at)) {
          reason = at.step === first && from ? "alreadyComplete" : "stopped";
        }
        if (reason) break;

        // One update, then the counters.
        const rate = schedule.rate(at.step) * scale.scale;
        const stepped = step(stepSpec, live.parameters, live.slots, rowsOf(at.step), rate, at.step + 1);
        replace(live, stepped.parameters, stepped.slots);
        at = positionAt(spec.batches, at.step + 1, at.evaluations, seconds());
        record.update({ ...at, rate, loss: stepped.loss });
        criterion = observe(spec.stop, criterion, { kind: "update", at, loss: stepped.loss, rate });
        if (!Number.isFinite(stepped.loss)) {
          reason = "diverged";
          break;
        }

        // The evaluation, if one falls due: seen by criteria, scale and selection, in this order.
        const due = isDue(spec.batches, spec.evaluate.every, at.step);
        if (due) {
          const { row, standardErrors } = evaluate(spec, live.parameters, at);
          record.evaluation(row, standardErrors);
          at = { ...at, evaluations: at.evaluations + 1 };
          criterion = observe(spec.stop, criterion, { kind: "evaluation", at, metrics: row.metrics });
          if (spec.scale) scale = observeScale(spec.scale, scale, row);
          if (isBetter(spec.select, row, live.kept?.row ?? null)) keep(live, row);
        }

        // A breath for the event loop, and an event, every chunk.
        const now = performance.now(), over = now - turn >= CHUNK;
        if (due || over) {
          pace = paced(pace, now, at.step);
          yield event(due ? "evaluation" : "chunk");
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
    const evaluated = record.lastEvaluatedStep() === at.step;
    const final = at.step === 0 || evaluated || failure ? null : evaluate(spec, live.parameters, at).row;
    record.finish(reason, final);
    yield event(
      "ended",
      outcomeOf(spec, { plan, reason, failure, at, criterion, scale, live, shapes, record }),
    );
    if (failure) throw failure;
  } finally {
    dispose(live);
  }
}

function fresh({ model, optimizer, seed }: FilledSpec): Live {
  const parameters = modelKind(model).parameters(model, seed);
  const perParameter = optimizerKind(optimizer).slotsPerParameter;
  return {
    parameters: parameters.map(({ values, shape }) => tf.tensor(values, [...shape])),
    slots: parameters.flatMap(({ shape }) =>
      Array.from({ length: perParameter }, () => tf.zeros([...shape]))
    ),
    kept: null,
  };
}

function revived({ parameters, slots, shapes, kept }: TrainState): Live {
  const restore = (all: readonly Float32Array[]) =>
    all.map((values, i) => tf.tensor(values, [...shapes[Math.floor(i * shapes.length / all.length)]]));
  return {
    parameters: restore(parameters),
    slots: restore(slots),
    kept: kept && { row: kept.row, parameters: restore(kept.parameters) },
  };
}

/** Takes the next tensors and disposes of the old ones, except those of the kept evaluation. */
function replace(live: Live, parameters: tf.Tensor[], slots: tf.Tensor[]): void {
  if (live.kept?.parameters !== live.parameters) live.parameters.forEach((p) => p.dispose());
  live.slots.forEach((slot) => slot.dispose());
  live.parameters = parameters;
  live.slots = slots;
}

function keep(live: Live, row: EvaluationRow): void {
  if (live.kept && live.kept.parameters !== live.parameters) live.kept.parameters.forEach((p) => p.dispose());
  live.kept = { row, parameters: live.parameters };
}

function dispose(live: Live): void {
  new Set([...live.parameters, ...live.slots, ...(live.kept?.parameters ?? [])]).forEach((t) => t.dispose());
}

interface Evaluated {
  readonly row: EvaluationRow;
  readonly standardErrors: Readonly<Record<string, number>>;
}

function evaluate({ model, data }: FilledSpec, parameters: tf.Tensor[], at: Position): Evaluated {
  const metrics: Record<string, number> = {}, standardErrors: Record<string, number> = {};
  for (const name of ["validation", "test"] as const) {
    const measured = measure(logitsOf(model, parameters, data[name]), data[name].y);
    metrics[`${name}.loss`] = measured.loss;
    metrics[`${name}.accuracy`] = measured.accuracy;
    standardErrors[`${name}.loss`] = measured.lossError;
    standardErrors[`${name}.accuracy`] = measured.accuracyError;
  }
  const { step, epoch, examples, seconds } = at;
  return { row: { step, epoch, examples, seconds, metrics }, standardErrors };
}

interface End {
  readonly plan: Plan;
  readonly reason: EndReason;
  readonly failure: unknown;
  readonly at: Position;
  readonly criterion: CriterionState;
  readonly scale: PlateauScaleState;
  readonly live: Live;
  readonly shapes: readonly number[][];
  readonly record: Recorder;
}

function outcomeOf(spec: FilledSpec, end: End): Outcome {
  const { reason, at, live, shapes } = end;
  const told = verdict(spec.stop, end.criterion, at);
  const read = (tensors: readonly tf.Tensor[]) => tensors.map((t) => t.dataSync().slice() as Float32Array);
  const parameters = read(live.parameters);
  const kept = live.kept && { row: live.kept.row, parameters: read(live.kept.parameters) };
  const decided = reason === "stopped" || reason === "alreadyComplete";
  const lastLoss = end.record.trajectory().updates.loss.at(-1);
  const because = {
    stopped: told.because,
    alreadyComplete: told.because,
    diverged: `training loss is ${lastLoss} at step ${at.step.toLocaleString("en-US")}`,
    aborted: `stopped by hand at step ${at.step.toLocaleString("en-US")}`,
    failed: String((end.failure as Error)?.message ?? end.failure),
    exhausted: "the data ran out",
  }[reason];
  return {
    reason,
    path: decided ? told.path : "",
    because,
    at,
    rules: told.leaves,
    kept: kept?.row ?? null,
    checkpoint: saveCheckpoint({ model: spec.model, shapes, parameters: kept?.parameters ?? parameters }),
    state: saveState({
      plan: end.plan,
      position: at,
      shapes,
      parameters,
      slots: read(live.slots),
      scale: end.scale,
      kept,
      trajectory: end.record.trajectory(),
    }),
    ...(reason === "alreadyComplete" ? { alreadyComplete: complete(spec.stop, told.path, at) } : {}),
  };
}

/** Nothing was left to do: by a cap that the counters had reached, or by a rule that had already said stop. */
function complete(stop: Criterion, path: string, at: Position): Outcome["alreadyComplete"] {
  const rule = ruleAt(stop, path);
  if (rule.kind === "maxSteps") return { by: "cap", have: at.step, cap: rule.steps, unit: "steps" };
  if (rule.kind === "maxEpochs") return { by: "cap", have: at.epoch, cap: rule.epochs, unit: "epochs" };
  return { by: "verdict", have: at.step, cap: at.step, unit: "steps" };
}

/** The rule that a path such as `any.1.plateau` leads to. */
function ruleAt(criterion: Criterion, path: string): Criterion {
  const [index] = path.split(".").slice(1);
  if (index === undefined || !("criteria" in criterion)) return criterion;
  return ruleAt(criterion.criteria[Number(index)], path.split(".").slice(2).join("."));
}
