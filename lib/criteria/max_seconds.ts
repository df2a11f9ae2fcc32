/** Stops after a time. */
import { asDuration, type Duration } from "../durations.ts";
import { capRule } from "./cap_rule.ts";
import type { MaxSeconds, Rule } from "./criterion.ts";
import { checkKeys } from "./option_checks.ts";

/**
 * Stops once a training has taken `count` seconds of monotonic clock, evaluations included, added up over resumes. A
 * replay rests on the recorded clock, and says so.
 * @param count above 0; `seconds(n)` says the same
 * @throws RangeError `invalid maxSeconds: seconds(0) (a number above 0)`
 * @example
 * ```ts
 * const cap = maxSeconds(600);
 * ```
 */
export function maxSeconds(count: number | Duration<"seconds">): MaxSeconds {
  const given = typeof count === "number" ? { unit: "seconds", count } : count;
  return { kind: "maxSeconds", seconds: asDuration(given, "maxSeconds", ["seconds"]).count };
}

export const maxSecondsRule: Rule<MaxSeconds, null> = capRule("seconds", {
  places: ["seconds"],
  options: {},
  make(fields) {
    checkKeys("maxSeconds", fields, ["seconds"]);
    return maxSeconds(fields.seconds as number);
  },
}, ({ seconds }) => seconds);
