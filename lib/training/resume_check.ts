/** Whether a training can go on from a state, and what is not as it was. */
import type { Metric } from "../criteria/criterion.ts";
import type { Plan, PlanWarning } from "./plan.ts";
import type { TrainState } from "./state.ts";

/** What weights, slots, batch order and the counters rest on: with another, the recording would be of neither. */
const FIXED = ["model", "data", "optimizer", "seed", "batches"] as const;
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

/**
 * Compares a plan with the state that it goes on from.
 *
 * @param obeyed metrics that the rules of the plan read
 * @returns one warning for each setting that differs and may
 * @throws RangeError for one that may not: `invalid seed: 4 (the state was trained with 3: give the same, or begin
 *   anew)`; and for a state whose weights are no numbers
 */
export function resumeCheck(plan: Plan, obeyed: readonly Metric[], state: TrainState): PlanWarning[] {
  if (state.trajectory.end === "diverged") {
    throw new RangeError(
      `invalid from: the state diverged at step ${state.position.step} (go on from one before that, or begin anew)`,
    );
  }
  for (const field of FIXED) {
    if (text(plan[field]) === text(state.plan[field])) continue;
    throw new RangeError(
      `invalid ${field === "batches" ? "batch" : field}: ${text(plan[field])} (the state was trained with ${
        text(state.plan[field])
      }: give the same, or begin anew)`,
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
    return [{
      lint: "differs-from-state",
      message: `${name} is ${now}; the state was trained with ${before}`,
    }];
  });
}

const text = (value: unknown) =>
  value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);
