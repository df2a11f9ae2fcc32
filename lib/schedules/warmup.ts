/** A linear warm-up in front of any schedule. */
import { atLeastZero, checkKeys } from "../criteria/option_checks.ts";
import { type Duration, durationCall, shown } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { KindOf, Schedule, ScheduleKind, Warmup } from "./schedule.ts";

export interface WarmupOptions {
  /** how long it takes, in steps, epochs or examples */
  readonly warmup: Duration;
  /** rate of the very first update; default 0, which makes that update change nothing: give more to avoid it */
  readonly start?: number;
  /** what comes after; it counts its own updates from the end of the warm-up */
  readonly then: Schedule;
}

/**
 * A linear warm-up of n updates, then another schedule. With i the update's index from 0:
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
  checkKeys("warmup", options, ["warmup", "start", "then"]);
  if (typeof options.then?.kind !== "string") {
    throw new TypeError(`invalid then: ${shown(options.then)} (a schedule)`);
  }
  return {
    kind: "warmup",
    warmup: plannedDuration("warmup", options.warmup),
    start: atLeastZero("start", options.start ?? 0),
    then: options.then,
  };
}

/** The rate of a linear warm-up of `updates` updates, from `start` towards `peak`. */
export const warmupRate = (start: number, peak: number, updates: number, index: number): number =>
  start + (peak - start) * index / updates;

export const warmupKind = (kindOf: KindOf): ScheduleKind<Warmup> => ({
  resolve({ warmup, start, then }, batches) {
    const updates = updatesIn(warmup, batches);
    const after = kindOf(then).resolve(then, batches);
    const first = after.rate(0);
    return {
      horizon: after.horizon === null ? null : updates + after.horizon,
      warmup: updates + after.warmup,
      peak: Math.max(start, after.peak),
      rate: (index) =>
        index < updates ? warmupRate(start, first, updates, index) : after.rate(index - updates),
    };
  },
  text: ({ warmup, start, then }) =>
    `warmup(warmup: ${durationCall(warmup)}${start === 0 ? "" : `, start: ${start}`}, then: ${
      kindOf(then).text(then)
    })`,
});
