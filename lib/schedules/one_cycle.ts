/** Up once, down once. */
import { aboveZero, between, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, rateUpTo, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";
import { fall } from "./shapes.ts";

export interface OneCycleOptions {
  /** highest rate */
  readonly peak: number;
  /** rate of the first update; default peak / 25 */
  readonly start?: number;
  /** what the rate comes to; default start / 10,000 */
  readonly end?: number;
  /** how long the whole takes, in steps, epochs or examples */
  readonly horizon: Duration;
  /** share of the horizon at which the peak is reached; default 0.3 */
  readonly rise?: number;
  /** share of the horizon at which the rate is back at `start`, from where it goes on to `end`: three phases; default none: two */
  readonly back?: number;
  /** way between them; default `cosine` */
  readonly shape?: "cosine" | "linear";
  /** past the horizon: hold `end`, an error, the same again, or back and forth; default `hold` */
  readonly past?: Past;
}
export interface OneCycle extends Required<Omit<OneCycleOptions, "back">> {
  readonly kind: "oneCycle";
  readonly back?: number;
}

const keys = ["peak", "start", "end", "horizon", "rise", "back", "shape", "past"];

/**
 * One cycle (Smith and Topin 2018): from `start` up to the peak, then down to `end`, in three phases by way of `start`.
 * Momentum is left alone. Equal to optax' `cosine_onecycle_schedule` and `linear_onecycle_schedule`, whose horizon is
 * ours, and to torch's OneCycleLR, whose last update is at the horizon: there horizon = total_steps − 1, and a share p
 * of its steps is (p × total_steps − 1) / horizon of ours.
 * @throws RangeError for a rate above the peak or a share out of order
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const schedule = oneCycle({ peak: 0.1, horizon: epochs(30) });
 * ```
 */
export function oneCycle(options: OneCycleOptions): OneCycle {
  checkKeys("oneCycle", options, keys);
  const peak = aboveZero("peak", options.peak), start = options.start ?? peak / 25;
  const rise = between("rise", options.rise ?? 0.3, 0, 1);
  return {
    kind: "oneCycle",
    peak,
    start: rateUpTo("start", start, peak),
    end: rateUpTo("end", options.end ?? start / 1e4, peak),
    horizon: plannedDuration("horizon", options.horizon),
    rise,
    ...(options.back === undefined ? {} : { back: between("back", options.back, rise, 1) }),
    shape: oneOf("shape", options.shape ?? "cosine", ["cosine", "linear"]),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

export const oneCycleKind: ScheduleKind<OneCycle> = {
  keys,
  defaults: { rise: 0.3, shape: "cosine", past: "hold" },
  make: oneCycle,
  resolve({ peak, start, end, horizon, rise, back, shape, past }, batches) {
    const updates = updatesIn(horizon, batches), top = rise * updates, foot = (back ?? 1) * updates;
    const rate = (index: number) => {
      if (index < top) return fall(shape, start, peak, index / top);
      if (index < foot) {
        return fall(shape, peak, back === undefined ? end : start, (index - top) / (foot - top));
      }
      return back === undefined ? end : fall(shape, start, end, (index - foot) / (updates - foot));
    };
    return { horizon: updates, warmup: Math.ceil(top), peak, rate: continued(past, updates, rate) };
  },
};
