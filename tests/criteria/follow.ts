/** Follows a criterion over evaluations of a metric `m`, with updates between. */
import type { Criterion, CriterionState } from "../../lib/criteria/criterion.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";
import type { Position } from "../../lib/durations.ts";

export interface Way {
  /** values of `m`, one an evaluation; undefined: not measured */
  readonly m: readonly (number | undefined)[];
  /** steps between evaluations; default 10, which is one epoch of 100 examples and 2 seconds */
  readonly every?: number;
  /** of the update before each evaluation; default 1 */
  readonly losses?: readonly number[];
  /** of the update before each evaluation; default 0.1 */
  readonly rates?: readonly number[];
  /** of `m`, at all evaluations; default none */
  readonly standardError?: number;
}
export interface Followed {
  /** evaluations, from 1, after which it stops */
  readonly held: readonly number[];
  readonly state: CriterionState;
  readonly at: Position;
}

const batches = batchPlan(100, 10);

export function follow(rule: Criterion, { m, every = 10, losses, rates, standardError }: Way): Followed {
  let state = initial(rule), at = positionAt(batches, 0, 0, 0);
  const held: number[] = [];
  m.forEach((value, i) => {
    at = positionAt(batches, (i + 1) * every, i, (i + 1) * 2);
    state = observe(rule, state, { kind: "update", at, loss: losses?.[i] ?? 1, rate: rates?.[i] ?? 0.1 });
    at = { ...at, evaluations: i + 1 };
    state = observe(rule, state, {
      kind: "evaluation",
      at,
      metrics: value === undefined ? {} : { m: value } as Record<string, number>,
      ...(standardError === undefined ? {} : { standardErrors: { m: standardError } }),
    });
    if (stops(rule, state, at)) held.push(i + 1);
  });
  return { held, state, at };
}
