/** Up, along, and down at the end. */
import { aboveZero, checkKeys, oneOf } from "../option_checks.ts";
import { countText, type Duration } from "../durations.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, rateUpTo, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";
import { fall, rise, type Shape, shapes } from "./shapes.ts";

export interface WarmupStableDecayOptions {
  /** how long the warm-up takes; default none */
  readonly warmup?: Duration;
  /** rate of the very first update of a warm-up; default 0 */
  readonly start?: number;
  /** way up; default `linear` */
  readonly rise?: Shape;
  /** rate of the constant part */
  readonly peak: number;
  /** how long the decay takes, at the end of the horizon */
  readonly decay: Duration;
  /** way down; default `linear` */
  readonly tail?: Shape;
  /** what the rate comes to; default 0 */
  readonly end?: number;
  /** how long the whole takes: warm-up, constant part and decay */
  readonly horizon: Duration;
  /** past the horizon: hold `end`, an error, the whole again, or back and forth; default `hold` */
  readonly past?: Past;
}
export interface WarmupStableDecay extends Required<Omit<WarmupStableDecayOptions, "warmup">> {
  readonly kind: "warmupStableDecay";
  readonly warmup?: Duration;
}

const keys = ["warmup", "start", "rise", "peak", "decay", "tail", "end", "horizon", "past"];

/**
 * Warm-up, constant part and decay (MiniCPM, Hu et al. 2024; tails by Hägele et al. 2024). The constant part is what
 * the horizon leaves, so that a training can be gone on with: `extendConstant` lengthens it. With the tail `1-sqrt`,
 * at a share s of the decay: rate = peak + (end − peak) × √s. Equal to Hugging Face's `get_wsd_schedule`.
 * @throws RangeError for a rate above the peak and, when resolved, for a warm-up and a decay longer than the horizon
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const schedule = warmupStableDecay({
 *   warmup: steps(100),
 *   peak: 1e-3,
 *   decay: steps(400),
 *   tail: "1-sqrt",
 *   horizon: steps(2_000),
 * });
 * ```
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): WarmupStableDecay {
  checkKeys("warmupStableDecay", options, keys);
  const peak = aboveZero("peak", options.peak), { warmup } = options;
  return {
    kind: "warmupStableDecay",
    ...(warmup === undefined ? {} : { warmup: plannedDuration("warmup", warmup) }),
    start: rateUpTo("start", options.start ?? 0, peak),
    rise: oneOf("rise", options.rise ?? "linear", shapes),
    peak,
    decay: plannedDuration("decay", options.decay),
    tail: oneOf("tail", options.tail ?? "linear", shapes),
    end: rateUpTo("end", options.end ?? 0, peak),
    horizon: plannedDuration("horizon", options.horizon),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

export const warmupStableDecayKind: ScheduleKind<WarmupStableDecay> = {
  keys,
  defaults: { start: 0, rise: "linear", tail: "linear", end: 0, past: "hold" },
  make: warmupStableDecay,
  resolve(schedule, batches) {
    const { warmup, start, peak, decay, tail, end, horizon, past } = schedule;
    const rising = warmup ? updatesIn(warmup, batches) : 0, falling = updatesIn(decay, batches);
    const updates = updatesIn(horizon, batches), brink = updates - falling;
    if (rising > brink) {
      throw new RangeError(
        `invalid decay: ${countText(falling)} updates after a warm-up of ${
          countText(rising)
        } (together at most ${countText(updates)}, the horizon)`,
      );
    }
    const rate = (index: number) => {
      if (index < rising) return rise(schedule.rise, start, peak, index / rising);
      return index < brink ? peak : fall(tail, peak, end, (index - brink) / falling);
    };
    return { horizon: updates, warmup: rising, peak, rate: continued(past, updates, rate) };
  },
};
