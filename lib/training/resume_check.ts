/** Whether a training can go on from a state, and what is not as it was. */
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
 * @returns one warning for each setting that differs and may
 * @throws RangeError for one that may not: `invalid seed: 4 (the state was trained with 3: give the same, or begin
 *   anew)`; and for a state whose weights are no numbers
 */
export function resumeCheck(plan: Plan, state: TrainState): PlanWarning[] {
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
