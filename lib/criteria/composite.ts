/** What `any` and `all` share: every child sees every observation, whatever the others say. */
import { shown } from "../durations.ts";
import type { All, Any, Criterion, CriterionState, Rule, RuleOf } from "./criterion.ts";

export type CompositeState = readonly CriterionState[];
type Shared = Omit<Rule<Any | All, CompositeState>, "stops" | "bound">;

/** @throws TypeError when there is no child, or one is not a criterion */
export function childrenOf(name: string, criteria: readonly Criterion[]): readonly Criterion[] {
  if (criteria.length === 0) throw new TypeError(`invalid ${name}: no criteria (at least 1)`);
  for (const child of criteria) {
    if (typeof child?.kind !== "string") {
      throw new TypeError(`invalid ${name}: ${shown(child)} (criteria only)`);
    }
  }
  return [...criteria];
}

/** The rule of a composite, but for when it stops and what bounds it. */
export const compositeRule = (ruleOf: RuleOf): Shared => ({
  init: ({ criteria }) => criteria.map((child) => ruleOf(child).init(child)),
  observe({ criteria }, state, observation) {
    let next: CriterionState[] | null = null;
    for (let i = 0; i < criteria.length; i++) {
      const seen = ruleOf(criteria[i]).observe(criteria[i], state[i], observation);
      if (seen !== state[i]) (next ??= [...state])[i] = seen;
    }
    return next ?? state;
  },
  explain: ({ criteria }, state, at, path) =>
    criteria.flatMap((child, i) => ruleOf(child).explain(child, state[i], at, `${path}.${i}.${child.kind}`)),
  metrics: ({ criteria }) => [...new Set(criteria.flatMap((child) => ruleOf(child).metrics(child)))],
  text: ({ kind, criteria }) => `${kind}(${criteria.map((child) => ruleOf(child).text(child)).join(", ")})`,
  usesClock: ({ criteria }) => criteria.some((child) => ruleOf(child).usesClock(child)),
});
