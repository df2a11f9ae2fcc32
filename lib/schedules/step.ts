/** A factor after every so many updates. */
import { aboveZero, atMostOne, checkKeys } from "../option_checks.ts";
import type { Duration } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface StepOptions {
  /** rate of the first updates */
  readonly start: number;
  /** what the rate is multiplied by at each step down, above 0 and at most 1 */
  readonly factor: number;
  /** how long each rate is kept, in steps, epochs or examples */
  readonly every: Duration;
}
export interface Step extends StepOptions {
  readonly kind: "step";
}

const keys = ["start", "factor", "every"];

/**
 * Steps down, with i the update's index from 0 and n the updates in `every`: rate(i) = start × factor^⌊i / n⌋. It has
 * no horizon. Equal to torch's StepLR; for steps at chosen places take `piecewise`.
 * @throws RangeError for a rate or a factor out of range
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const schedule = step({ start: 0.1, factor: 0.1, every: epochs(30) });
 * ```
 */
export function step(options: StepOptions): Step {
  checkKeys("step", options, keys);
  return {
    kind: "step",
    start: aboveZero("start", options.start),
    factor: atMostOne("factor", options.factor),
    every: plannedDuration("every", options.every),
  };
}

export const stepKind: ScheduleKind<Step> = {
  keys,
  defaults: {},
  make: step,
  resolve({ start, factor, every }, batches) {
    const updates = updatesIn(every, batches);
    return {
      horizon: null,
      warmup: 0,
      peak: start,
      rate: (index) => start * factor ** Math.floor(index / updates),
    };
  },
};
