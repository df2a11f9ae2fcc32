/** Half a cosine from a peak to an end. */
import { aboveZero, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, rateUpTo, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface CosineOptions {
  /** rate of the first update */
  readonly peak: number;
  /** what the rate comes to; default 0 */
  readonly end?: number;
  /** of the half cosine; more falls faster at first; default 1 */
  readonly exponent?: number;
  /** how long it takes, in steps, epochs or examples */
  readonly horizon: Duration;
  /** past the horizon: hold `end`, an error, the same again, or back up and down; default `hold` */
  readonly past?: Past;
}
export interface Cosine extends Required<CosineOptions> {
  readonly kind: "cosine";
}

const keys = ["peak", "end", "exponent", "horizon", "past"];

/**
 * Half a cosine (Loshchilov and Hutter 2017, without restarts), with i the update's index from 0 and n the horizon:
 * rate(i) = end + (peak − end) × ((1 + cos(π i / n)) / 2)^exponent. Equal to optax' `cosine_decay_schedule` and Keras'
 * CosineDecay; torch's CosineAnnealingLR and Hugging Face's rise again past n, as this one does with `past: "mirror"`.
 * @throws RangeError for a rate out of range, TypeError for a bare number as horizon
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = cosine({ peak: 1e-3, horizon: steps(2_000) });
 * ```
 */
export function cosine(options: CosineOptions): Cosine {
  checkKeys("cosine", options, keys);
  const peak = aboveZero("peak", options.peak);
  return {
    kind: "cosine",
    peak,
    end: rateUpTo("end", options.end ?? 0, peak),
    exponent: aboveZero("exponent", options.exponent ?? 1),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

/** The rate at a share of the way, 0 to 1. */
export const cosineRate = (peak: number, end: number, share: number, exponent = 1): number =>
  end + (peak - end) * ((1 + Math.cos(Math.PI * share)) / 2) ** exponent;

export const cosineKind: ScheduleKind<Cosine> = {
  keys,
  defaults: { end: 0, exponent: 1, past: "hold" },
  make: cosine,
  resolve({ peak, end, exponent, horizon, past }, batches) {
    const updates = updatesIn(horizon, batches);
    const rate = continued(past, updates, (index) => cosineRate(peak, end, index / updates, exponent));
    return { horizon: updates, warmup: 0, peak, rate };
  },
};
