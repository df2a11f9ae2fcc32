/** What a metric can be, by its name and what was measured. */
import type { Metric } from "../criteria/criterion.ts";
import type { Told } from "./predicted.ts";
import type { Untold } from "./untold.ts";

/** Plain data, except that a side may be infinite. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

const shares = /acc|auc|f1|precision|recall|iou|dice|ssim|kappa/i;
const errors = /loss|error|mse|mae|perplexity/i;

/**
 * An accuracy or a score lies between 0 and 1 where all its values did (in per cent it does not), a loss or an error is at
 * least 0 where none was below; of other metrics nothing is known.
 * @example
 * ```ts
 * const { most } = boundsOf("validation.accuracy", [0.5, 0.9]); // 1
 * ```
 */
export function boundsOf(metric: Metric, values: ArrayLike<number>): Bounds {
  const known = Array.from(values).filter(Number.isFinite), positive = known.every((value) => value >= 0);
  if (errors.test(metric)) return { least: positive ? 0 : -Infinity, most: Infinity };
  const isShare = shares.test(metric) && positive && known.every((value) => value <= 1);
  return isShare ? { least: 0, most: 1 } : { least: -Infinity, most: Infinity };
}

/** A band cut to what its metric can be: no value that can come is cut off. */
export function cutTo<T extends Told>(told: T | Untold, bounds: Bounds): T | Untold {
  if (!told.told) return told;
  const cut = (value: number) => Math.min(bounds.most, Math.max(bounds.least, value));
  return { ...told, value: cut(told.value), low: cut(told.low), high: cut(told.high) };
}
