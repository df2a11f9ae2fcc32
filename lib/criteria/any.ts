/** Stops when at least one of several criteria stops. */
import { childrenOf, compositeRule, type CompositeState } from "./composite.ts";
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

export const anyRule = (ruleOf: RuleOf): Rule<Any, CompositeState> => ({
  ...compositeRule(ruleOf),
  stops({ criteria }, state, at) {
    for (let i = 0; i < criteria.length; i++) {
      if (ruleOf(criteria[i]).stops(criteria[i], state[i], at)) return true;
    }
    return false;
  },
  bound({ criteria }, plan) {
    const bounds = criteria.map((child) => ruleOf(child).bound(child, plan)).filter((bound) =>
      bound !== null
    );
    return bounds.length ? Math.min(...bounds) : null;
  },
});
