/** What the pages say of a study without its trials. Pure. */
import type { Mode } from "../lib/criteria/criterion.ts";
import { isBetter } from "../lib/studies/procedures/trial_results.ts";
import type { Parameters, Space } from "../lib/studies/space.ts";
import type { StudyRow, TrialRow } from "../lib/store/study_store.ts";
import { hasEnded, type WorkRate, workRate } from "./work_rate.ts";

/** The best trial. */
export interface BestTrial {
  readonly number: number;
  readonly name: string;
  readonly parameters: Parameters;
  readonly value: number;
  readonly step: number;
}
/** Plain data. */
export interface StudySummary extends Omit<StudyRow, "plan"> {
  readonly best: BestTrial | null;
  /** null where nothing is being trained */
  readonly rate: WorkRate | null;
}
/** What the page of a study is told of it, beside its trials. */
export interface StudyHead extends StudySummary {
  /** null where its plan cannot be read */
  readonly space: Space | null;
}

/** The best of the trials that came to a finite value; of equals the first. */
export function bestTrial(trials: readonly TrialRow[], mode: Mode): BestTrial | null {
  let first: TrialRow | null = null;
  for (const trial of trials) {
    if (trial.best === null || !Number.isFinite(trial.best.value)) continue;
    if (first === null || isBetter(trial.best.value, first.best!.value, mode)) first = trial;
  }
  if (first === null) return null;
  const { number, name, parameters, best } = first;
  return { number, name, parameters, ...best! };
}

/** Trials that have ended. */
export const endedIn = ({ counts }: Pick<StudyRow, "counts">): number =>
  Object.entries(counts).reduce(
    (sum, [state, count]) => sum + (hasEnded(state as TrialRow["state"]) ? count : 0),
    0,
  );

/** All trials. */
export const trialsIn = ({ counts }: Pick<StudyRow, "counts">): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Seconds until the rest is done at a rate; null where nobody can say. */
export function secondsLeft({ counts, paused, rate }: StudySummary): number | null {
  const rest = counts.waiting + counts.running;
  if (paused || rest === 0 || rate === null || rate.trialsPerMinute === 0) return null;
  return 60 * rest / rate.trialsPerMinute;
}

/** What is said of a study as it stands. */
export function studySummary({ plan: _plan, ...row }: StudyRow, trials: readonly TrialRow[]): StudySummary {
  const rate = row.counts.running === 0 ? null : workRate(trials, row.updated);
  return { ...row, best: bestTrial(trials, row.mode), rate };
}
