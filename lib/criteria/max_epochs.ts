/** Stops at a number of passes over the training set. */
import { toSteps } from "../batch_plan.ts";
import { asDuration, countText, type Duration, epochs, hasReached } from "../durations.ts";
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

export const maxEpochsRule: Rule<MaxEpochs, null> = {
  init: () => null,
  observe: (_criterion, state) => state,
  stops: (criterion, _state, at) => hasReached("epochs", at.epoch, criterion.epochs),
  explain(criterion, state, at, path) {
    const stop = this.stops(criterion, state, at);
    const progress = `${countText(at.epoch)} of ${countText(criterion.epochs)} epochs`;
    return [{ path, rule: this.text(criterion), stop, because: stop ? `reached ${progress}` : progress }];
  },
  metrics: () => [],
  text: (criterion) => `maxEpochs(${criterion.epochs})`,
  bound: (criterion, plan) => toSteps(epochs(criterion.epochs), plan),
  usesClock: () => false,
};
