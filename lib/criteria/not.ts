/** Stops while another criterion does not. */
import { START } from "../durations.ts";
import { callText } from "./call_text.ts";
import { childFields, type CompositeState, observeAll, onlyChild, sharedRule } from "./composite.ts";
import type { Criterion, Rule, RuleOf } from "./criterion.ts";

export interface Not {
  readonly kind: "not";
  /** exactly one */
  readonly criteria: readonly Criterion[];
}

/**
 * Stops while its child does not. Alone it mostly ends a training before its first update: it belongs inside `all`.
 * @example
 * ```ts
 * import { all } from "./all.ts";
 * import { maxEpochs } from "./max_epochs.ts";
 * import { target } from "./target.ts";
 * // after 10 epochs, unless the accuracy is good just then
 * const good = target({ metric: "validation.accuracy", mode: "max", value: 0.9 });
 * const stop = all(maxEpochs(10), not(good));
 * ```
 */
export const not = (criterion: Criterion): Not => ({ kind: "not", criteria: onlyChild("not", [criterion]) });

const form = {
  places: [],
  options: {},
  children: true,
  make: (fields: Readonly<Record<string, unknown>>): Not => ({
    kind: "not",
    criteria: onlyChild("not", childFields("not", fields)),
  }),
} as const;

export function notRule(ruleOf: RuleOf): Rule<Not, CompositeState> {
  const text = (inner: { kind: string }): string => callText(inner, ruleOf(inner as Criterion).form, text);
  const because = ([child]: readonly Criterion[], [state]: CompositeState, at: typeof START) =>
    ruleOf(child).explain(child, state, at, child.kind).map((leaf) => leaf.because).join(", ");
  return {
    ...sharedRule(ruleOf),
    form,
    init: ({ criteria }) => criteria.map((child) => ruleOf(child).init(child)),
    observe: ({ criteria }, states, observation) => observeAll(ruleOf, criteria, states, observation),
    stops: ({ criteria: [child] }, [state], at) => !ruleOf(child).stops(child, state, at),
    // A leaf of its own: what is below would have to become false, not true.
    explain(criterion, states, at, path) {
      const stop = this.stops(criterion, states, at), said = because(criterion.criteria, states, at);
      const leaf = { path, rule: text(criterion), stop, because: `not: ${said}` };
      return [stop ? leaf : { ...leaf, lacks: `an end of: ${said}` }];
    },
    decide: ({ criteria }, states, at, path) => ({ path, because: `not: ${because(criteria, states, at)}` }),
    // What is not true at the start stops there; later nothing is certain.
    bound: ({ criteria: [child] }) => ruleOf(child).stops(child, ruleOf(child).init(child), START) ? null : 0,
    holdsFrom: () => null,
    earliest: () => 0,
  };
}
