/** Checks of rates and horizons at the border. */
import { type BatchPlan, plannedUnits, toSteps } from "../batch_plan.ts";
import { asDuration, type Duration, shown } from "../durations.ts";

/** @throws RangeError `invalid rate: -1 (a positive number)` */
export function positiveRate(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a positive number)`);
  }
  return value;
}

/** A rate that a schedule begins or ends at: 0 is allowed, more than its peak is not. */
export function rateUpTo(field: string, value: unknown, peak: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= peak)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a number from 0 to the peak, ${peak})`);
  }
  return value;
}

/** A duration that a batch plan can convert: in steps, epochs or examples. */
export const plannedDuration = (field: string, value: unknown): Duration =>
  asDuration(value, field, plannedUnits);

/** Updates in a duration that `plannedDuration` has checked. */
export function updatesIn(duration: Duration, batches: BatchPlan): number {
  return toSteps(asDuration(duration, "duration", plannedUnits), batches);
}
