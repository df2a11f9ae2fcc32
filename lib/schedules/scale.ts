/** A schedule times a number, or times another schedule. */
import { aboveZero, checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { scheduleGiven } from "./rates.ts";
import type { Schedule, ScheduleKind } from "./schedule.ts";

export interface ScaleOptions {
  readonly schedule: Schedule;
  /** a number above 0, or a schedule whose rates are taken as factors */
  readonly by: number | Schedule;
}
export interface Scale extends ScaleOptions {
  readonly kind: "scale";
}

const keys = ["schedule", "by"];

/**
 * A product: rate(i) = schedule(i) × by, or × by(i). The horizon is the later one of the two. Equal to torch's
 * ChainedScheduler. To change the rates of one schedule in its own text take `rescale`.
 * @throws RangeError for a factor that is not positive, TypeError for what is no schedule
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { cosine } from "./cosine.ts";
 * import { step } from "./step.ts";
 * const halving = step({ start: 1, factor: 0.5, every: steps(500) });
 * const schedule = scale({ schedule: cosine({ peak: 1e-3, horizon: steps(2_000) }), by: halving });
 * ```
 */
export function scale(options: ScaleOptions): Scale {
  checkKeys("scale", options, keys);
  const { by } = options;
  if (typeof by !== "number" && typeof (by as Partial<Schedule> | null)?.kind !== "string") {
    throw new TypeError(`invalid by: ${shown(by)} (a number above 0, or a schedule)`);
  }
  return {
    kind: "scale",
    schedule: scheduleGiven("schedule", options.schedule),
    by: typeof by === "number" ? aboveZero("by", by) : by,
  };
}

export const scaleKind: ScheduleKind<Scale> = {
  keys,
  defaults: {},
  make: scale,
  resolve({ schedule, by }, batches, resolve) {
    const given = resolve(schedule, batches);
    if (typeof by === "number") {
      return { ...given, peak: given.peak * by, rate: (index) => given.rate(index) * by };
    }
    const factor = resolve(by, batches);
    const horizons = [given.horizon, factor.horizon].filter((horizon) => horizon !== null);
    return {
      horizon: horizons.length === 0 ? null : Math.max(...horizons),
      warmup: Math.max(given.warmup, factor.warmup),
      peak: given.peak * factor.peak,
      rate: (index) => given.rate(index) * factor.rate(index),
    };
  },
};
