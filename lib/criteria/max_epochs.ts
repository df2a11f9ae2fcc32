/** Stops at a number of passes over the training set. */
import { checkKeys } from "../option_checks.ts";
import { asDuration, type Duration } from "../durations.ts";
import { capRule } from "./cap_rule.ts";
import type { MaxEpochs, Rule } from "./criterion.ts";

/**
 * Stops once the training set was passed `count` times in all: an absolute cap.
 * @param count above 0, a fraction is allowed; `epochs(n)` says the same
 * @throws RangeError `invalid maxEpochs: epochs(0) (a number above 0)`
 * @example
 * ```ts
 * const cap = maxEpochs(20);
 * ```
 */
export function maxEpochs(count: number | Duration<"epochs">): MaxEpochs {
  const given = typeof count === "number" ? { unit: "epochs", count } : count;
  return { kind: "maxEpochs", epochs: asDuration(given, "maxEpochs", ["epochs"]).count };
}

export const maxEpochsRule: Rule<MaxEpochs, null> = capRule("epochs", {
  places: ["epochs"],
  options: {},
  make(fields) {
    checkKeys("maxEpochs", fields, ["epochs"]);
    return maxEpochs(fields.epochs as number);
  },
}, ({ epochs }) => epochs);
