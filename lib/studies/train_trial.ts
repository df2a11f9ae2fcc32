/** Trains one trial, and gives it up where whoever sees the others says so. */
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { RunInUse } from "../checkpoints/run_lock.ts";
import { EngineMissing, UnknownEngine } from "../engine/engine_choice.ts";
import { toSteps } from "../batch_plan.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { steps } from "../durations.ts";
import type { Outcome, TrainingEvent } from "../training/event.ts";
import { GivenUp } from "../training/given_up.ts";
import { plannedEvent } from "../training/planned_event.ts";
import { type CheckpointOptions, filledSpec, type Spec } from "../training/spec.ts";
import { train } from "../training/train.ts";
import type { Pruning } from "./pruning.ts";
import type { TrialRecord, TrialState } from "./study_record.ts";
import type { TrialPlan } from "./trials_of.ts";

export interface TrialOptions {
  /** where its states are kept and found again; default in memory */
  readonly folder?: string | null;
  /** ends it as `aborted`: it waits again */
  readonly signal?: AbortSignal | null;
  /** asked after each evaluation, and at that from which it goes on; default never given up */
  readonly prune?: (trajectory: Trajectory, at: number) => Promise<Pruning | null> | Pruning | null;
}
/** Plain data. */
export interface TrialEvent {
  readonly record: TrialRecord;
  readonly event: TrainingEvent;
  /** what was said after this evaluation, and at the end what ended it; null where nobody was asked */
  readonly pruning: Pruning | null;
}

/**
 * Trains a trial: the same numbers as its spec trained alone. With a folder its states are saved about ten times and found
 * again, so that a trial which was cut goes on. The last event's record has its end: done, stopped, pruned, diverged or
 * failed, and why; of one that was aborted, that it waits.
 *
 * What goes wrong in the training is its record's line and thrown to nobody, as the other trials of its study go on.
 * @throws StorageFault, RunInUse, EngineMissing and UnknownEngine: they are no fault of the trial; RangeError or TypeError
 * when its spec is wrong
 * @example
 * ```ts
 * import type { TrialPlan } from "./trials_of.ts";
 * async function last(plan: TrialPlan) {
 *   for await (const { record } of trainTrial(plan)) console.log(record.name, record.state, record.because);
 * }
 * ```
 */
export async function* trainTrial(
  plan: TrialPlan,
  options: TrialOptions = {},
): AsyncGenerator<TrialEvent, void, void> {
  const { folder = null, signal = null, prune = () => null } = options;
  const control = new AbortController();
  const both = signal === null ? control.signal : AbortSignal.any([control.signal, signal]);
  const spec = { ...plan.spec, signal: both, checkpoint: checkpointOf(plan, folder) };
  let pruning: Pruning | null = null;
  for await (const { event, failure } of toTheEnd(spec)) {
    const asked = isAsked(event, plan);
    if (asked) pruning = await prune(event.trajectory, event.at.step);
    if (pruning?.prune) control.abort(new GivenUp(becauseOf(pruning)));
    const record = recordOf(plan, event, pruning), isTold = asked || record.state === "pruned";
    yield {
      record: failure === null ? record : { ...record, state: "failed", because: failure },
      event,
      pruning: isTold ? pruning : null,
    };
  }
}

/** The events of a training, and at its end what was thrown, in a line, where its last event does not say it. */
async function* toTheEnd(
  spec: Spec,
): AsyncGenerator<{ readonly event: TrainingEvent; readonly failure: string | null }, void, void> {
  let latest: TrainingEvent | null = null;
  try {
    for await (const event of train(spec)) yield { event: latest = event, failure: null };
  } catch (error) {
    if (OTHERS.some((kind) => error instanceof kind)) throw error;
    if (latest?.outcome != null) return;
    yield { event: latest ?? plannedEvent(spec), failure: String((error as Error)?.message ?? error) };
  }
}

/** What is no fault of the trial: another place or another moment would train it. */
const OTHERS = [StorageFault, RunInUse, EngineMissing, UnknownEngine];

/** A trial that goes on from a state is judged where it stands; one that has used all is given up no more. */
const isAsked = (
  { type, at, trajectory: { evaluations } }: TrainingEvent,
  { maxSteps }: TrialPlan,
): boolean =>
  at.step < maxSteps && (type === "evaluation" || type === "planned" && evaluations.step.length > 0);

const becauseOf = ({ why, assumed }: Pruning): string => assumed === "" ? why : `${why}; assumed ${assumed}`;

/** About ten saved states, at evaluations: from there what is judged is judged the same. */
function checkpointOf({ spec, maxSteps }: TrialPlan, folder: string | null): CheckpointOptions | null {
  if (folder === null) return null;
  const { evaluate, batches } = filledSpec(spec), between = toSteps(evaluate.every, batches);
  return { folder, every: steps(between * Math.max(1, Math.round(maxSteps / 10 / between))) };
}

function recordOf(
  { number, name, parameters, seed, maxSteps }: TrialPlan,
  { trajectory, outcome, at }: TrainingEvent,
  pruning: Pruning | null,
): TrialRecord {
  const state = outcome === null ? "running" : stateOf(outcome, at.step >= maxSteps, pruning);
  const because = outcome?.because ?? "";
  return { number, name, parameters, seed, maxSteps, state, because, trajectory };
}

function stateOf({ reason }: Outcome, usedAll: boolean, pruning: Pruning | null): TrialState {
  if (reason === "diverged" || reason === "failed") return reason;
  if (pruning?.prune) return usedAll ? "done" : "pruned";
  // also after its last update: who goes on from there finds that it has used all, and says so
  if (reason === "aborted") return "waiting";
  return usedAll ? "done" : "stopped";
}
