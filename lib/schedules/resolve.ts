/** From a schedule, which is data, to the rates it gives. */
import { type BatchPlan } from "../batch_plan.ts";
import { durationCall, shown } from "../durations.ts";
import { constantKind } from "./constant.ts";
import { cosineKind } from "./cosine.ts";
import type { PlateauScale, ResolvedSchedule, Schedule, ScheduleKind } from "./schedule.ts";
import { warmupKind } from "./warmup.ts";
import { warmupCosineKind } from "./warmup_cosine.ts";

const kinds = {
  constant: constantKind,
  cosine: cosineKind,
  warmup: warmupKind(kindOf),
  warmupCosine: warmupCosineKind,
};

function kindOf(schedule: Schedule): ScheduleKind<Schedule> {
  const kind = kinds[schedule.kind];
  if (!kind) {
    throw new TypeError(`unknown schedule: ${shown(schedule.kind)} (has ${Object.keys(kinds).join(", ")})`);
  }
  // The kind ties the schedule to its behaviour; the type system does not see that.
  return kind as unknown as ScheduleKind<Schedule>;
}

/**
 * A schedule in updates: a pure function of the update index, so there is nothing to restore but the index.
 * @throws RangeError when its durations do not fit together
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { constant } from "./constant.ts";
 * const first = resolve(constant(1e-3), batchPlan(1_097, 32)).rate(0); // 0.001
 * ```
 */
export const resolve = (schedule: Schedule, batches: BatchPlan): ResolvedSchedule =>
  kindOf(schedule).resolve(schedule, batches);

/** The call that makes a schedule: `cosine(peak: 0.001, horizon: steps(2000))`. */
export const scheduleText = (schedule: Schedule): string => kindOf(schedule).text(schedule);

/** The call that makes a scale: `plateauScale(validation.loss, min, factor: 0.5, patience: evaluations(5), …)`. */
export function scaleText(rule: PlateauScale): string {
  const parts = [
    rule.metric,
    rule.mode,
    `factor: ${rule.factor}`,
    `patience: ${durationCall(rule.patience)}`,
  ];
  parts.push(`minDelta: ${rule.minDelta}`);
  if (rule.cooldown !== 0) parts.push(`cooldown: ${rule.cooldown}`);
  if (rule.minScale !== 0) parts.push(`minScale: ${rule.minScale}`);
  if (rule.compat) parts.push(`compat: ${rule.compat}`);
  return `plateauScale(${parts.join(", ")})`;
}
