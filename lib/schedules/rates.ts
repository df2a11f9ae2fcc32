/** Checks of rates, factors and horizons at the border. */
import { type BatchPlan, plannedUnits, toSteps } from "../batch_plan.ts";
import { asDuration, countText, type Duration, durationCall, shown } from "../durations.ts";
import type { Schedule } from "./schedule.ts";

/** A rate that a schedule begins or ends at: 0 is allowed, more than its peak is not. */
export function rateUpTo(field: string, value: unknown, peak: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= peak)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a number from 0 to the peak, ${peak})`);
  }
  return value;
}

/** @throws TypeError `invalid then: 0.1 (a schedule)` */
export function scheduleGiven(field: string, value: unknown): Schedule {
  if (typeof (value as Partial<Schedule> | null)?.kind !== "string") {
    throw new TypeError(`invalid ${field}: ${shown(value)} (a schedule)`);
  }
  return value as Schedule;
}

/** A duration that a batch plan can convert: in steps, epochs or examples. */
export const plannedDuration = (field: string, value: unknown): Duration =>
  asDuration(value, field, plannedUnits);

/** Updates in a duration that `plannedDuration` has checked. */
export function updatesIn(duration: Duration, batches: BatchPlan): number {
  return toSteps(asDuration(duration, "duration", plannedUnits), batches);
}

/**
 * The updates at which something changes, each later than the one before.
 * @throws RangeError `invalid borders: steps(10) is update 10, not later than update 10`
 */
export function updatesAt(field: string, durations: readonly Duration[], batches: BatchPlan): number[] {
  const updates = durations.map((duration) => updatesIn(duration, batches));
  updates.forEach((update, i) => {
    if (i > 0 && update <= updates[i - 1]) {
      throw new RangeError(
        `invalid ${field}: ${durationCall(durations[i])} is update ${
          countText(update)
        }, not later than update ${countText(updates[i - 1])}`,
      );
    }
  });
  return updates;
}
