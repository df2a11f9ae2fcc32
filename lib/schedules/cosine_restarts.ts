/** Half cosines one after the other. */
import { aboveZero, atMostOne, checkKeys, oneOf } from "../option_checks.ts";
import { type Duration, shown } from "../durations.ts";
import { cosineRate } from "./cosine.ts";
import { continued, type Past, pasts } from "./past.ts";
import { plannedDuration, rateUpTo, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface CosineRestartsOptions {
  /** rate of the first update, and after every restart while `shrink` is 1 */
  readonly peak: number;
  /** what each cycle comes down to; default 0 */
  readonly end?: number;
  /** how long the first cycle takes; cycles follow without end. Either this or `horizon` with `cycles` */
  readonly cycle?: Duration;
  /** how long all cycles take together */
  readonly horizon?: Duration;
  /** how many cycles share the horizon; whole, at least 1 */
  readonly cycles?: number;
  /** what the length of each cycle is multiplied by for the next, at least 1; default 1 */
  readonly lengthen?: number;
  /** what the height of each cycle above `end` is multiplied by for the next, above 0 and at most 1; default 1 */
  readonly shrink?: number;
  /** past the horizon: hold `end`, an error, the same again, or back and forth; default `hold` */
  readonly past?: Past;
}
export interface CosineRestarts extends CosineRestartsOptions {
  readonly kind: "cosineRestarts";
  readonly end: number;
  readonly lengthen: number;
  readonly shrink: number;
  readonly past: Past;
}

const keys = ["peak", "end", "cycle", "horizon", "cycles", "lengthen", "shrink", "past"];

/**
 * Warm restarts (SGDR, Loshchilov and Hutter 2017): half a cosine from the peak to `end`, again and again. With s the
 * share of cycle k (from 0) that update i has behind it:
 * rate(i) = end + (peak − end) × shrink^k × (1 + cos(π s)) / 2. Equal to torch's CosineAnnealingWarmRestarts and Keras'
 * CosineDecayRestarts with `cycle`, and to Hugging Face's hard restarts with `horizon` and `cycles`.
 * @throws RangeError for a value out of range, TypeError for both or neither of `cycle` and `horizon`
 * @example
 * ```ts
 * import { epochs, steps } from "../durations.ts";
 * const endless = cosineRestarts({ peak: 1e-3, cycle: epochs(10), lengthen: 2 });
 * const four = cosineRestarts({ peak: 1e-3, horizon: steps(2_000), cycles: 4 });
 * ```
 */
export function cosineRestarts(options: CosineRestartsOptions): CosineRestarts {
  checkKeys("cosineRestarts", options, keys);
  const peak = aboveZero("peak", options.peak), { lengthen = 1 } = options;
  if (!Number.isFinite(lengthen) || lengthen < 1) {
    throw new RangeError(`invalid lengthen: ${shown(lengthen)} (a number, at least 1)`);
  }
  return {
    kind: "cosineRestarts",
    peak,
    end: rateUpTo("end", options.end ?? 0, peak),
    ...lengthOf(options),
    lengthen,
    shrink: atMostOne("shrink", options.shrink ?? 1),
    past: oneOf("past", options.past ?? "hold", pasts),
  };
}

function lengthOf({ cycle, horizon, cycles }: CosineRestartsOptions): Partial<CosineRestarts> {
  if (
    (cycle === undefined) === (horizon === undefined) || (cycles === undefined) !== (horizon === undefined)
  ) {
    throw new TypeError("invalid cosineRestarts: either cycle, or horizon and cycles");
  }
  if (cycle !== undefined) return { cycle: plannedDuration("cycle", cycle) };
  if (!Number.isSafeInteger(cycles) || cycles! < 1) {
    throw new RangeError(`invalid cycles: ${shown(cycles)} (a whole number, at least 1)`);
  }
  return { horizon: plannedDuration("horizon", horizon), cycles };
}

/** Which cycle an update is in, from 0, and the share of it that lies behind. `cycles` equal ones take `updates`. */
function cycleAt(index: number, updates: number, cycles: number, lengthen: number): [number, number] {
  // Whole numbers as long as they can be: a restart is met exactly.
  if (lengthen === 1) {
    return [Math.floor(index * cycles / updates), (index * cycles % updates) / updates];
  }
  let length = updates * (lengthen - 1) / (lengthen ** cycles - 1), start = 0, cycle = 0;
  while (index >= start + length) {
    start += length;
    length *= lengthen;
    cycle++;
  }
  return [cycle, (index - start) / length];
}

export const cosineRestartsKind: ScheduleKind<CosineRestarts> = {
  keys,
  defaults: { end: 0, lengthen: 1, shrink: 1, past: "hold" },
  make: cosineRestarts,
  resolve({ peak, end, cycle, horizon, cycles = 1, lengthen, shrink, past }, batches) {
    const updates = updatesIn((cycle ?? horizon)!, batches);
    const within = (index: number) => {
      const [k, share] = cycleAt(index, updates, cycles, lengthen);
      return cosineRate(end + (peak - end) * shrink ** k, end, share);
    };
    if (cycle) return { horizon: null, warmup: 0, peak, rate: within };
    // At the horizon itself the last cycle has come down; it is no restart.
    const rate = continued(past, updates, (index) => index === updates ? end : within(index));
    return { horizon: updates, warmup: 0, peak, rate };
  },
};
