/** The plateau rules of a criterion, however deep. */
import type { Criterion, Plateau } from "./criterion.ts";

/**
 * Plateau rules anywhere in a criterion, one that a gate waits for included.
 * @example
 * ```ts
 * import { maxSteps } from "./max_steps.ts";
 * const none = plateausIn(maxSteps(100)); // []
 * ```
 */
export function plateausIn(criterion: Criterion): readonly Plateau[] {
  if (criterion.kind === "plateau") return [criterion];
  const gate = criterion.kind === "after" && "kind" in criterion.gate ? plateausIn(criterion.gate) : [];
  return "criteria" in criterion ? [...gate, ...criterion.criteria.flatMap(plateausIn)] : [];
}
