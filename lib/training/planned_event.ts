/** What is said of a training that waits for its turn: its plan, and an empty trajectory. */
import { recorder } from "../curves/recorder.ts";
import { START } from "../durations.ts";
import { measuredMetrics } from "./evaluate.ts";
import type { TrainingEvent } from "./event.ts";
import { planFor } from "./plan.ts";
import { filledSpec, type Spec } from "./spec.ts";

/**
 * @throws RangeError or TypeError when the spec is wrong
 * @example
 * ```ts
 * import type { Spec } from "./spec.ts";
 * const lastStep = (spec: Spec) => plannedEvent(spec).plan.lastStep;
 * ```
 */
export function plannedEvent(spec: Spec): TrainingEvent {
  const filled = filledSpec(spec), { name, seed, batches } = filled;
  return {
    type: "planned",
    plan: planFor(filled, null, null),
    at: START,
    pace: 0,
    trajectory: recorder({ name, seed, batches, metrics: measuredMetrics(filled) }).trajectory(),
    cuts: [],
    atFloor: false,
    outcome: null,
  };
}
