/** Stops at a number of updates. */
import { checkKeys } from "../option_checks.ts";
import { asDuration, type Duration, shown } from "../durations.ts";
import { capRule } from "./cap_rule.ts";
import type { MaxSteps, Rule } from "./criterion.ts";

/** This much more, counted from where a run begins. */
export interface ThisMuchMore {
  readonly for: number | Duration<"steps">;
}

/**
 * Stops once `count` updates were applied in all: an absolute cap, so a resumed training does not get it anew.
 * `maxSteps({ for: n })` is n updates more, counted from where a run begins; a replay begins at 0.
 * @param count whole, at least 1; `steps(n)` says the same
 * @throws RangeError `invalid maxSteps: steps(0) (a whole number, at least 1)`
 * @example
 * ```ts
 * const cap = maxSteps(2_000), more = maxSteps({ for: 500 });
 * ```
 */
export function maxSteps(count: number | Duration<"steps"> | ThisMuchMore): MaxSteps {
  if (typeof count === "object" && count !== null && !("unit" in count)) {
    checkKeys("maxSteps", count, ["for"]);
    return { kind: "maxSteps", steps: stepsOf(count.for, "maxSteps.for"), relative: true };
  }
  return { kind: "maxSteps", steps: stepsOf(count, "maxSteps") };
}

const stepsOf = (count: number | Duration<"steps">, field: string): number =>
  asDuration(typeof count === "number" ? { unit: "steps", count } : count, field, ["steps"]).count;

export const maxStepsRule: Rule<MaxSteps, null> = capRule("steps", {
  places: ["steps"],
  options: { for: undefined },
  written: ({ steps, relative }) => relative ? { for: steps } : { steps },
  make(fields) {
    checkKeys("maxSteps", fields, ["steps", "for", "relative"]);
    const { steps, for: more, relative } = fields;
    if ((steps === undefined) === (more === undefined)) {
      throw new TypeError(`invalid maxSteps: ${shown(fields)} (either steps or for)`);
    }
    if (relative !== undefined && (relative !== true || more !== undefined)) {
      throw new TypeError(`invalid relative: ${shown(relative)} (true, beside steps)`);
    }
    return more !== undefined || relative
      ? maxSteps({ for: (more ?? steps) as number })
      : maxSteps(steps as number);
  },
}, ({ steps }) => steps);
