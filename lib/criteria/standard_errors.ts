/** A smallest gain that is judged against noise. */
import { aboveZero, checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import type { Metric, StandardErrors } from "./criterion.ts";

/**
 * So many standard errors of the metric, as measured at the evaluation that is judged: a smallest gain for `plateau`.
 * A loss and an accuracy are means over the validation set, so one standard error is what chance alone moves them by.
 * @param count above 0
 * @throws RangeError `invalid standardErrors: 0 (a number above 0)`
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * import { plateau } from "./plateau.ts";
 * const minDelta = standardErrors(1);
 * const stop = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(8), minDelta });
 * ```
 */
export const standardErrors = (count: number): StandardErrors => ({
  unit: "standardErrors",
  count: aboveZero("standardErrors", count),
});

/** A rule needs the standard error of a metric, and the evaluation has none. */
export class MissingStandardError extends Error {
  override readonly name = "MissingStandardError";
  constructor(readonly metric: Metric) {
    super(`no standard error of ${metric}: minDelta: standardErrors(…) needs one at every evaluation`);
  }
}

/** Reads standard errors at the border: from code, or from JSON. */
export function asStandardErrors(value: object): StandardErrors {
  checkKeys("standardErrors", value, ["unit", "count"]);
  const { unit, count } = value as StandardErrors;
  if (unit !== "standardErrors") {
    throw new TypeError(`invalid minDelta: ${shown(value)} (a number, or standardErrors(1))`);
  }
  return standardErrors(count);
}
