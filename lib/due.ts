/** When an `every` falls due: evaluations and checkpoints stand on such grids. */
import {
  type BatchPlan,
  epochAt,
  examplesAt,
  examplesPerPass,
  type PlannedUnit,
  toSteps,
} from "./batch_plan.ts";
import { type Duration, durationCall, hasReached, type Unit } from "./durations.ts";

/**
 * Whether an `every` falls due at this step: for epochs and examples, at the first step that reaches one more multiple.
 * @throws RangeError for an `every` in evaluations or seconds
 * @example
 * ```ts
 * import { epochs } from "plateau";
 * import { batchPlan } from "./batch_plan.ts";
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
 * import { epochs } from "plateau";
 * import { batchPlan } from "./batch_plan.ts";
 * const last = lastDueAt(batchPlan(100, 32), epochs(1), 11); // 8
 * ```
 */
export function lastDueAt(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const multiples = multiplesAt(plan, every, step);
  return multiples === 0 ? 0 : toSteps({ unit: every.unit, count: multiples * every.count }, plan);
}

/**
 * The first step from `step` on at which an `every` falls due.
 * @example
 * ```ts
 * import { epochs } from "plateau";
 * import { batchPlan } from "./batch_plan.ts";
 * const next = nextDueAt(batchPlan(100, 32), epochs(1), 5); // 8
 * ```
 */
export function nextDueAt(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  if (isDue(plan, every, step)) return step;
  const { unit, count } = every;
  return toSteps({ unit, count: (multiplesAt(plan, every, step) + 1) * count }, plan);
}

/**
 * How often an `every` falls due up to and including `step`.
 * @example
 * ```ts
 * import { epochs } from "plateau";
 * import { batchPlan } from "./batch_plan.ts";
 * const evaluations = dueUpTo(batchPlan(100, 32), epochs(1), 11); // 2
 * ```
 */
export function dueUpTo(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const { unit, count } = every;
  const apart = unit === "steps" ? Infinity : unit === "epochs" ? count * examplesPerPass(plan) : count;
  // No update passes two multiples that are an update or more apart, so every multiple has a step of its own.
  if (apart >= plan.batch * (plan.accumulate ?? 1)) return multiplesAt(plan, every, step);
  // No update is smaller than the shortest batch, so each one passes a multiple that is no further away.
  const short = plan.remainder === "train" ? plan.trainingExamples % plan.batch : 0;
  if (apart <= (short || plan.batch)) return step;
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
