/** Up and down between two rates, again and again. */
import { atLeastZero, atMostOne, checkKeys, oneOf } from "../option_checks.ts";
import { type Duration, shown } from "../durations.ts";
import { plannedDuration, updatesIn } from "./rates.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface CyclicOptions {
  /** rate of the first update, and where every cycle ends */
  readonly low: number;
  /** top of the first cycle; above `low` */
  readonly high: number;
  /** how long it rises, in steps, epochs or examples */
  readonly up: Duration;
  /** how long it falls; default as long as `up` */
  readonly down?: Duration;
  /**
   * `triangular`: every cycle reaches `high`; `triangular2`: each is half as high above `low` as the one before;
   * `expRange`: the height shrinks by `factor` at every update. Default `triangular`
   */
  readonly shape?: "triangular" | "triangular2" | "expRange";
  /** of `expRange`, above 0 and at most 1; default 1 */
  readonly factor?: number;
}
export interface Cyclic extends Required<CyclicOptions> {
  readonly kind: "cyclic";
}

const keys = ["low", "high", "up", "down", "shape", "factor"];

/**
 * A cyclical rate (Smith 2017), straight up over `up` and straight down over `down`. With t the triangle from 0 to 1 in
 * cycle k (from 0): rate(i) = low + (high − low) × t × height, where height is 1, 1 / 2^k or factor^i by shape. It has
 * no horizon. Equal to torch's CyclicLR; momentum is left alone.
 * @throws RangeError `invalid high: 0.1 (above low, 0.2)`
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const schedule = cyclic({ low: 1e-4, high: 1e-2, up: epochs(4), shape: "triangular2" });
 * ```
 */
export function cyclic(options: CyclicOptions): Cyclic {
  checkKeys("cyclic", options, keys);
  const { high, up, down = up } = options, low = atLeastZero("low", options.low);
  if (!Number.isFinite(high) || high <= low) {
    throw new RangeError(`invalid high: ${shown(high)} (above low, ${low})`);
  }
  return {
    kind: "cyclic",
    low,
    high,
    up: plannedDuration("up", up),
    down: plannedDuration("down", down),
    shape: oneOf("shape", options.shape ?? "triangular", ["triangular", "triangular2", "expRange"]),
    factor: atMostOne("factor", options.factor ?? 1),
  };
}

export const cyclicKind: ScheduleKind<Cyclic> = {
  keys,
  defaults: { shape: "triangular", factor: 1 },
  make: cyclic,
  resolve({ low, high, up, down, shape, factor }, batches) {
    const rising = updatesIn(up, batches), falling = updatesIn(down, batches), whole = rising + falling;
    const height = {
      triangular: () => 1,
      triangular2: (index: number) => 0.5 ** Math.floor(index / whole),
      expRange: (index: number) => factor ** index,
    }[shape];
    const rate = (index: number) => {
      const at = index % whole, triangle = at <= rising ? at / rising : (whole - at) / falling;
      return low + (high - low) * triangle * height(index);
    };
    return { horizon: null, warmup: 0, peak: high, rate };
  },
};
