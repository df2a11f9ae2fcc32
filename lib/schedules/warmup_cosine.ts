/** The usual pair in one: a linear warm-up and a cosine, under one horizon. */
import { aboveZero, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { cosineRate } from "./cosine.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, rateUpTo, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";
import { rise } from "./shapes.ts";

export interface WarmupCosineOptions {
  /** how long the warm-up takes, in steps, epochs or examples; shorter than the horizon, or nothing decays */
  readonly warmup: Duration;
  /** rate of the very first update; default 0, which makes that update change nothing: give more to avoid it */
  readonly start?: number;
  /** rate at the end of the warm-up */
  readonly peak: number;
  /** what the rate comes to; default 0 */
  readonly end?: number;
  /** how long the whole takes, the warm-up included */
  readonly horizon: Duration;
  /** past the horizon: hold the last rate, an error, the whole again, or back and forth; default `hold` */
  readonly past?: Past;
}
export interface WarmupCosine extends Required<WarmupCosineOptions> {
  readonly kind: "warmupCosine";
}

const keys = ["warmup", "start", "peak", "end", "horizon", "past"];

/**
 * A linear warm-up of w updates to `peak`, then half a cosine to `end` at the horizon n, which includes the warm-up.
 * With i the update's index from 0: rate(i) = start + (peak − start) × i / w for i < w, and from there
 * end + (peak − end) × (1 + cos(π (i − w) / (n − w))) / 2. Equal to optax' `warmup_cosine_decay_schedule`.
 * @throws RangeError for a rate out of range
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = warmupCosine({ warmup: steps(100), peak: 1e-3, horizon: steps(2_000) });
 * ```
 */
export function warmupCosine(options: WarmupCosineOptions): WarmupCosine {
  checkKeys("warmupCosine", options, keys);
  const peak = aboveZero("peak", options.peak);
  return {
    kind: "warmupCosine",
    warmup: plannedDuration("warmup", options.warmup),
    start: rateUpTo("start", options.start ?? 0, peak),
    peak,
    end: rateUpTo("end", options.end ?? 0, peak),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

export const warmupCosineKind: ScheduleKind<WarmupCosine> = {
  keys,
  defaults: { start: 0, end: 0, past: "hold" },
  make: warmupCosine,
  resolve({ warmup, start, peak, end, horizon, past }, batches) {
    const rising = updatesIn(warmup, batches), updates = updatesIn(horizon, batches);
    // A warm-up that reaches the horizon leaves no decay: the rate is still on its way up there.
    const rate = (index: number) =>
      index < rising || rising >= updates
        ? rise("linear", start, peak, index / rising)
        : cosineRate(peak, end, (index - rising) / (updates - rising));
    return { horizon: updates, warmup: rising, peak, rate: continued(past, updates, rate) };
  },
};
