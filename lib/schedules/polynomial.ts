/** A power of what is left, from one rate to another. */
import { aboveZero, atLeastZero, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface PolynomialOptions {
  /** rate of the first update */
  readonly start: number;
  /** what the rate comes to; default 0 */
  readonly end?: number;
  /** of the share that is left; 1 is a line, more falls faster at first; default 1 */
  readonly power?: number;
  /** how long it takes, in steps, epochs or examples */
  readonly horizon: Duration;
  /**
   * past the horizon: hold `end`, an error, the same again, back and forth, or `widen`: the curve as it would be had
   * the horizon been the next multiple of itself (Keras' `cycle=True`). Default `hold`
   */
  readonly past?: Past | "widen";
}
export interface Polynomial extends Required<PolynomialOptions> {
  readonly kind: "polynomial";
}

const keys = ["start", "end", "power", "horizon", "past"];

/**
 * A power of what is left, with i the update's index from 0 and n the horizon:
 * rate(i) = end + (start − end) × (1 − i / n)^power. Equal to optax' `polynomial_schedule`, torch's PolynomialLR, Keras'
 * PolynomialDecay and Hugging Face's.
 * @throws RangeError for a rate below 0 or a power that is not positive, TypeError for a bare number as horizon
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = polynomial({ start: 0.1, end: 1e-4, power: 2, horizon: steps(2_000) });
 * ```
 */
export function polynomial(options: PolynomialOptions): Polynomial {
  checkKeys("polynomial", options, keys);
  return {
    kind: "polynomial",
    start: atLeastZero("start", options.start),
    end: atLeastZero("end", options.end ?? 0),
    power: aboveZero("power", options.power ?? 1),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf<Past | "widen">("past", options.past ?? "hold", [...pasts, "widen"]),
  };
}

export const polynomialKind: ScheduleKind<Polynomial> = {
  keys,
  defaults: { end: 0, power: 1, past: "hold" },
  make: polynomial,
  resolve({ start, end, power, horizon, past }, batches) {
    const updates = updatesIn(horizon, batches);
    const rateOver = (wide: number) => (index: number) =>
      index === 0 ? start : end + (start - end) * (1 - index / wide) ** power;
    const widened = (index: number) => rateOver(updates * Math.max(1, Math.ceil(index / updates)))(index);
    return {
      horizon: updates,
      warmup: start < end ? updates : 0,
      peak: Math.max(start, end),
      rate: past === "widen" ? widened : continued(past, updates, rateOver(updates)),
    };
  },
};
