/** A rate divided by the time. */
import { aboveZero, checkKeys, flag } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface InverseTimeOptions {
  /** rate of the first update */
  readonly start: number;
  /** what each `every` adds to the divisor: at 1, the rate is half after one and a third after two */
  readonly decay: number;
  /** in steps, epochs or examples */
  readonly every: Duration;
  /** only whole `every`s count; default false */
  readonly staircase?: boolean;
}
export interface InverseTime extends Required<InverseTimeOptions> {
  readonly kind: "inverseTime";
}

const keys = ["start", "decay", "every", "staircase"];

/**
 * A rate divided by the time, with i the update's index from 0 and n the updates in `every`:
 * rate(i) = start / (1 + decay × i / n). It has no horizon. Equal to Keras' InverseTimeDecay.
 * @throws RangeError for a rate or a decay that is not positive
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = inverseTime({ start: 0.1, decay: 0.5, every: steps(1_000) });
 * ```
 */
export function inverseTime(options: InverseTimeOptions): InverseTime {
  checkKeys("inverseTime", options, keys);
  return {
    kind: "inverseTime",
    start: aboveZero("start", options.start),
    decay: aboveZero("decay", options.decay),
    every: plannedDuration("every", options.every),
    staircase: flag("staircase", options.staircase ?? false),
  };
}

export const inverseTimeKind: ScheduleKind<InverseTime> = {
  keys,
  defaults: { staircase: false },
  make: inverseTime,
  resolve({ start, decay, every, staircase }, batches) {
    const updates = updatesIn(every, batches);
    const rate = (index: number) =>
      start / (1 + decay * (staircase ? Math.floor(index / updates) : index / updates));
    return { horizon: null, warmup: 0, peak: start, rate };
  },
};
