/** The rules of a criterion that have none below them, however deep. */
import type { Criterion } from "./criterion.ts";

/**
 * The leaves of a criterion in their order, those of a gate that is waited for included.
 * @example
 * ```ts
 * import { any } from "./any.ts";
 * import { maxSteps } from "./max_steps.ts";
 * const kinds = leavesIn(any(maxSteps(100), maxSteps(200))).map(({ kind }) => kind); // ["maxSteps", "maxSteps"]
 * ```
 */
export function leavesIn(criterion: Criterion): readonly Criterion[] {
  const gate = criterion.kind === "after" && "kind" in criterion.gate ? leavesIn(criterion.gate) : [];
  return "criteria" in criterion ? [...gate, ...criterion.criteria.flatMap(leavesIn)] : [criterion];
}
