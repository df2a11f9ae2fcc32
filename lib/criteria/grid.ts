/** When a training evaluates: from which update on a rule that waits for evaluations can be true at all. */
import { type BatchPlan, type PlannedUnit, positionAt, toSteps } from "../batch_plan.ts";
import { nextDueAt } from "../due.ts";
import { countIn, type Duration } from "../durations.ts";

/** The batch plan, and how often it is evaluated. */
export interface Grid {
  readonly plan: BatchPlan;
  readonly every: Duration<PlannedUnit>;
}

/** The step of evaluation number `n`, from 1. One that comes at every update, however often it falls due, is counted once. */
export const evaluationNumber = ({ plan, every: { unit, count } }: Grid, n: number): number =>
  Math.max(n, toSteps({ unit, count: n * count }, plan));

/** The first evaluation at `step` or later. */
export const evaluationFrom = ({ plan, every }: Grid, step: number): number => nextDueAt(plan, every, step);

/** The step at which a position reaches a duration; the clock may do so at any. */
export function stepOf(grid: Grid, duration: Duration): number {
  if (duration.unit === "evaluations") return evaluationNumber(grid, duration.count);
  return toSteps(duration, grid.plan) ?? 0;
}

/** The first evaluation by which a duration has elapsed since the first one, where the first value was a gain. */
export function waitedFromFirst(grid: Grid, { unit, count }: Duration): number {
  if (unit === "seconds") return evaluationNumber(grid, 2);
  if (unit === "evaluations") return evaluationNumber(grid, 1 + count);
  const first = positionAt(grid.plan, evaluationNumber(grid, 1), 1, 0);
  return evaluationFrom(grid, stepOf(grid, { unit, count: countIn(first, unit) + count }));
}
