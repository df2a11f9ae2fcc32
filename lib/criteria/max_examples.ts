/** Stops at a number of training examples seen. */
import { checkKeys } from "../option_checks.ts";
import { asDuration, type Duration } from "../durations.ts";
import { capRule } from "./cap_rule.ts";
import type { MaxExamples, Rule } from "./criterion.ts";

/**
 * Stops once `count` training examples were seen in all, repeats included: an absolute cap, the same work whatever the
 * batch size.
 * @param count whole, at least 1; `examples(n)` says the same
 * @throws RangeError `invalid maxExamples: examples(0) (a whole number, at least 1)`
 * @example
 * ```ts
 * const cap = maxExamples(100_000);
 * ```
 */
export function maxExamples(count: number | Duration<"examples">): MaxExamples {
  const given = typeof count === "number" ? { unit: "examples", count } : count;
  return { kind: "maxExamples", examples: asDuration(given, "maxExamples", ["examples"]).count };
}

export const maxExamplesRule: Rule<MaxExamples, null> = capRule("examples", {
  places: ["examples"],
  options: {},
  make(fields) {
    checkKeys("maxExamples", fields, ["examples"]);
    return maxExamples(fields.examples as number);
  },
}, ({ examples }) => examples);
