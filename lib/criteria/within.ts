/** Stops where another criterion does, but only before a limit. */
import { toSteps } from "../batch_plan.ts";
import { asDuration, countIn, type Duration, durationText, hasReached, type Position } from "../durations.ts";
import {
  childFields,
  type CompositeState,
  explainAll,
  observeAll,
  onlyChild,
  sharedRule,
} from "./composite.ts";
import type { Criterion, Rule, RuleOf } from "./criterion.ts";
import { stepOf } from "./grid.ts";

export interface Within {
  readonly kind: "within";
  readonly limit: Duration;
  /** exactly one */
  readonly criteria: readonly Criterion[];
}

/**
 * Stops where its child does, before `limit` has been reached and not at it or later: for a rule that has a say only
 * at the beginning.
 * @throws TypeError for a bare number
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * import { diverged } from "./diverged.ts";
 * const stop = within(epochs(2), diverged({ metric: "validation.loss", mode: "min", threshold: 5 }));
 * ```
 */
export const within = (limit: Duration, criterion: Criterion): Within => ({
  kind: "within",
  limit: asDuration(limit, "limit of within"),
  criteria: onlyChild("within", [criterion]),
});

const isBefore = ({ limit: { unit, count } }: Within, at: Position): boolean =>
  !hasReached(unit, countIn(at, unit), count);

export function withinRule(ruleOf: RuleOf): Rule<Within, CompositeState> {
  const shared = sharedRule(ruleOf);
  return {
    ...shared,
    usesClock: (criterion) => shared.usesClock(criterion) || criterion.limit.unit === "seconds",
    form: {
      places: ["limit"],
      options: {},
      children: true,
      make(fields) {
        const [child] = onlyChild("within", childFields("within", fields, ["limit"]));
        return within(fields.limit as Duration, child);
      },
    },
    init: ({ criteria }) => criteria.map((child) => ruleOf(child).init(child)),
    observe: ({ criteria }, states, observation) => observeAll(ruleOf, criteria, states, observation),
    stops: (criterion, [state], at) =>
      isBefore(criterion, at) && ruleOf(criterion.criteria[0]).stops(criterion.criteria[0], state, at),
    explain(criterion, states, at, path) {
      const stop = isBefore(criterion, at), rule = `within ${durationText(criterion.limit)}`;
      const leaf = { path: `${path}.limit`, rule, stop, because: `${stop ? "still" : "no longer"} ${rule}` };
      const leaves = explainAll(ruleOf, criterion.criteria, states, at, path);
      return [stop ? leaf : { ...leaf, lacks: "nothing can: its time is over" }, ...leaves];
    },
    decide: ({ criteria: [child] }, [state], at, path) =>
      ruleOf(child).decide(child, state, at, `${path}.0.${child.kind}`),
    bound({ limit, criteria: [child] }, plan) {
      const bound = ruleOf(child).bound(child, plan), end = toSteps(limit, plan);
      return bound !== null && end !== null && bound < end ? bound : null;
    },
    holdsFrom: () => null,
    earliest({ limit, criteria: [child] }, grid) {
      const from = ruleOf(child).earliest(child, grid);
      return limit.unit === "seconds" || from < stepOf(grid, limit) ? from : Infinity;
    },
  };
}
