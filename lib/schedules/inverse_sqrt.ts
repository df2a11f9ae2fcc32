/** A rate divided by the square root of the time. */
import { aboveZero, checkKeys } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface InverseSqrtOptions {
  /** rate of the first update */
  readonly peak: number;
  /** after three times as long the rate is half its peak; usually as long as the warm-up before it */
  readonly timescale: Duration;
}
export interface InverseSqrt extends InverseSqrtOptions {
  readonly kind: "inverseSqrt";
}

const keys = ["peak", "timescale"];

/**
 * The decay of the first transformers (Vaswani et al. 2017), with i the update's index from 0 and t the updates in
 * `timescale`: rate(i) = peak × √(t / (t + i)). It has no horizon. After a `warmup` as long as its timescale it equals
 * Hugging Face's `get_inverse_sqrt_schedule`.
 * @throws RangeError for a peak that is not positive, TypeError for a bare number as timescale
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { warmup } from "./warmup.ts";
 * const rising = steps(4_000);
 * const schedule = warmup({ warmup: rising, then: inverseSqrt({ peak: 1e-3, timescale: rising }) });
 * ```
 */
export function inverseSqrt(options: InverseSqrtOptions): InverseSqrt {
  checkKeys("inverseSqrt", options, keys);
  return {
    kind: "inverseSqrt",
    peak: aboveZero("peak", options.peak),
    timescale: plannedDuration("timescale", options.timescale),
  };
}

export const inverseSqrtKind: ScheduleKind<InverseSqrt> = {
  keys,
  defaults: {},
  make: inverseSqrt,
  resolve({ peak, timescale }, batches) {
    const updates = updatesIn(timescale, batches);
    const rate = (index: number) => peak * Math.sqrt(updates / (updates + index));
    return { horizon: null, warmup: 0, peak, rate };
  },
};
