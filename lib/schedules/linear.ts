/** A straight line from one rate to another. */
import { atLeastZero, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";
import { fall } from "./shapes.ts";

export interface LinearOptions {
  /** rate of the first update */
  readonly start: number;
  /** what the rate comes to, above or below `start`; default 0 */
  readonly end?: number;
  /** how long it takes, in steps, epochs or examples */
  readonly horizon: Duration;
  /** past the horizon: hold `end`, an error, the same again, or back and forth; default `hold` */
  readonly past?: Past;
}
export interface Linear extends Required<LinearOptions> {
  readonly kind: "linear";
}

const keys = ["start", "end", "horizon", "past"];

/**
 * A straight line, with i the update's index from 0 and n the horizon: rate(i) = start + (end − start) × i / n. Equal
 * to optax' `linear_schedule` and torch's LinearLR. A line that rises is a warm-up.
 * @throws RangeError for a rate below 0, TypeError for a bare number as horizon
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = linear({ start: 1e-3, horizon: steps(2_000) });
 * ```
 */
export function linear(options: LinearOptions): Linear {
  checkKeys("linear", options, keys);
  return {
    kind: "linear",
    start: atLeastZero("start", options.start),
    end: atLeastZero("end", options.end ?? 0),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

export const linearKind: ScheduleKind<Linear> = {
  keys,
  defaults: { end: 0, past: "hold" },
  make: linear,
  resolve({ start, end, horizon, past }, batches) {
    const updates = updatesIn(horizon, batches);
    return {
      horizon: updates,
      warmup: start < end ? updates : 0,
      peak: Math.max(start, end),
      rate: continued(past, updates, (index) => fall("linear", start, end, index / updates)),
    };
  },
};
