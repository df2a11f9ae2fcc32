/** How far updates may run in one call: never across an evaluation, a checkpoint, a cap or a change of batch shape. */
import { type BatchPlan, examplesPerPass, type PlannedUnit } from "../batch_plan.ts";
import { nextDueAt } from "../due.ts";
import type { Duration } from "../durations.ts";
import type { Progress } from "./under_way.ts";

/** Counters of a training, as far as its grids read them. */
export type Counters = Pick<Progress, "attempts" | "tries"> & { readonly at: { readonly step: number } };

/**
 * How many updates lead up to the next one at which an `every` falls due, that one included. Steps count what was
 * applied; epochs and examples count what was seen, batches of skipped updates included.
 */
export function updatesUntilDue(
  plan: BatchPlan,
  every: Duration<PlannedUnit>,
  { at, attempts, tries }: Counters,
): number {
  if (every.unit === "steps") return nextDueAt(plan, every, at.step + 1) - at.step;
  return Math.max(1, nextDueAt(plan, every, attempts + 1) - tries);
}

/**
 * About how many updates lie between two moments at which an `every` falls due, rounded up: how long a stretch can get.
 */
export function updatesBetween(plan: BatchPlan, { unit, count }: Duration<PlannedUnit>): number {
  if (unit === "steps") return count;
  const examples = unit === "epochs" ? count * examplesPerPass(plan) : count;
  return Math.ceil(examples / (plan.batch * (plan.accumulate ?? 1))) + 1;
}
