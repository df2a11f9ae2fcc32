/** Whether a training can go on from a state, and what is not as it was. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Metric } from "../criteria/criterion.ts";
import { countText } from "../durations.ts";
import type { Plan, PlanWarning } from "./plan.ts";
import type { TrainState } from "./state.ts";

/** What weights, slots, batch order and the counters rest on: with another, the recording would be of neither. */
const FIXED = ["model", "data", "optimizer", "seed"] as const;
/** The same of the batch plan, with the names that a spec has for them. */
const FIXED_BATCHES = {
  trainingExamples: "data.training.count",
  batch: "batch",
  remainder: "remainder",
  accumulate: "accumulate.batches",
  leftover: "accumulate.leftover",
} as const satisfies Record<keyof BatchPlan, string>;
/** What may be changed on the way. Settings come from code, so the new one holds, and the change is pointed out. */
const CHANGEABLE = {
  schedule: "schedule",
  scale: "scale",
  stop: "stop",
  select: "select",
  gradients: "gradients",
  average: "average",
  metrics: "metrics",
  evaluationEvery: "evaluate.every",
} as const satisfies Partial<Record<keyof Plan, string>>;

/** A state that nothing can be gone on from. */
export class UnsoundState extends Error {
  override readonly name = "UnsoundState";
  constructor(readonly reason: string) {
    super(`cannot go on: ${reason} (go on from a state before that, or begin anew)`);
  }
}

/**
 * Compares a plan with the state that it goes on from.
 *
 * @param obeyed metrics that the rules of the plan read
 * @returns one warning for each setting that differs and may
 * @throws RangeError for one that may not: `invalid seed: 4 (the state was trained with 3: give the same, or begin
 *   anew)`; UnsoundState for one whose weights are no numbers, or that was left in the middle of a step
 */
export function resumeCheck(plan: Plan, obeyed: readonly Metric[], state: TrainState): PlanWarning[] {
  if (state.trajectory.end === "diverged") {
    throw new UnsoundState(`the training diverged at step ${state.position.step}`);
  }
  if (plan.data === state.plan.data && plan.dataFingerprint !== state.plan.dataFingerprint) {
    throw new RangeError(
      `invalid data: ${plan.data}, fingerprint ${plan.dataFingerprint} (the state was trained with other numbers, fingerprint ${state.plan.dataFingerprint}: give the same, or begin anew)`,
    );
  }
  if (state.end?.midStep) {
    throw new UnsoundState(`the training failed in the middle of step ${state.position.step}`);
  }
  const fixed = fixedDifference(plan, state.plan);
  if (fixed !== null) {
    const { field, now, before } = fixed;
    throw new RangeError(
      `invalid ${field}: ${now} (the state was trained with ${before}: give the same, or begin anew)`,
    );
  }
  const recorded = state.trajectory.evaluations.metrics;
  const missing = obeyed.find((metric) => metric !== "training.loss" && !(metric in recorded));
  if (missing !== undefined && state.position.evaluations > 0) {
    throw new RangeError(
      `invalid from: the state did not measure ${missing} (a rule that reads it would count on nothing: begin anew, or obey one of ${
        Object.keys(recorded).filter((metric) => !metric.includes("test.")).join(", ")
      })`,
    );
  }
  return Object.entries(CHANGEABLE).flatMap(([field, name]) => {
    const now = text(plan[field as keyof Plan]), before = text(state.plan[field as keyof Plan]);
    if (now === before) return [];
    const differs = `${name} is ${now}; the state was trained with ${before}`;
    const left = field === "select" && state.kept
      ? `: of the evaluations so far only that at step ${countText(state.kept.row.step)} can be kept`
      : "";
    return [{ lint: "differs-from-state", message: differs + left }];
  });
}

/** What one recording cannot have two of. */
export interface FixedDifference {
  /** as a spec names it */
  readonly field: string;
  readonly now: string;
  readonly before: string;
}

/** The first setting that all updates rest on and that is not as it was; null when all are. */
export function fixedDifference(plan: Plan, before: Plan): FixedDifference | null {
  const fields: [string, unknown, unknown][] = [
    ...FIXED.map((field): [string, unknown, unknown] => [field, plan[field], before[field]]),
    ...(Object.keys(FIXED_BATCHES) as (keyof BatchPlan)[]).map((
      field,
    ): [string, unknown, unknown] => [FIXED_BATCHES[field], plan.batches[field], before.batches[field]]),
  ];
  const found = fields.find(([, now, then]) => text(now) !== text(then));
  return found ? { field: found[0], now: text(found[1]), before: text(found[2]) } : null;
}

const text = (value: unknown) =>
  value === null || value === undefined || value === ""
    ? "none"
    : typeof value === "string"
    ? value
    : JSON.stringify(value);
