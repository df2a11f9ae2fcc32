/** A study as it would stand had every trial been given fewer steps. */
import { rowAt } from "../../curves/axis.ts";
import type { Trajectory } from "../../curves/trajectory.ts";
import { whole } from "../../option_checks.ts";
import type { StudyRecord, TrialRecord } from "../study_record.ts";

/**
 * The record of a study whose trials are given no more than `step` steps: what was recorded up to there. Where the rate does
 * not depend on the length, as a constant one, that is exactly what the shorter study would have recorded, so one study tells
 * of every length up to its own. Where it decays, it is not: the shorter study would have decayed before.
 * @throws RangeError `invalid step: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const short = (study: StudyRecord) => cutAt(study, 500);
 * ```
 */
export function cutAt(study: StudyRecord, step: number): StudyRecord {
  whole("step", step, 1);
  return { ...study, trials: study.trials.map((trial) => cutTrial(trial, step)) };
}

function cutTrial(trial: TrialRecord, step: number): TrialRecord {
  const { trajectory, maxSteps } = trial, { updates, evaluations } = trajectory;
  const isBeyond = Math.max(updates.step.at(-1) ?? 0, evaluations.step.at(-1) ?? 0) >= step;
  if (maxSteps !== null && maxSteps <= step && !isBeyond) return trial;
  return {
    ...trial,
    maxSteps: maxSteps === null ? step : Math.min(step, maxSteps),
    ...(isBeyond ? { state: "done", because: "" } as const : {}),
    trajectory: cutTrajectory(trajectory, step),
  };
}

function cutTrajectory(trajectory: Trajectory, step: number): Trajectory {
  const { updates, evaluations, final } = trajectory;
  const kept = rowAt(updates.step, step) + 1, measured = rowAt(evaluations.step, step) + 1;
  const { metrics, standardErrors, ...columns } = evaluations;
  return {
    ...trajectory,
    updates: cutColumns(updates, kept),
    evaluations: {
      ...cutColumns(columns, measured),
      metrics: cutColumns(metrics, measured),
      standardErrors: cutColumns(standardErrors, measured),
    },
    final: final !== null && final.step <= step ? final : null,
  };
}

const cutColumns = <Columns extends object>(columns: Columns, rows: number): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]: [string, Float64Array]) => [name, column.subarray(0, rows)]),
  ) as Columns;
