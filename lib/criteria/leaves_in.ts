/** The rules of a criterion that have none below them, however deep. */
import type { Criterion } from "./criterion.ts";

/**
 * The leaves of a criterion in their order.
 * @param options.gates those of a gate that is waited for, too; default true
 * @example
 * ```ts
 * import { any } from "./any.ts";
 * import { maxSteps } from "./max_steps.ts";
 * const kinds = leavesIn(any(maxSteps(100), maxSteps(200))).map(({ kind }) => kind); // ["maxSteps", "maxSteps"]
 * ```
 */
export function leavesIn(criterion: Criterion, { gates = true } = {}): readonly Criterion[] {
  if (!("criteria" in criterion)) return [criterion];
  const below = criterion.criteria.flatMap((child) => leavesIn(child, { gates }));
  const gated = gates && criterion.kind === "after" && "kind" in criterion.gate;
  return gated ? [...leavesIn(criterion.gate as Criterion), ...below] : below;
}
