/** Stops at a number of updates. */
import { asDuration, countText, type Duration } from "../durations.ts";
import type { MaxSteps, Rule } from "./criterion.ts";

/**
 * Stops once `count` updates were applied in all: an absolute cap, so a resumed training does not get it anew.
 * @param count whole, at least 1; `steps(n)` says the same
 * @throws RangeError `invalid maxSteps: steps(0) (a whole number, at least 1)`
 * @example
 * ```ts
 * const cap = maxSteps(2_000);
 * ```
 */
export function maxSteps(count: number | Duration<"steps">): MaxSteps {
  const given = typeof count === "number" ? { unit: "steps", count } : count;
  return { kind: "maxSteps", steps: asDuration(given, "maxSteps", ["steps"]).count };
}

export const maxStepsRule: Rule<MaxSteps, null> = {
  init: () => null,
  observe: (_criterion, state) => state,
  stops: (criterion, _state, at) => at.step >= criterion.steps,
  explain(criterion, state, at, path) {
    const stop = this.stops(criterion, state, at);
    const progress = `${countText(at.step)} of ${countText(criterion.steps)} steps`;
    return [{ path, rule: this.text(criterion), stop, because: stop ? `reached ${progress}` : progress }];
  },
  metrics: () => [],
  text: (criterion) => `maxSteps(${criterion.steps})`,
  bound: (criterion) => criterion.steps,
  usesClock: () => false,
};
