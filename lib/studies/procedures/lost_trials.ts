/** Trials that came to nothing, and what they have in common. */
import { valueText } from "../../criteria/observed.ts";
import { countedText } from "../../durations.ts";
import type { StudyRecord, TrialRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";
import { isLost, trialResults } from "./trial_results.ts";

/** A number beyond which trials were lost. */
export interface LostBeyond {
  readonly parameter: string;
  /** whether what was lost lies above it or below */
  readonly side: "above" | "below";
  /** the value of the last trial that was not lost on that side */
  readonly value: number;
  /** lost trials that lie beyond it */
  readonly lost: number;
}
/** Plain data. */
export interface LostTrials {
  readonly lost: readonly number[];
  readonly trials: number;
  /** the parameter that tells most of the lost from the others; null where none tells half of them */
  readonly beyond: LostBeyond | null;
}

/**
 * Trials that diverged, failed or ended without a finite value, by number, and the parameter beyond which they lie.
 * @throws UnreportedMetric
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const count = (study: StudyRecord) => lostTrials(study).lost.length;
 * ```
 */
export function lostTrials(study: StudyRecord): LostTrials {
  const results = trialResults(study);
  const lost = results.filter(isLost).map(({ trial }) => trial);
  const kept = results.filter((result) => !isLost(result) && result.best !== null).map(({ trial }) => trial);
  const names = [...new Set(lost.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  const borders = names.flatMap((name) =>
    (["above", "below"] as const).flatMap((side) => beyond(name, side, lost, kept))
  );
  const [first] = borders.sort((a, b) => b.lost - a.lost);
  return {
    lost: lost.map(({ number }) => number).sort((a, b) => a - b),
    trials: results.length,
    beyond: first !== undefined && first.lost * 2 >= lost.length ? first : null,
  };
}

function beyond(
  parameter: string,
  side: LostBeyond["side"],
  lost: readonly TrialRecord[],
  kept: readonly TrialRecord[],
): LostBeyond[] {
  const numbers = (trials: readonly TrialRecord[]) =>
    trials.map(({ parameters }) => parameters[parameter]).filter((value) => typeof value === "number");
  const inside = numbers(kept);
  if (inside.length === 0) return [];
  const value = side === "above" ? Math.max(...inside) : Math.min(...inside);
  const outside = numbers(lost).filter((each) => side === "above" ? each > value : each < value);
  return outside.length === 0 ? [] : [{ parameter, side, value, lost: outside.length }];
}

/**
 * How many trials were lost, and where; null when none was.
 * @example
 * ```ts
 * import { lostTrials } from "./lost_trials.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (study: StudyRecord) => lostFinding(lostTrials(study))?.text;
 * ```
 */
export function lostFinding(found: LostTrials): Finding<"lost", LostTrials> | null {
  const { lost, trials, beyond } = found;
  if (lost.length === 0) return null;
  const where = beyond === null
    ? ""
    : `; ${beyond.lost} of them with ${beyond.parameter} ${beyond.side} ${valueText(beyond.value)}`;
  const all = lost.length === trials;
  return {
    kind: "lost",
    text: `${lost.length} of ${
      countedText(trials, "trial")
    } diverged or ended without a finite result${where}.`,
    evidence: found,
    action: all
      ? "Lower the rate, clip the gradients or warm up, and look at the first updates before a study is run."
      : beyond === null
      ? "Look at what the lost trials have in common before the study is read."
      : `Take ${beyond.parameter} ${beyond.side} ${
        valueText(beyond.value)
      } out of the search, or make it stable with a warm-up or clipping.`,
  };
}
