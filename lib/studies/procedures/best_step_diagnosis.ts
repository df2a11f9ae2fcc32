/** Whether the trials of a study were too long or too short, by where their best steps fall. */
import { median } from "../../curves/median.ts";
import { countedText, countText } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";
import { isLost, trialResults, usedAll } from "./trial_results.ts";

/** Best steps that are all within the first share of a training say that it is far too long. */
export const EARLY = 0.1;
/** Best steps that are consistently past this share say that it is too short. */
export const LATE = 0.75;
/** Consistently: in so many of the trials. */
const CONSISTENT = 0.75;
/** Fewer trials tell no distribution. */
const FEWEST = 3;

export type BestStepVerdict = "farTooLong" | "tooShort" | "longEnough" | "unknown";

/** Where one trial was best. */
export interface BestStep {
  readonly number: number;
  readonly name: string;
  readonly step: number;
  readonly maxSteps: number;
  /** of what the trial was given, 0 to 1 */
  readonly share: number;
}
/** Plain data. */
export interface BestStepDiagnosis {
  /** `unknown`: fewer than three trials that used all they were given */
  readonly verdict: BestStepVerdict;
  /** trials that used all they were given, by number: the verdict is of these alone */
  readonly trials: readonly BestStep[];
  /** how many of them were best in the first tenth, and how many in the last quarter */
  readonly early: number;
  readonly late: number;
  /** trials whose best may have been still to come: given up, stopped by their own policy, or not at their end yet */
  readonly pruned: number;
  readonly censored: number;
  /** trials that diverged or failed, or measured nothing finite */
  readonly lost: number;
  /** what the trials were given, their median; null when nothing says */
  readonly maxSteps: number | null;
  /** twice the latest best step: a length in which the best steps would lie in the middle; null where none is advised */
  readonly suggested: number | null;
}

/**
 * The distribution of best step over max steps. Always in the first tenth: far too long; in the last quarter in three
 * trials of four: longer trials, with the decay tuned anew, would be better. Trials that did not use what they were given
 * are counted apart, as nothing tells where their best would have come.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on choosing the number of steps when training is not compute-bound; that
 * "consistently" is three of four, and the length that is suggested, are of this tool.
 * @throws UnreportedMetric
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const isTooShort = (study: StudyRecord) => bestStepDiagnosis(study).verdict === "tooShort";
 * ```
 */
export function bestStepDiagnosis(study: StudyRecord): BestStepDiagnosis {
  const results = trialResults(study), whole = results.filter(usedAll);
  const trials = whole.flatMap(({ trial: { number, name, maxSteps }, bestStep }): BestStep[] =>
    bestStep === null
      ? []
      : [{ number, name, step: bestStep, maxSteps: maxSteps!, share: bestStep / maxSteps! }]
  ).sort((a, b) => a.number - b.number);
  const early = trials.filter(({ share }) => share <= EARLY).length;
  const late = trials.filter(({ share }) => share >= LATE).length;
  const pruned = results.filter(({ trial }) => trial.state === "pruned").length;
  const lost = results.filter(isLost).length, lengths = trials.map(({ maxSteps }) => maxSteps);
  const verdict = verdictOf(trials.length, early, late);
  const latest = trials.reduce((last, { step }) => Math.max(last, step), 0);
  return {
    verdict,
    trials,
    early,
    late,
    pruned,
    censored: results.length - trials.length - pruned - lost,
    lost,
    maxSteps: lengths.length === 0 ? null : median(lengths),
    suggested: verdict === "farTooLong" || verdict === "tooShort" ? 2 * latest : null,
  };
}

function verdictOf(count: number, early: number, late: number): BestStepVerdict {
  if (count < FEWEST) return "unknown";
  if (early === count) return "farTooLong";
  return late >= CONSISTENT * count ? "tooShort" : "longEnough";
}

/**
 * What the distribution says, and what to do; null while it is unknown.
 * @example
 * ```ts
 * import type { BestStepDiagnosis } from "./best_step_diagnosis.ts";
 * const text = (found: BestStepDiagnosis) => bestStepFinding(found)?.text;
 * ```
 */
export function bestStepFinding(
  found: BestStepDiagnosis,
): Finding<BestStepVerdict, BestStepDiagnosis> | null {
  const { verdict, trials, early, late, maxSteps, suggested } = found,
    of = countedText(trials.length, "trial");
  const given = countText(maxSteps ?? 0), apart = apartText(found);
  const middle = percent(median(trials.map(({ share }) => share)));
  switch (verdict) {
    case "unknown":
      return null;
    case "farTooLong":
      return {
        kind: verdict,
        text: `The best step is in the first tenth of ${given} steps in all ${of}${apart}: far too long.`,
        evidence: found,
        action: `Give each trial about ${countText(suggested!)} steps, and tune the decay of the rate anew.`,
      };
    case "tooShort":
      return {
        kind: verdict,
        text:
          `The best step is in the last quarter of ${given} steps in ${late} of ${of}${apart}: too short.`,
        evidence: found,
        action: `Give each trial more, such as ${
          countText(suggested!)
        } steps, and tune the decay of the rate anew.`,
      };
    case "longEnough":
      return {
        kind: verdict,
        text: `The best step is at ${middle} of ${given} steps in the middle of ${of} (${
          countText(early)
        } in the first tenth, ${countText(late)} in the last quarter)${apart}: long enough.`,
        evidence: found,
        action: "Keep the number of steps, and take each trial's best checkpoint.",
      };
  }
}

/** `; 2 pruned, 1 ended before its budget and 1 lost are not counted`. */
function apartText({ pruned, censored, lost }: BestStepDiagnosis): string {
  const parts = [
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(censored > 0 ? [`${censored} before the end of their budget`] : []),
    ...(lost > 0 ? [`${lost} diverged or without a result`] : []),
  ];
  return parts.length === 0 ? "" : ` (not counted: ${parts.join(", ")})`;
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
