/** The same schedule over a longer horizon. */
import { aboveZero } from "../option_checks.ts";
import { countFault, type Duration, durationCall, shown } from "../durations.ts";
import { plannedDuration } from "./rates.ts";
import type { Schedule } from "./schedule.ts";
import { scheduleText } from "./schedule_text.ts";

/** By a factor, or to a new horizon. Both are of the whole, a warm-up included. */
export type Stretch = number | { readonly to: Duration };

/**
 * The same schedule over another horizon: same rates, same warm-up, the rest longer. The extension that suits `cosine`,
 * `warmupCosine`, `linear`, `polynomial`, `oneCycle` and `cosineRestarts` with a horizon, bare, after a `warmup` or in a
 * `scale` by a number: a cosine that is merely gone on with would train at its lowest rate. What has a constant part is
 * lengthened by `extendConstant` instead. Steps and examples are rounded to whole ones.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), "extend cosine: keep the base rate, stretch the horizon".
 * @throws RangeError `cannot stretch constant(0.1): it has no horizon of its own`
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { cosine } from "./cosine.ts";
 * const short = cosine({ peak: 1e-3, horizon: steps(500) });
 * const long = stretch(short, { to: steps(5_000) });
 * ```
 */
export function stretch(schedule: Schedule, by: Stretch): Schedule {
  if (typeof by === "number") aboveZero("factor", by);
  else plannedDuration("to", by?.to);
  return stretched(schedule, by, schedule, null);
}

/** @param rising warm-up in front, which is part of the whole and keeps its length */
function stretched(schedule: Schedule, by: Stretch, whole: Schedule, rising: Duration | null): Schedule {
  if (schedule.kind === "warmup") {
    const sum = rising
      ? { ...rising, count: rising.count + inUnit(schedule.warmup, rising, whole) }
      : schedule.warmup;
    return { ...schedule, then: stretched(schedule.then, by, whole, sum) };
  }
  if (schedule.kind === "scale" && typeof schedule.by === "number") {
    return { ...schedule, schedule: stretched(schedule.schedule, by, whole, rising) };
  }
  if (!("horizon" in schedule) || schedule.horizon === undefined || schedule.kind === "warmupStableDecay") {
    const hint = schedule.kind === "warmupStableDecay"
      ? "extendConstant keeps its decay"
      : "it has no horizon of its own";
    throw new RangeError(`cannot stretch ${scheduleText(whole)}: ${hint}`);
  }
  const horizon = newHorizon(schedule.horizon, by, whole, rising);
  // Only the horizon changes; the type system does not see that each kind keeps its own.
  return { ...schedule, horizon } as Schedule;
}

function newHorizon(horizon: Duration, by: Stretch, whole: Schedule, rising: Duration | null): Duration {
  if (typeof by !== "number" && rising === null) return by.to;
  const unit = typeof by === "number" ? horizon.unit : by.to.unit;
  const front = rising ? inUnit(rising, { unit }, whole) : 0;
  const count = typeof by === "number" ? (horizon.count + front) * by - front : by.to.count - front;
  const rounded = unit === "epochs" ? count : Math.round(count);
  const fault = countFault(unit, rounded);
  if (!fault) return { unit, count: rounded };
  throw new RangeError(
    `invalid ${typeof by === "number" ? "factor" : "to"}: ${
      typeof by === "number" ? by : durationCall(by.to)
    } (leaves ${shown(rounded)} ${unit} after the warm-up)`,
  );
}

function inUnit(duration: Duration, { unit }: Pick<Duration, "unit">, whole: Schedule): number {
  if (duration.unit === unit) return duration.count;
  throw new RangeError(
    `cannot stretch ${scheduleText(whole)}: its warm-up is ${durationCall(duration)}, its horizon in ${unit}`,
  );
}
