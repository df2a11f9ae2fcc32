/** The training loop: an async generator of events. Nothing else counts steps, and nothing is called back. */
import { positionAt } from "../batch_plan.ts";
import { openRun } from "../checkpoints/run_folder.ts";
import { observe, stops } from "../criteria/rules.ts";
import { observeSelection, readsAverage } from "../criteria/select.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { startEngine } from "../engine/engine.ts";
import { observeScale } from "../schedules/plateau_scale.ts";
import { resolve } from "../schedules/resolve.ts";
import type { Beside } from "./beside.ts";
import { breath } from "./breath.ts";
import { keptStates } from "./kept_states.ts";
import { evaluate } from "./evaluate.ts";
import type { Outcome, TrainingEvent } from "./event.ts";
import { onTick } from "./on_tick.ts";
import { outcomeOf } from "./outcome.ts";
import { planFor } from "./plan.ts";
import { type Pace, paced } from "./pace.ts";
import { type Beginning, beginning } from "./resume.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import { stateFrom } from "./state_from.ts";
import { Stretches, type TakenStretch } from "./stretches.ts";
import { discardTensors, disposeTensors, keepNetwork, replaceTensors } from "./tensors.ts";
import { rememberTrunk } from "./trunks.ts";
import { stateOf, type UnderWay, underWay } from "./under_way.ts";
import { CHUNK, type Outputs } from "./updates.ts";
import { updatesFor } from "./updates_for.ts";
import { watched } from "./watched.ts";

/** Updates in a row whose gradients are no numbers, after which skipping them is given up. */
const MOST_SKIPPED = 10;

/** A training under way: its events, and a way to ask it to stop. */
export interface Training extends AsyncGenerator<TrainingEvent, void, void> {
  /** ends it as `aborted` once the updates under way are done, 0.1 s at most; its last event still comes */
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
export const trainUpTo = (spec: Spec, step: number): Training => trainBeside(spec, { until: step });

/** Trains as `train` does, and as is told beside the spec. */
export function trainBeside(spec: Spec, beside: Beside): Training {
  const filled = filledSpec(spec);
  const from = beside.state ?? (filled.from === null ? null : stateFrom(filled.from));
  planFor(filled, null, from);
  const control = new AbortController();
  const asked = AbortSignal.any([control.signal, ...(filled.signal ? [filled.signal] : [])]);
  const events = run(filled, from, asked, beside);
  const training = beside.within ? events : watched(filled, events);
  return Object.assign(training, { abort: () => control.abort() });
}

async function* run(
  given: FilledSpec,
  from: TrainState | null,
  asked: AbortSignal,
  beside: Beside,
): AsyncGenerator<TrainingEvent, void, void> {
  const engine = await startEngine();
  const { folder: path, fresh } = given.checkpoint;
  const folder = path === null ? null : openRun(path, { fresh });
  try {
    const updates = await updatesFor(given, engine, asked);
    let run: UnderWay, begun: Beginning;
    try {
      begun = beginning(given, from, engine, updates, folder);
      run = underWay(begun, engine, updates, folder, beside.onlooker);
    } catch (error) {
      await updates.close();
      throw error;
    }
    yield* trained(run, begun, asked, beside);
  } finally {
    folder?.close();
  }
}

async function* trained(
  run: UnderWay,
  { state: from, interrupted, sameRun }: Beginning,
  asked: AbortSignal,
  { until = Infinity, forked }: Beside,
): AsyncGenerator<TrainingEvent, void, void> {
  // What the loop asks for by index.
  const { spec, plan, live, record, progress, folder, onlooker } = run;
  const stretches = new Stretches(run, resolve(spec.schedule, spec.batches).rate, until);
  const first = progress.at.step;
  const states = keptStates(spec);
  let pace: Pace = { since: performance.now(), step: first, updatesPerSecond: 0 };
  let turn = performance.now();

  const event = (type: TrainingEvent["type"], outcome: Outcome | null = null): TrainingEvent => ({
    type,
    plan,
    at: progress.at,
    pace: pace.updatesPerSecond,
    trajectory: record.trajectory(),
    cuts: progress.scale.cuts,
    atFloor: progress.scale.atFloor,
    ...(forked && { forked }),
    outcome,
  });

  try {
    yield event("planned");
    let reason: EndReason | null = null, failure: unknown, midStep = false;
    try {
      while (true) {
        if (asked.aborted || progress.at.step >= until) reason = "aborted";
        else if (stops(spec.stop, progress.criterion, progress.at)) {
          const complete = progress.at.step === first && from !== null && !sameRun;
          reason = complete ? "alreadyComplete" : "stopped";
        } else {
          onlooker?.part(progress.at, () => stateOf(run, null));
          if (onlooker?.over(progress.at)) reason = "stopped";
        }
        if (reason) break;

        // A stretch of updates.
        const next = stretches.next(), taken = next instanceof Promise ? await next : next;
        if (taken === null) {
          reason = "exhausted";
          break;
        }
        midStep = true;

        // The counters of each, until a rule ends it: then the updates up to there are run again.
        const { stretch, ran } = taken, secondsOf = clockOf(taken, progress.at.seconds);
        const over = () =>
          stops(spec.stop, progress.criterion, progress.at) || onlooker?.over(progress.at) === true;
        let applied = 0;
        for (; applied < ran.losses.length && !(applied > 0 && over()); applied++) {
          progress.tries++;
          advance(run, stretch.rates[applied], ran.losses[applied], secondsOf(applied + 1));
        }
        const whole = applied === ran.losses.length;
        // what was begun ahead reads the tensors that are not taken: it ends before they go
        const after = whole ? ran : await stretches.again(stretch, applied);
        if (!whole) discardTensors(live, ran.tensors);
        replaceTensors(live, after.tensors);

        // The update after them, when its loss or gradients are no numbers.
        if (ran.failed !== null && whole && !(applied > 0 && over())) {
          const skips = ++progress.tries - progress.attempts;
          midStep = false;
          if (spec.nonFinite === "skip" && skips < MOST_SKIPPED) continue;
          advance(run, stretch.rates[applied], ran.failed, secondsOf(applied + 1));
          reason = "diverged";
          break;
        }

        // The evaluation, if one falls due: seen by criteria, scale and selection, in this order.
        const evaluated = whole && ran.outputs !== null;
        if (ran.outputs && whole) observeEvaluation(run, ran.outputs, measuredAt(run, taken));

        // A state to go on from, if one falls due.
        if (stretch.save && applied === stretch.rates.length) {
          const state = stateOf(run, null);
          folder?.write(state, spec);
          yield { ...event("checkpoint"), state: states.save(state) };
        }

        midStep = false;

        // A breath for the event loop, and an event, every chunk.
        const now = performance.now(), late = now - turn >= CHUNK;
        if (evaluated || late) {
          pace = paced(pace, now, progress.at.step);
          yield event(evaluated ? "evaluation" : "chunk");
          if (late) {
            await breath();
            turn = performance.now(); // a training that takes turns with another gets whole ones
          }
        }
      }
    } catch (error) {
      reason = "failed";
      failure = error;
    }

    // Every end: a final evaluation where the grid had none, the selection, the state to go on from. What failed in
    // the middle of a step has neither: nothing could go on from there.
    const broken = failure !== undefined && midStep;
    record.finish(reason, broken ? null : await finalEvaluation(run, stretches, failure));
    const { outcome, saved } = outcomeOf(
      run,
      reason,
      failure ?? asked.reason,
      (end) => stateOf(run, end && broken ? { ...end, midStep } : end),
    );
    rememberTrunk(saved, { spec, states, from });
    if (reason !== "alreadyComplete" || interrupted) folder?.finish(broken ? null : saved, outcome, spec);
    yield event("ended", outcome);
    if (failure) throw failure;
  } finally {
    await stretches.close();
    disposeTensors(live);
  }
}

/**
 * When each update of a stretch was done, by the training's clock: evenly between the stretch's beginning and the
 * evaluation at its end. What was begun ahead was begun before the last evaluation had been looked at.
 */
function clockOf({ ran, stretch, began, ended }: TakenStretch, now: number): (update: number) => number {
  const from = Math.max(began, now), to = Math.max(from, ended - ran.evaluating / 1000);
  return (update) => onTick(from + (to - from) * Math.min(1, update / stretch.rates.length));
}

/**
 * The clock that tells what an evaluation took: where updates run ahead, metrics are computed beside the next ones, and
 * only the forward passes are the evaluation's.
 */
const measuredAt = ({ updates, seconds }: UnderWay, { ended }: TakenStretch): () => number =>
  updates.ahead ? () => ended : seconds;

/** The counters and the record of an update that was taken. */
function advance(
  { spec, record, progress, onlooker }: UnderWay,
  rate: number,
  loss: number,
  seconds: number,
): void {
  const { at, tries } = progress;
  progress.attempts = tries;
  const position = positionAt(spec.batches, tries, at.evaluations, seconds);
  progress.at = { ...position, step: at.step + 1 };
  record.update({ ...progress.at, rate, loss });
  const update = { kind: "update" as const, at: progress.at, loss, rate };
  progress.criterion = observe(spec.stop, progress.criterion, update);
  onlooker?.see(update);
}

/** An evaluation on the grid. */
function observeEvaluation(
  { spec, live, record, progress, onlooker }: UnderWay,
  outputs: Outputs,
  seconds: () => number,
): void {
  const { row, standardErrors } = evaluate(spec, outputs, progress.at, seconds);
  record.evaluation(row, standardErrors);
  const at = { ...progress.at, evaluations: progress.at.evaluations + 1, seconds: row.seconds };
  progress.at = at;
  const observation = { kind: "evaluation" as const, at, metrics: row.metrics, standardErrors };
  progress.criterion = observe(spec.stop, progress.criterion, observation);
  onlooker?.see(observation);
  if (spec.scale) progress.scale = observeScale(spec.scale, progress.scale, row);
  progress.selection = observeSelection(spec.select, progress.selection, row);
  if (progress.selection.kept !== progress.selection.seen) return;
  const { parameters, statistics, average } = live;
  keepNetwork(live, row, { parameters: readsAverage(spec.select) ? average! : parameters, statistics });
}

/**
 * The evaluation at an end off the grid: reported, and seen by no rule.
 * @param failure what ended the training already: that is told, and not what may follow from it here
 */
async function finalEvaluation(
  { spec, record, progress, seconds }: UnderWay,
  stretches: Stretches,
  failure: unknown,
): Promise<EvaluationRow | null> {
  const { at } = progress;
  if (at.step === 0 || record.lastEvaluatedStep() === at.step) return null;
  try {
    return evaluate(spec, await stretches.evaluation(), at, seconds).row;
  } catch (error) {
    if (failure === undefined) throw error;
    return null;
  }
}
