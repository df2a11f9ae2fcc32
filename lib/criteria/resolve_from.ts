/** Makes relative caps absolute where a run begins. */
import { countFault, shown } from "../durations.ts";
import type { Criterion } from "./criterion.ts";

/**
 * The criterion with every `maxSteps({ for: n })` as `maxSteps(startStep + n)`. All others stay as they are.
 * @param startStep updates applied before this run, from 0
 * @throws RangeError `invalid startStep: -1 (a whole number from 0)`
 * @example
 * ```ts
 * import { maxSteps } from "./max_steps.ts";
 * const cap = resolveFrom(maxSteps({ for: 500 }), 2_000); // maxSteps(2500)
 * ```
 */
export function resolveFrom(criterion: Criterion, startStep: number): Criterion {
  if (startStep !== 0 && countFault("steps", startStep)) {
    throw new RangeError(`invalid startStep: ${shown(startStep)} (a whole number from 0)`);
  }
  const resolved = (inner: Criterion): Criterion => {
    if (inner.kind === "maxSteps" && inner.relative) {
      return { kind: "maxSteps", steps: startStep + inner.steps };
    }
    if (!("criteria" in inner)) return inner;
    const criteria = inner.criteria.map(resolved);
    if (inner.kind === "after" && "kind" in inner.gate) {
      return { ...inner, gate: resolved(inner.gate), criteria };
    }
    return { ...inner, criteria };
  };
  return resolved(criterion);
}
