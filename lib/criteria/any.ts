/** Stops when at least one of several criteria stops. */
import { childFields, childrenOf, type CompositeState, countRule } from "./composite.ts";
import type { Any, Criterion, Rule, RuleOf } from "./criterion.ts";

/**
 * Stops when at least one child stops. Every child sees every observation: there is no short-circuit.
 * @throws TypeError `invalid any: no criteria (at least 1)`
 * @example
 * ```ts
 * import { maxEpochs } from "./max_epochs.ts";
 * import { maxSteps } from "./max_steps.ts";
 * const stop = any(maxSteps(2_000), maxEpochs(20));
 * ```
 */
export const any = (...criteria: Criterion[]): Any => ({
  kind: "any",
  criteria: childrenOf("any", criteria),
});

export const anyRule = (ruleOf: RuleOf): Rule<Any, CompositeState> =>
  countRule<Any>(ruleOf, {
    places: [],
    options: {},
    children: true,
    make: (fields) => any(...childFields("any", fields)),
  }, () => 1);
