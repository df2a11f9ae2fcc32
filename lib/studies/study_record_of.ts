/** A study of the store as its procedures look at it. */
import type { Store } from "../store/store.ts";
import { studyWithoutData } from "./kept_study.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";
import { trialRecordOf } from "./trial_record_of.ts";

/**
 * The record of a study: its trials, each with all that was recorded of it.
 * @returns null where the store has no study of this name
 * @example
 * ```ts ignore
 * const record = await studyRecordOf(store, "rates");
 * ```
 */
export async function studyRecordOf(store: Store, name: string): Promise<StudyRecord | null> {
  const row = await store.studies.get(name);
  if (row === null) return null;
  const { metric, mode, plan } = row, trials: TrialRecord[] = [];
  for (const trial of await store.studies.trials(name)) {
    trials.push(trialRecordOf(trial, trial.run === null ? null : await store.trajectory(trial.run)));
  }
  return { name, metric, mode, space: studyWithoutData(plan).space, trials };
}
