/** A warm-up in front of any schedule. */
import { atLeastZero, checkKeys, oneOf } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { plannedDuration, scheduleGiven, updatesIn } from "./rates.ts";
import type { Schedule, ScheduleKind } from "./schedule.ts";
import { rise, type Shape, shapes } from "./shapes.ts";

export interface WarmupOptions {
  /** how long it takes, in steps, epochs or examples */
  readonly warmup: Duration;
  /** rate of the very first update; default 0, which makes that update change nothing: give more to avoid it */
  readonly start?: number;
  /** way up; `constant` keeps `start` to the end of the warm-up; default `linear` */
  readonly shape?: Shape | "constant";
  /** what comes after; it counts its own updates from the end of the warm-up */
  readonly then: Schedule;
}
export interface Warmup extends Required<WarmupOptions> {
  readonly kind: "warmup";
}

const keys = ["warmup", "start", "shape", "then"];

/**
 * A warm-up of n updates, then another schedule. With i the update's index from 0, and a linear way up:
 * rate(i) = start + (then(0) − start) × i / n for i < n, and then(i − n) from there. Equal to optax' joined linear
 * warm-up and to Hugging Face's. The horizon of the whole is n plus that of `then`.
 * @throws RangeError for a rate out of range, TypeError for a bare number as warm-up
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { constant } from "./constant.ts";
 * const schedule = warmup({ warmup: steps(100), start: 1e-5, then: constant(1e-3) });
 * ```
 */
export function warmup(options: WarmupOptions): Warmup {
  checkKeys("warmup", options, keys);
  return {
    kind: "warmup",
    warmup: plannedDuration("warmup", options.warmup),
    start: atLeastZero("start", options.start ?? 0),
    shape: oneOf<Shape | "constant">("shape", options.shape ?? "linear", [...shapes, "constant"]),
    then: scheduleGiven("then", options.then),
  };
}

export const warmupKind: ScheduleKind<Warmup> = {
  keys,
  defaults: { start: 0, shape: "linear" },
  make: warmup,
  resolve({ warmup, start, shape, then }, batches, resolve) {
    const updates = updatesIn(warmup, batches), after = resolve(then, batches), first = after.rate(0);
    const rising = (index: number) =>
      shape === "constant" ? start : rise(shape, start, first, index / updates);
    return {
      horizon: after.horizon === null ? null : updates + after.horizon,
      warmup: updates + after.warmup,
      peak: Math.max(start, after.peak),
      rate: (index) => index < updates ? rising(index) : after.rate(index - updates),
    };
  },
};
