/** What a trial has come to, as its store is told. */
import type { StudyRow, TrialProgress } from "../store/study_store.ts";
import type { TrialEvent } from "./train_trial.ts";

/** The last update, and the best value of the study's metric so far; the earliest of those that are alike. */
export function progressOf(
  { event: { at, trajectory: { evaluations: { step, metrics } } } }: TrialEvent,
  { metric, mode }: Pick<StudyRow, "metric" | "mode">,
): TrialProgress {
  const values = metrics[metric] ?? [];
  let best: TrialProgress["best"] = null;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!Number.isFinite(value)) continue;
    const isBetter = best === null || (mode === "min" ? value < best.value : value > best.value);
    if (isBetter) best = { value, step: step[row] };
  }
  return { step: at.step, best };
}
