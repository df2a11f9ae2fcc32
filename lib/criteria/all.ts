/** Stops when several criteria stop at once. */
import { childFields, childrenOf, type CompositeState, countRule } from "./composite.ts";
import type { All, Criterion, Rule, RuleOf } from "./criterion.ts";

/**
 * Stops when every child stops at the same time. A child that was true and is no longer holds the end off: nothing
 * latches.
 * @throws TypeError `invalid all: no criteria (at least 1)`
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * import { maxSteps } from "./max_steps.ts";
 * import { plateau } from "./plateau.ts";
 * // at least 500 steps, then early stopping
 * const stop = all(maxSteps(500), plateau({ metric: "validation.loss", mode: "min", patience: evaluations(5) }));
 * ```
 */
export const all = (...criteria: Criterion[]): All => ({
  kind: "all",
  criteria: childrenOf("all", criteria),
});

export const allRule = (ruleOf: RuleOf): Rule<All, CompositeState> =>
  countRule<All>(ruleOf, {
    places: [],
    options: {},
    children: true,
    make: (fields) => all(...childFields("all", fields)),
  }, ({ criteria }) => criteria.length);
