/** From a schedule, which is data, to the rates it gives. */
import type { BatchPlan } from "../batch_plan.ts";
import { kindOf } from "./kinds.ts";
import type { ResolvedSchedule, Schedule } from "./schedule.ts";

export { scheduleText } from "./schedule_text.ts";
export { scaleText } from "./plateau_scale.ts";

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
  kindOf(schedule.kind).resolve(schedule, batches, resolve);
