/** Rates at chosen places, kept or joined by lines or cosines. */
import { atLeastZero, checkKeys, oneOf } from "../option_checks.ts";
import { type Duration, shown } from "../durations.ts";
import { plannedDuration, updatesAt } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";
import { fall } from "./shapes.ts";

/** A rate and the update from which it holds, counted from the start. */
export interface Point {
  readonly at: Duration;
  readonly rate: number;
}
export interface PiecewiseOptions {
  /** rate of the first update */
  readonly start: number;
  /** at least one; each later than the one before */
  readonly points: readonly Point[];
  /** between points: `constant` keeps the earlier rate, `linear` and `cosine` go to the later one; default `constant` */
  readonly between?: "constant" | "linear" | "cosine";
}
export interface Piecewise extends Required<PiecewiseOptions> {
  readonly kind: "piecewise";
}

const keys = ["start", "points", "between"];

/**
 * Rates at chosen places: update i, counted from 0, has the rate of the last point with `at` ≤ i, or lies on the way
 * from it to the next. After the last point its rate is kept. Equal to optax' `piecewise_constant_schedule` and
 * `piecewise_interpolate_schedule` and to torch's MultiStepLR; Keras' PiecewiseConstantDecay changes one update later.
 * The horizon is the last point where rates are joined; where they are kept there is none.
 * @throws RangeError for a rate below 0, TypeError for what is no list of points
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const schedule = piecewise({
 *   start: 0.1,
 *   points: [{ at: epochs(80), rate: 0.01 }, { at: epochs(120), rate: 0.001 }],
 * });
 * ```
 */
export function piecewise(options: PiecewiseOptions): Piecewise {
  checkKeys("piecewise", options, keys);
  const { points, between = "constant" } = options;
  if (!Array.isArray(points) || points.length === 0) {
    throw new TypeError(`invalid points: ${shown(points)} (a list of { at, rate }, at least one)`);
  }
  return {
    kind: "piecewise",
    start: atLeastZero("start", options.start),
    points: points.map((point, i) => {
      checkKeys(`points[${i}]`, point, ["at", "rate"]);
      return {
        at: plannedDuration(`points[${i}].at`, point.at),
        rate: atLeastZero(`points[${i}].rate`, point.rate),
      };
    }),
    between: oneOf("between", between, ["constant", "linear", "cosine"]),
  };
}

export const piecewiseKind: ScheduleKind<Piecewise> = {
  keys,
  defaults: { between: "constant" },
  make: piecewise,
  resolve({ start, points, between }, batches) {
    const ats = [0, ...updatesAt("points", points.map(({ at }) => at), batches)];
    const rates = [start, ...points.map(({ rate }) => rate)];
    const rate = (index: number) => {
      const from = ats.findLastIndex((at) => at <= index);
      if (between === "constant" || from === points.length) return rates[from];
      return fall(between, rates[from], rates[from + 1], (index - ats[from]) / (ats[from + 1] - ats[from]));
    };
    const horizon = between === "constant" ? null : ats[points.length];
    return { horizon, warmup: 0, peak: Math.max(...rates), rate };
  },
};
