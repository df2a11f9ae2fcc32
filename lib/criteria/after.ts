/** Stops where another criterion does, but not before a gate has opened. */
import { toSteps } from "../batch_plan.ts";
import {
  asDuration,
  countIn,
  countText,
  type Duration,
  durationCall,
  durationText,
  hasReached,
  type Position,
  shown,
  START,
} from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import { childFields, onlyChild, sharedRule } from "./composite.ts";
import type { Criterion, CriterionState, Leaf, Rule, RuleOf } from "./criterion.ts";
import { stepOf } from "./grid.ts";

export interface After {
  readonly kind: "after";
  readonly gate: Duration | Criterion;
  /** exactly one */
  readonly criteria: readonly Criterion[];
}
export interface AfterState {
  /** null for a duration */
  readonly gate: CriterionState;
  /** whether the gate has ever been true */
  readonly open: boolean;
  readonly child: CriterionState;
}

/**
 * Stops where its child does, once a duration has passed, or once a criterion has been true; that gate stays open. The
 * child sees everything from the start, and only its truth now counts: patience that ran out before the gate opened,
 * on a curve that has recovered since, stops nothing.
 * @throws TypeError for a gate that is neither duration nor criterion
 * @example
 * ```ts
 * import { epochs, evaluations } from "../durations.ts";
 * import { plateau } from "./plateau.ts";
 * const stop = after(epochs(5), plateau({ metric: "validation.loss", mode: "min", patience: evaluations(3) }));
 * ```
 */
export const after = (gate: Duration | Criterion, criterion: Criterion): After => ({
  kind: "after",
  gate: isCriterion(gate) ? gate : asDuration(gate, "gate of after"),
  criteria: onlyChild("after", [criterion]),
});

const isCriterion = (gate: unknown): gate is Criterion =>
  typeof gate === "object" && gate !== null && "kind" in gate && typeof gate.kind === "string";

/** A duration as a leaf of an explanation: how far it is. */
function durationLeaf({ unit, count }: Duration, at: Position, path: string): Leaf {
  const now = countIn(at, unit), stop = hasReached(unit, now, count);
  const progress = `${countText(now)} of ${durationText({ unit, count })}`;
  const leaf = {
    path,
    rule: durationCall({ unit, count }),
    stop,
    because: stop ? `reached ${progress}` : progress,
  };
  return stop ? leaf : { ...leaf, lacks: moreText(unit, count - now) };
}

export function afterRule(ruleOf: RuleOf): Rule<After, AfterState> {
  const gateStops = (gate: After["gate"], state: CriterionState, at: Position): boolean =>
    isCriterion(gate)
      ? ruleOf(gate).stops(gate, state, at)
      : hasReached(gate.unit, countIn(at, gate.unit), gate.count);
  const shared = sharedRule(ruleOf);
  const withGate = ({ gate, criteria }: After) => ({
    kind: "any" as const,
    criteria: isCriterion(gate) ? [gate, ...criteria] : criteria,
  });
  return {
    form: {
      places: ["gate"],
      options: {},
      children: true,
      make(fields) {
        const [child] = onlyChild("after", childFields("after", fields, ["gate"]));
        if (fields.gate === undefined) {
          throw new TypeError(`invalid after: ${shown(fields)} (a gate, then a criterion)`);
        }
        return after(fields.gate as Duration, child);
      },
    },
    metrics: (criterion) => shared.metrics(withGate(criterion)),
    readsUpdates: (criterion) => shared.readsUpdates(withGate(criterion)),
    usesClock: (criterion) =>
      shared.usesClock(withGate(criterion)) ||
      (!isCriterion(criterion.gate) && criterion.gate.unit === "seconds"),
    init({ gate, criteria: [child] }) {
      const state = isCriterion(gate) ? ruleOf(gate).init(gate) : null;
      return { gate: state, open: gateStops(gate, state, START), child: ruleOf(child).init(child) };
    },
    observe({ gate, criteria: [child] }, state, observation) {
      const seen = isCriterion(gate) ? ruleOf(gate).observe(gate, state.gate, observation) : null;
      const below = ruleOf(child).observe(child, state.child, observation);
      const open = state.open || gateStops(gate, seen, observation.at);
      const same = seen === state.gate && below === state.child && open === state.open;
      return same ? state : { gate: seen, open, child: below };
    },
    stops: ({ gate, criteria: [child] }, state, at) =>
      (state.open || gateStops(gate, state.gate, at)) && ruleOf(child).stops(child, state.child, at),
    explain({ gate, criteria: [child] }, state, at, path) {
      const gates = isCriterion(gate)
        ? ruleOf(gate).explain(gate, state.gate, at, `${path}.gate.${gate.kind}`)
        : [durationLeaf(gate, at, `${path}.gate`)];
      return [...gates, ...ruleOf(child).explain(child, state.child, at, `${path}.0.${child.kind}`)];
    },
    decide: ({ criteria: [child] }, state, at, path) =>
      ruleOf(child).decide(child, state.child, at, `${path}.0.${child.kind}`),
    bound: certain,
    holdsFrom: certain,
    earliest: ({ gate, criteria: [child] }, grid) =>
      Math.max(
        isCriterion(gate) ? ruleOf(gate).earliest(gate, grid) : stepOf(grid, gate),
        ruleOf(child).earliest(child, grid),
      ),
  };

  /** The gate opens at its bound at the latest and stays open; the child has to stay true until then. */
  function certain(
    { gate, criteria: [child] }: After,
    plan: Parameters<Rule<After, AfterState>["bound"]>[1],
  ) {
    const opens = isCriterion(gate) ? ruleOf(gate).bound(gate, plan) : toSteps(gate, plan);
    const holds = ruleOf(child).holdsFrom(child, plan);
    return opens === null || holds === null ? null : Math.max(opens, holds);
  }
}
