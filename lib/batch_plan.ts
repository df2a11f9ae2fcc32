/** Batch plans: how a training set is cut into updates, and the conversion of durations by it. */
import {
  countFault,
  type Duration,
  durationCall,
  hasReached,
  type Position,
  shown,
  type Unit,
} from "./durations.ts";

/** What happens to the examples that do not fill a last batch. */
export type Remainder = "train" | "drop" | "wrap";

/** All that is needed to convert between steps, epochs and examples. Plain data. */
export interface BatchPlan {
  /** training examples in one epoch */
  readonly trainingExamples: number;
  readonly batch: number;
  readonly remainder: Remainder;
}

/** The units that a batch plan converts to steps. */
export type PlannedUnit = "steps" | "epochs" | "examples";
export const plannedUnits: readonly PlannedUnit[] = ["steps", "epochs", "examples"];

/**
 * A checked batch plan.
 * @param trainingExamples whole, at least 1
 * @param batch whole, at least 1; with `drop` at most `trainingExamples`, or an epoch would be empty
 * @param remainder default `train`
 * @throws RangeError `invalid batch: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const plan = batchPlan(1_097, 32); // 35 updates an epoch, the last of 9 examples
 * ```
 */
export function batchPlan(
  trainingExamples: number,
  batch: number,
  remainder: Remainder = "train",
): BatchPlan {
  for (const [field, value] of [["trainingExamples", trainingExamples], ["batch", batch]] as const) {
    const fault = countFault("examples", value);
    if (fault) throw new RangeError(`invalid ${field}: ${shown(value)} (${fault})`);
  }
  if (!["train", "drop", "wrap"].includes(remainder)) {
    throw new RangeError(`invalid remainder: ${shown(remainder)} (train, drop or wrap)`);
  }
  if (remainder === "drop" && batch > trainingExamples) {
    throw new RangeError(
      `invalid batch: ${batch} (at most ${trainingExamples}, the training examples, when the remainder is dropped)`,
    );
  }
  return { trainingExamples, batch, remainder };
}

/**
 * Updates in one epoch. `train`: the short last batch is one more. `drop`: full batches only. `wrap`: batches run
 * over the border of epochs, all are full, so the number is the mean and may be fractional.
 * @example
 * ```ts
 * const updates = updatesPerEpoch(batchPlan(1_097, 32)); // 35
 * ```
 */
export function updatesPerEpoch(plan: BatchPlan): number {
  const batches = plan.trainingExamples / plan.batch;
  if (plan.remainder === "train") return Math.ceil(batches);
  return plan.remainder === "drop" ? Math.floor(batches) : batches;
}

/**
 * Training examples seen after `step` updates.
 * @example
 * ```ts
 * const seen = examplesAt(batchPlan(100, 32), 4); // 100: the fourth batch has 4
 * ```
 */
export function examplesAt(plan: BatchPlan, step: number): number {
  if (plan.remainder !== "train") return step * plan.batch;
  const perEpoch = updatesPerEpoch(plan);
  const passes = Math.floor(step / perEpoch);
  return passes * plan.trainingExamples +
    Math.min((step - passes * perEpoch) * plan.batch, plan.trainingExamples);
}

/** Examples that make one pass. With `drop` the left-out remainder of an epoch is not part of it. */
const examplesPerPass = (plan: BatchPlan): number =>
  plan.remainder === "drop" ? updatesPerEpoch(plan) * plan.batch : plan.trainingExamples;

/**
 * Passes over the training set after `step` updates, fractional. With `drop` a pass is the full batches of an epoch:
 * it counts as one, though its remainder was left out.
 * @example
 * ```ts
 * const passes = epochAt(batchPlan(100, 32), 8); // 2
 * ```
 */
export const epochAt = (plan: BatchPlan, step: number): number =>
  examplesAt(plan, step) / examplesPerPass(plan);

/** The position after `step` updates. */
export const positionAt = (
  plan: BatchPlan,
  step: number,
  evaluations: number,
  seconds: number,
): Position => ({
  step,
  epoch: epochAt(plan, step),
  examples: examplesAt(plan, step),
  evaluations,
  seconds,
});

/**
 * Examples in the batch of update `index`, counted from 0 over the whole training.
 * @example
 * ```ts
 * const size = batchSizeAt(batchPlan(100, 32), 3); // 4
 * ```
 */
export const batchSizeAt = (plan: BatchPlan, index: number): number =>
  examplesAt(plan, index + 1) - examplesAt(plan, index);

/**
 * The smallest step at which a duration, counted from the start, has been reached; null for evaluations and seconds,
 * which no batch plan converts.
 * @example
 * ```ts
 * const step = toSteps(epochs(1.5), batchPlan(100, 32)); // 6
 * ```
 */
export function toSteps(duration: Duration<PlannedUnit>, plan: BatchPlan): number;
export function toSteps(duration: Duration, plan: BatchPlan): number | null;
export function toSteps(duration: Duration, plan: BatchPlan): number | null {
  const { unit, count } = duration;
  if (unit === "steps") return count;
  if (unit !== "epochs" && unit !== "examples") return null;
  const reachedAt = (step: number) =>
    hasReached(unit, unit === "epochs" ? epochAt(plan, step) : examplesAt(plan, step), count);
  // The short batch of an epoch is its last, so a share of the mean never overshoots: count up from there.
  const passes = unit === "epochs" ? count : count / examplesPerPass(plan);
  let step = Math.max(1, Math.floor(passes * updatesPerEpoch(plan)));
  while (!reachedAt(step)) step++;
  return step;
}

/**
 * Whether an `every` falls due at this step: for epochs and examples, at the first step that reaches one more multiple.
 * @throws RangeError for an `every` in evaluations or seconds
 * @example
 * ```ts
 * const evaluateNow = isDue(batchPlan(100, 32), epochs(1), 4); // true
 * ```
 */
export function isDue(plan: BatchPlan, every: Duration, step: number): boolean {
  const { unit, count } = every;
  if (unit === "evaluations" || unit === "seconds") {
    throw new RangeError(`invalid every: ${durationCall(every)} (in steps, epochs or examples)`);
  }
  if (step < 1) return false;
  return multiplesAt(plan, { unit, count }, step) > multiplesAt(plan, { unit, count }, step - 1);
}

/**
 * The last step up to `step` at which an `every` falls due; 0 when there is none.
 * @example
 * ```ts
 * const last = lastDueAt(batchPlan(100, 32), epochs(1), 11); // 8
 * ```
 */
export function lastDueAt(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const multiples = multiplesAt(plan, every, step);
  return multiples === 0 ? 0 : toSteps({ unit: every.unit, count: multiples * every.count }, plan);
}

/**
 * How often an `every` falls due up to and including `step`.
 * @example
 * ```ts
 * const evaluations = dueUpTo(batchPlan(100, 32), epochs(1), 11); // 2
 * ```
 */
export function dueUpTo(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const { unit, count } = every;
  const apart = unit === "steps" ? Infinity : unit === "epochs" ? count * examplesPerPass(plan) : count;
  // No update passes two multiples that are a batch or more apart, so every multiple has a step of its own.
  if (apart >= plan.batch) return multiplesAt(plan, every, step);
  let times = 0;
  for (let at = 1; at <= step; at++) if (isDue(plan, every, at)) times++;
  return times;
}

/** Multiples of `every` that have been reached after `step` updates. */
function multiplesAt(plan: BatchPlan, { unit, count }: Duration<PlannedUnit>, step: number): number {
  if (unit === "steps") return Math.floor(step / count);
  return multiplesReached(unit, unit === "epochs" ? epochAt(plan, step) : examplesAt(plan, step), count);
}

/** How many multiples of `every` a count has reached. Rounds first, as a quotient of fractions may fall just short. */
function multiplesReached(unit: Unit, count: number, every: number): number {
  const nearest = Math.round(count / every);
  return hasReached(unit, count, nearest * every) ? nearest : nearest - 1;
}
