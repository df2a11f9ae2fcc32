/** What composites share: every child sees every observation, whatever the others say. */
import { checkKeys } from "../option_checks.ts";
import type { BatchPlan } from "../batch_plan.ts";
import { type Position, shown } from "../durations.ts";
import type { Criterion, CriterionState, Form, Leaf, Rule, RuleOf } from "./criterion.ts";

/** A criterion made of criteria, and of one state for each. */
export type Composite = Criterion & { readonly criteria: readonly Criterion[] };
export type CompositeState = readonly CriterionState[];

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

/** The criteria among the fields of a composite that is read back, with nothing else but `others`. */
export function childFields(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): readonly Criterion[] {
  checkKeys(name, fields, [...others, "criteria"]);
  if (!Array.isArray(fields.criteria)) {
    throw new TypeError(`invalid ${name}: ${shown(fields.criteria)} (a list of criteria)`);
  }
  return fields.criteria;
}

/** The one child of a composite that has exactly one. */
export function onlyChild(name: string, criteria: readonly Criterion[]): readonly [Criterion] {
  const [child, ...more] = childrenOf(name, criteria);
  if (more.length > 0) throw new TypeError(`invalid ${name}: ${criteria.length} criteria (exactly 1)`);
  return [child];
}

/** States after one more observation; the same list when nothing changed. */
export function observeAll(
  ruleOf: RuleOf,
  criteria: readonly Criterion[],
  states: CompositeState,
  observation: Parameters<Rule<Criterion, CriterionState>["observe"]>[2],
): CompositeState {
  let next: CriterionState[] | null = null;
  for (let i = 0; i < criteria.length; i++) {
    const seen = ruleOf(criteria[i]).observe(criteria[i], states[i], observation);
    if (seen !== states[i]) (next ??= [...states])[i] = seen;
  }
  return next ?? states;
}

/** Leaves of all children, in their order. */
export const explainAll = (
  ruleOf: RuleOf,
  criteria: readonly Criterion[],
  states: CompositeState,
  at: Position,
  path: string,
): Leaf[] =>
  criteria.flatMap((child, i) => ruleOf(child).explain(child, states[i], at, `${path}.${i}.${child.kind}`));

/** What a composite reads, and whether it rests on the clock: what any of its children does. */
export const sharedRule = (
  ruleOf: RuleOf,
): Pick<Rule<Composite, unknown>, "metrics" | "readsUpdates" | "usesClock"> => ({
  metrics: ({ criteria }) => [...new Set(criteria.flatMap((child) => ruleOf(child).metrics(child)))],
  readsUpdates: ({ criteria }) => criteria.some((child) => ruleOf(child).readsUpdates(child)),
  usesClock: ({ criteria }) => criteria.some((child) => ruleOf(child).usesClock(child)),
});

/**
 * The rule that stops while at least so many of its children stop.
 * @param least how many: 1 for `any`, all of them for `all`
 */
export function countRule<C extends Composite>(
  ruleOf: RuleOf,
  form: Form<C>,
  least: (criterion: C) => number,
): Rule<C, CompositeState> {
  const stopping = ({ criteria }: C, states: CompositeState, at: Position, path: string) =>
    criteria.flatMap((child, i) => {
      const rule = ruleOf(child);
      return rule.stops(child, states[i], at)
        ? [rule.decide(child, states[i], at, `${path}.${i}.${child.kind}`)]
        : [];
    });
  return {
    ...sharedRule(ruleOf),
    form,
    init: ({ criteria }) => criteria.map((child) => ruleOf(child).init(child)),
    observe: ({ criteria }, states, observation) => observeAll(ruleOf, criteria, states, observation),
    stops(criterion, states, at) {
      const { criteria } = criterion;
      let missing = least(criterion);
      for (let i = 0; i < criteria.length && missing > 0; i++) {
        if (ruleOf(criteria[i]).stops(criteria[i], states[i], at)) missing--;
      }
      return missing <= 0;
    },
    explain: ({ criteria }, states, at, path) => explainAll(ruleOf, criteria, states, at, path),
    decide(criterion, states, at, path) {
      const deciding = stopping(criterion, states, at, path);
      if (criterion.kind === "any") return deciding[0];
      return { path: deciding[0].path, because: deciding.map(({ because }) => because).join(" and ") };
    },
    // One child is enough: the first that must. More have to be true at once: each has to stay so.
    bound: (criterion, plan) =>
      nth(ruleOf, criterion, plan, least(criterion) === 1 ? "bound" : "holdsFrom", least),
    holdsFrom: (criterion, plan) => nth(ruleOf, criterion, plan, "holdsFrom", least),
    earliest: (criterion, grid) =>
      criterion.criteria.map((child) => ruleOf(child).earliest(child, grid))
        .toSorted((a, b) => a - b)[least(criterion) - 1],
  };
}

/** The step at which so many children have come to what they are asked for; null when too few do. */
function nth<C extends Composite>(
  ruleOf: RuleOf,
  criterion: C,
  plan: BatchPlan,
  asked: "bound" | "holdsFrom",
  least: (criterion: C) => number,
): number | null {
  const steps = criterion.criteria.map((child) => ruleOf(child)[asked](child, plan)).filter((step) =>
    step !== null
  );
  return steps.sort((a, b) => a - b)[least(criterion) - 1] ?? null;
}
