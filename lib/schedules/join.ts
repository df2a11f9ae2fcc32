/** Schedules one after the other. */
import { checkKeys } from "../option_checks.ts";
import { type Duration, shown } from "../durations.ts";
import { plannedDuration, scheduleGiven, updatesAt } from "./rates.ts";
import type { Schedule, ScheduleKind } from "./schedule.ts";

export interface JoinOptions {
  /** at least two */
  readonly schedules: readonly Schedule[];
  /** where each schedule but the first begins, counted from the start of the whole; one fewer than schedules */
  readonly borders: readonly Duration[];
}
export interface Join extends JoinOptions {
  readonly kind: "join";
}

const keys = ["schedules", "borders"];

/**
 * Schedules one after the other. Each counts its own updates from its border: rate(i) = schedule(i − border). The
 * horizon is the last border plus the last schedule's. Equal to optax' `join_schedules` and torch's SequentialLR.
 * @throws TypeError for fewer than two schedules, RangeError for borders that do not fit or, when resolved, do not rise
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { constant } from "./constant.ts";
 * import { linear } from "./linear.ts";
 * const schedule = join({
 *   schedules: [constant(1e-3), linear({ start: 1e-3, horizon: steps(400) })],
 *   borders: [steps(1_600)],
 * });
 * ```
 */
export function join(options: JoinOptions): Join {
  checkKeys("join", options, keys);
  const { schedules, borders } = options;
  if (!Array.isArray(schedules) || schedules.length < 2) {
    throw new TypeError(`invalid schedules: ${shown(schedules)} (a list of at least two schedules)`);
  }
  if (!Array.isArray(borders) || borders.length !== schedules.length - 1) {
    throw new RangeError(
      `invalid borders: ${shown(borders)} (a list of ${schedules.length - 1}, one fewer than schedules)`,
    );
  }
  return {
    kind: "join",
    schedules: schedules.map((schedule, i) => scheduleGiven(`schedules[${i}]`, schedule)),
    borders: borders.map((border, i) => plannedDuration(`borders[${i}]`, border)),
  };
}

export const joinKind: ScheduleKind<Join> = {
  keys,
  defaults: {},
  make: join,
  resolve({ schedules, borders }, batches, resolve) {
    const begins = [0, ...updatesAt("borders", borders, batches)];
    const parts = schedules.map((schedule) => resolve(schedule, batches));
    const last = parts.length - 1, { horizon } = parts[last];
    return {
      horizon: horizon === null ? null : begins[last] + horizon,
      warmup: Math.min(parts[0].warmup, begins[1]),
      peak: Math.max(...parts.map(({ peak }) => peak)),
      rate(index) {
        const part = begins.findLastIndex((begin) => begin <= index);
        return parts[part].rate(index - begins[part]);
      },
    };
  },
};
