/** How fast a study goes: updates of all its workers over the last seconds. */
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import type { StudyProgress } from "./run_study.ts";
import { bestFirst, type Standing } from "./study_text.ts";

/** Seconds over which the pace is told. */
const OVER = 10;

/**
 * Takes the words of a study that is run, and says how it stands.
 * @param now seconds of a clock that never goes back
 * @example
 * ```ts ignore
 * const pace = studyPace();
 * for await (const progress of runStudy(study, options)) console.error(standingText(pace.standing(progress)));
 * ```
 */
export function studyPace(now = () => performance.now() / 1000) {
  const trials = new Map<number, TrialRow>(), past: { readonly at: number; readonly steps: number }[] = [];
  return {
    /** all trials as they were told last, in their order */
    trials: (): TrialRow[] => [...trials.values()].sort((a, b) => a.number - b.number),
    standing({ study: row, changed, workers }: StudyProgress): Standing {
      for (const trial of changed) trials.set(trial.number, trial);
      past.push({ at: now(), steps: row.steps });
      while (past.length > 2 && past[0].at < now() - OVER) past.shift();
      const [first] = past, last = past[past.length - 1], seconds = last.at - first.at;
      const all = [...trials.values()];
      return {
        row,
        best: bestOf(all, row.mode),
        workers: workers.length,
        pace: seconds > 0 ? Math.max(0, last.steps - first.steps) / seconds : 0,
        left: all.reduce(
          (sum, { ended, maxSteps, step }) => sum + (ended === null ? maxSteps - step : 0),
          0,
        ),
      };
    },
  };
}

function bestOf(trials: readonly TrialRow[], mode: StudyRow["mode"]): TrialRow | null {
  const [first = null] = bestFirst(trials, mode);
  return first?.best == null ? null : first;
}
