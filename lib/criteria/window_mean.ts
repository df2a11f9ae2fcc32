/** Keeps the evaluation at the end of the best stretch of evaluations. */
import { checkKeys, oneOf } from "../option_checks.ts";
import { asDuration, type Duration } from "../durations.ts";
import type { Metric, Mode } from "./criterion.ts";
import { validationMetric } from "./observed.ts";
import type { WindowMean } from "./selection.ts";

export interface WindowMeanOptions {
  /** as `validation.loss`; a test metric is refused */
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** length of the stretch, at least 1 */
  readonly window: Duration<"evaluations">;
}

/**
 * Keeps the evaluation that ends the window of evaluations with the best mean; of equal ones the earliest. Chance
 * favours a single evaluation less than it favours `best`. A value that is not finite begins the window anew, and
 * before the first full window nothing is kept.
 * @throws RangeError `invalid mode: "low" (min or max)`
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const keep = windowMean({ metric: "validation.loss", mode: "min", window: evaluations(5) });
 * ```
 */
export function windowMean(options: WindowMeanOptions): WindowMean {
  checkKeys("windowMean", options, ["metric", "mode", "window"]);
  return {
    kind: "windowMean",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    window: asDuration(options.window, "window", ["evaluations"]),
  };
}
