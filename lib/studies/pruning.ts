/** Whether a trial is given up for the others. */
import { countedText, countText } from "../durations.ts";
import { type Crossings, crossings } from "./crossings.ts";
import type { Pruner } from "./pruner.ts";
import { behindAtRungs } from "./pruning_rungs.ts";
import { behindOthers } from "./pruning_quantile.ts";
import { rowAt } from "./recorded_cost.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";

/** Plain data. */
export interface Pruning {
  readonly prune: boolean;
  /** part of a sentence with its numbers, also of why not */
  readonly why: string;
  /** what was supposed about curves that cross, and how often they did; empty when it goes on: then nothing was */
  readonly assumed: string;
  /** what `assumed` counts; null when it goes on */
  readonly crossings: Crossings | null;
}

/**
 * Whether a trial is given up for the others: a pure function of what is recorded. The order of the trials changes
 * nothing, so workers that see the same records say the same. What is no number counts as worst, and so does a trial
 * that has diverged.
 *
 * - `median` (Golovin et al. 2017, Vizier) and `percentile`: its best up to here against what the others had at the
 *   same share of what they were given, whatever became of them. Optuna's rule where all others are complete; it
 *   looks at no others than those, and so at survivors alone.
 * - `halving`: asynchronous successive halving in the form that stops (Li et al. 2020, ASHA; Jamieson and Talwalkar
 *   2016): at a rung it goes on if it is among the best one in eta of those that have come there so far, so that no
 *   worker waits for a slower one; the first that come to a rung are let through if they are the best yet.
 * - `hyperband` (Li et al. 2018): the same in brackets; see `bracketOf`.
 *
 * @param number of the trial
 * @param at its step, after an evaluation
 * @throws RangeError `unknown trial: 12 (the study has 0 to 7)`, and for a duration that its record cannot convert
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import type { StudyRecord } from "./study_record.ts";
 * const isGivenUp = (record: StudyRecord) =>
 *   pruning({ kind: "median", after: steps(100), least: 5 }, record, 3, 500).prune;
 * ```
 */
export function pruning(pruner: Pruner, record: StudyRecord, number: number, at: number): Pruning {
  const trial = record.trials.find((each) => each.number === number);
  if (trial === undefined) {
    throw new RangeError(
      `unknown trial: ${number} (the study has ${countedText(record.trials.length, "trial")})`,
    );
  }
  const goesOn = (why: string): Pruning => ({ prune: false, why, assumed: "", crossings: null });
  if (rowAt(trial, at) < 0) return goesOn(`nothing is recorded up to step ${countText(at)}`);
  const { behind, why } = pruner.kind === "median" || pruner.kind === "percentile"
    ? behindOthers(pruner, record, trial, at)
    : behindAtRungs(pruner, record, trial, at);
  if (!behind) return goesOn(why);
  const crossed = crossings(record, trial, at);
  return { prune: true, why, assumed: assumedText(crossed, trial, at), crossings: crossed };
}

function assumedText({ pairs, crossed }: Crossings, { maxSteps }: TrialRecord, at: number): string {
  const share = maxSteps === null ? "" : `, ${countText(100 * at / maxSteps)} % of what it was given`;
  const supposed = `that it would have stayed behind after step ${countText(at)}${share}`;
  if (pairs === 0) {
    return `${supposed}: no two trials were trained to their end, so nothing says how often curves cross`;
  }
  return `${supposed}: of ${countedText(pairs, "pair")} of trials trained to their end ${
    countText(crossed)
  } crossed after that (${countText(100 * crossed / pairs)} %)`;
}
