/** A factor every so often, smoothly or in steps. */
import { aboveZero, atLeastZero, checkKeys, flag } from "../option_checks.ts";
import { type Duration, shown } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface ExponentialOptions {
  /** rate of the first update */
  readonly start: number;
  /** what the rate is multiplied by over each `every`: below 1 it falls, above 1 it grows */
  readonly factor: number;
  /** in steps, epochs or examples */
  readonly every: Duration;
  /** only whole `every`s count, so that the rate changes in steps; default false */
  readonly staircase?: boolean;
  /** floor of a rate that falls, ceiling of one that grows; default none */
  readonly end?: number;
}
export interface Exponential extends ExponentialOptions {
  readonly kind: "exponential";
  readonly staircase: boolean;
}

const keys = ["start", "factor", "every", "staircase", "end"];

/**
 * A factor every so often, with i the update's index from 0 and n the updates in `every`:
 * rate(i) = start × factor^(i / n), held at `end`. It has no horizon. Equal to optax' `exponential_decay`, Keras'
 * ExponentialDecay and torch's ExponentialLR (`every: steps(1)`).
 * @throws RangeError for a rate out of range or an `end` on the wrong side of `start`
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const schedule = exponential({ start: 0.1, factor: 0.5, every: epochs(10), end: 1e-3 });
 * ```
 */
export function exponential(options: ExponentialOptions): Exponential {
  checkKeys("exponential", options, keys);
  const start = aboveZero("start", options.start), factor = aboveZero("factor", options.factor);
  return {
    kind: "exponential",
    start,
    factor,
    every: plannedDuration("every", options.every),
    staircase: flag("staircase", options.staircase ?? false),
    ...(options.end === undefined ? {} : { end: limit(options.end, start, factor) }),
  };
}

function limit(given: number, start: number, factor: number): number {
  const end = atLeastZero("end", given);
  if (factor < 1 ? end <= start : end >= start) return end;
  const side = factor < 1
    ? `at most the start, ${start}, as the rate falls`
    : `at least the start, ${start}, as the rate grows`;
  throw new RangeError(`invalid end: ${shown(end)} (${side})`);
}

export const exponentialKind: ScheduleKind<Exponential> = {
  keys,
  defaults: { staircase: false },
  make: exponential,
  resolve({ start, factor, every, staircase, end }, batches) {
    const updates = updatesIn(every, batches);
    const [floor, ceiling] = factor < 1 ? [end ?? 0, start] : [start, end ?? Infinity];
    const rate = (index: number) => {
      const power = staircase ? Math.floor(index / updates) : index / updates;
      return Math.min(Math.max(start * factor ** power, floor), ceiling);
    };
    return { horizon: null, warmup: 0, peak: ceiling, rate };
  },
};
