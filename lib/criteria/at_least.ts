/** Stops when so many of several criteria stop at once. */
import { whole } from "../option_checks.ts";
import { childFields, childrenOf, type CompositeState, countRule } from "./composite.ts";
import type { Criterion, Rule, RuleOf } from "./criterion.ts";

export interface AtLeast {
  readonly kind: "atLeast";
  readonly count: number;
  readonly criteria: readonly Criterion[];
}

/**
 * Stops when at least `count` children stop at the same time: a vote.
 * @param count at least 1, at most the number of criteria
 * @throws RangeError `invalid atLeast: 3 (at most 2, the criteria)`
 * @example
 * ```ts
 * import { maxEpochs } from "./max_epochs.ts";
 * import { precheltGL } from "./prechelt_gl.ts";
 * import { precheltUP } from "./prechelt_up.ts";
 * const metric = "validation.loss";
 * const stop = atLeast(2, maxEpochs(5), precheltGL({ metric, alpha: 5 }), precheltUP({ metric, strips: 3 }));
 * ```
 */
export function atLeast(count: number, ...criteria: Criterion[]): AtLeast {
  whole("atLeast", count, 1);
  const children = childrenOf("atLeast", criteria);
  if (count > children.length) {
    throw new RangeError(`invalid atLeast: ${count} (at most ${children.length}, the criteria)`);
  }
  return { kind: "atLeast", count, criteria: children };
}

export const atLeastRule = (ruleOf: RuleOf): Rule<AtLeast, CompositeState> =>
  countRule<AtLeast>(ruleOf, {
    places: ["count"],
    options: {},
    children: true,
    make: (fields) => atLeast(fields.count as number, ...childFields("atLeast", fields, ["count"])),
  }, ({ count }) => count);
