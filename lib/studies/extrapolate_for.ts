/** An extrapolation as the verdict on compute asks for it. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { pointsOf } from "../extrapolation/curve.ts";
import { extrapolated } from "./extrapolated.ts";
import type { Extrapolate } from "./procedures/compute_bound.ts";

/**
 * What a trial's metric would come to at a step, with an 80 % band and how often such bands held; null where its curve
 * does not tell, and where the step is not past its last evaluation.
 * @example
 * ```ts
 * import { computeBound } from "./procedures/compute_bound.ts";
 * import type { StudyRecord } from "./study_record.ts";
 * const bound = (study: StudyRecord) =>
 *   computeBound(study, { extrapolate: extrapolateFor(study.metric, study.mode) });
 * ```
 */
export const extrapolateFor = (metric: Metric, mode: Mode): Extrapolate => (trajectory, to) => {
  const { step, metrics } = trajectory.evaluations;
  const recordedTo = pointsOf({ x: step, y: metrics[metric] ?? [], mode }).x.at(-1) ?? Infinity;
  if (to <= recordedTo) return null;
  const later = extrapolated(trajectory, { metric, mode, to });
  return later.told ? later : null;
};
