/** The same schedule with a longer constant part. */
import { type Duration, durationCall } from "../durations.ts";
import { plannedDuration } from "./rates.ts";
import type { Join } from "./join.ts";
import type { Schedule } from "./schedule.ts";
import { scheduleText } from "./schedule_text.ts";

/**
 * The same schedule with its constant part longer by so much, and its decay as long as before, only later. The
 * extension that suits `warmupStableDecay`, and a `join` in which a `constant` is followed by a decay; bare, after a
 * `warmup` or in a `scale` by a number. Up to the old decay the rates stay what they were, so a training can go on from
 * any checkpoint before it. Other schedules are for `stretch`.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), "lengthen the constant part, keep the decay's length".
 * @param by in the unit of the horizon, or of the borders
 * @throws RangeError `no constant part to extend: cosine(peak: 1, horizon: steps(9))`
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { warmupStableDecay } from "./warmup_stable_decay.ts";
 * const short = warmupStableDecay({ peak: 1e-3, decay: steps(100), horizon: steps(500) });
 * const long = extendConstant(short, steps(4_500)); // decays from update 4,900 to 5,000
 * ```
 */
export function extendConstant(schedule: Schedule, by: Duration): Schedule {
  plannedDuration("by", by);
  return extended(schedule, by, schedule);
}

function extended(schedule: Schedule, by: Duration, whole: Schedule): Schedule {
  switch (schedule.kind) {
    case "warmupStableDecay":
      return { ...schedule, horizon: longer(schedule.horizon, by) };
    case "warmup":
      return { ...schedule, then: extended(schedule.then, by, whole) };
    case "join":
      return joined(schedule, by, whole);
    case "scale":
      if (typeof schedule.by === "number") {
        return { ...schedule, schedule: extended(schedule.schedule, by, whole) };
      }
  }
  throw new RangeError(`no constant part to extend: ${scheduleText(whole)}`);
}

/** The last constant part that ends: what comes after it comes later. */
function joined(schedule: Join, by: Duration, whole: Schedule): Schedule {
  const part = schedule.schedules.slice(0, -1).findLastIndex(({ kind }) => kind === "constant");
  if (part === -1) throw new RangeError(`no constant part to extend: ${scheduleText(whole)}`);
  return {
    ...schedule,
    borders: schedule.borders.map((border, i) => i < part ? border : longer(border, by)),
  };
}

function longer(duration: Duration, by: Duration): Duration {
  if (by.unit === duration.unit) return { unit: by.unit, count: duration.count + by.count };
  throw new RangeError(`invalid by: ${durationCall(by)} (in ${duration.unit}, as ${durationCall(duration)})`);
}
