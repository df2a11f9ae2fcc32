/** Keeps the evaluation with the best value of a metric. */
import { oneOf } from "../option_checks.ts";
import type { Metric, Mode } from "./criterion.ts";
import { validationMetric } from "./observed.ts";
import type { Best } from "./selection.ts";

/**
 * Keeps the evaluation with the best finite value of a metric; of equal ones the earliest.
 * @param metric as `validation.loss`; a test metric is refused
 * @param mode which way is better
 * @throws RangeError `invalid mode: "low" (min or max)`
 * @example
 * ```ts
 * const keep = best("validation.loss", "min");
 * ```
 */
export const best = (metric: Metric, mode: Mode): Best => ({
  kind: "best",
  metric: validationMetric(metric),
  mode: oneOf("mode", mode, ["min", "max"]),
});
