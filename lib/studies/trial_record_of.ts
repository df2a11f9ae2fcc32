/** A trial of the store as procedures and pruners look at it. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Series } from "../curves/logged.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { trajectoryOf } from "../store/stored_trajectory.ts";
import type { TrialRow } from "../store/study_store.ts";
import type { TrialRecord } from "./study_record.ts";

/**
 * @param recorded the trajectory; or series by their tag, and how updates are cut, null where nothing says. Of a trial
 *   without either it is empty
 */
export function trialRecordOf(
  { number, name, parameters, seed, maxSteps, state, because }: TrialRow,
  recorded: Trajectory | BatchPlan | null,
  series: ReadonlyMap<string, Series> | null = null,
): TrialRecord {
  const trajectory = recorded !== null && "updates" in recorded
    ? recorded
    : trajectoryOf({ name, seed, state: "running", ended: null }, recorded, series ?? new Map());
  return { number, name, parameters, seed, maxSteps, state, because, trajectory };
}
