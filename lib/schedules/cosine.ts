/** Half a cosine from a peak to an end. */
import { checkKeys, oneOf } from "../criteria/option_checks.ts";
import { type Duration, durationCall } from "../durations.ts";
import { continued } from "./past.ts";
import { plannedDuration, positiveRate, rateUpTo, updatesIn } from "./rates.ts";
import type { Cosine, Past, ScheduleKind } from "./schedule.ts";

export interface CosineOptions {
  /** rate of the first update */
  readonly peak: number;
  /** what the rate comes to; default 0 */
  readonly end?: number;
  /** how long it takes, in steps, epochs or examples */
  readonly horizon: Duration;
  /** past the horizon: hold `end`, an error, or the same again; default `hold` */
  readonly past?: Past;
}
export const pasts: readonly Past[] = ["hold", "error", "cycle"];

/**
 * Half a cosine (Loshchilov and Hutter 2017, without restarts), with i the update's index from 0 and n the horizon:
 * rate(i) = end + (peak − end) × (1 + cos(π i / n)) / 2. Equal to optax' `cosine_decay_schedule`; torch's and Hugging
 * Face's rise again past n, this one holds.
 * @throws RangeError for a rate out of range, TypeError for a bare number as horizon
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = cosine({ peak: 1e-3, horizon: steps(2_000) });
 * ```
 */
export function cosine(options: CosineOptions): Cosine {
  checkKeys("cosine", options, ["peak", "end", "horizon", "past"]);
  const peak = positiveRate("peak", options.peak);
  return {
    kind: "cosine",
    peak,
    end: rateUpTo("end", options.end ?? 0, peak),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

/** The rate at a share of the way, 0 to 1. */
export const cosineRate = (peak: number, end: number, share: number): number =>
  end + (peak - end) * (1 + Math.cos(Math.PI * share)) / 2;

/** Options that differ from their default, as the call has them. */
export function cosineTail({ end, horizon, past }: Pick<Cosine, "end" | "horizon" | "past">): string {
  const parts = end === 0 ? [] : [`end: ${end}`];
  parts.push(`horizon: ${durationCall(horizon)}`);
  if (past !== "hold") parts.push(`past: ${past}`);
  return parts.join(", ");
}

export const cosineKind: ScheduleKind<Cosine> = {
  resolve({ peak, end, horizon, past }, batches) {
    const updates = updatesIn(horizon, batches);
    const rate = continued(past, updates, (index) => cosineRate(peak, end, index / updates));
    return { horizon: updates, warmup: 0, peak, rate };
  },
  text: (schedule) => `cosine(peak: ${schedule.peak}, ${cosineTail(schedule)})`,
};
