/** A schedule for another length, by its kind. */
import { type BatchPlan, epochAt, examplesAt } from "../../batch_plan.ts";
import { countText, type Duration, type Unit } from "../../durations.ts";
import { whole } from "../../option_checks.ts";
import { extendConstant } from "../../schedules/extend_constant.ts";
import type { Schedule } from "../../schedules/schedule.ts";
import { scheduleText } from "../../schedules/schedule_text.ts";
import { shareBelowPeak } from "../../schedules/share_below_peak.ts";
import { stretch } from "../../schedules/stretch.ts";

/** Plain data. */
export interface Extension {
  readonly schedule: Schedule;
  readonly from: number;
  readonly to: number;
  /** what was done, as `the constant part is longer, the decay as long as before` */
  readonly how: string;
  /** share of the updates below a tenth of the peak rate: with the extended schedule, and had the old one merely gone on */
  readonly tiny: number;
  readonly tinyUnchanged: number;
}

/**
 * The schedule of a training of `from` steps, made one for `to` steps, which are more: of `warmupStableDecay`, and of a
 * join with a constant part, that part is longer and the decay stays; cosine, linear and the like keep their rates and
 * are stretched; what depends on no length goes on.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on the learning-rate schedule of round 2.
 * @param from updates that it was made for
 * @throws RangeError `cannot extend exponential(…) from 100 to 1,000 steps: it has neither a constant part nor a horizon`
 * @example
 * ```ts
 * import { batchPlan } from "../../batch_plan.ts";
 * import { steps } from "../../durations.ts";
 * import { cosine } from "../../schedules/cosine.ts";
 * const long = extendedFor(cosine({ peak: 0.1, horizon: steps(100) }), 100, 1_000, batchPlan(1_097, 32));
 * ```
 */
export function extendedFor(schedule: Schedule, from: number, to: number, batches: BatchPlan): Extension {
  whole("from", from, 1);
  whole("to", to, from + 1);
  const made = remade(schedule, from, to, batches);
  const tinyUnchanged = shareBelowPeak(schedule, batches, to);
  return { ...made, from, to, tiny: shareBelowPeak(made.schedule, batches, to), tinyUnchanged };
}

/** What depends on no length. */
const LENGTHLESS: ReadonlySet<Schedule["kind"]> = new Set<Schedule["kind"]>([
  "constant",
  "inverseSqrt",
  "cyclic",
]);

function remade(
  schedule: Schedule,
  from: number,
  to: number,
  batches: BatchPlan,
): Pick<Extension, "schedule" | "how"> {
  const inner = innermost(schedule);
  if (LENGTHLESS.has(inner.kind)) return { schedule, how: "the rate goes on, as it depends on no length" };
  if (inner.kind === "warmupStableDecay" || inner.kind === "join") {
    const { unit } = inner.kind === "join" ? inner.borders[inner.borders.length - 1] : inner.horizon;
    const longer = extendConstant(schedule, between(from, to, unit, batches));
    return { schedule: longer, how: "the constant part is longer, the decay as long as before" };
  }
  if ("horizon" in inner && inner.horizon !== undefined) {
    return { schedule: stretch(schedule, to / from), how: "the base rate stays, the horizon is stretched" };
  }
  throw new RangeError(
    `cannot extend ${scheduleText(schedule)} from ${countText(from)} to ${countText(to)} steps: ` +
      "it has neither a constant part nor a horizon",
  );
}

/** What a warm-up or a factor stands in front of. */
function innermost(schedule: Schedule): Schedule {
  if (schedule.kind === "warmup") return innermost(schedule.then);
  if (schedule.kind === "scale" && typeof schedule.by === "number") return innermost(schedule.schedule);
  return schedule;
}

/** The updates from one step to another, in a schedule's unit. */
function between(from: number, to: number, unit: Unit, batches: BatchPlan): Duration {
  if (unit === "steps") return { unit, count: to - from };
  const at = unit === "epochs" ? epochAt : examplesAt;
  return { unit, count: at(batches, to) - at(batches, from) };
}
