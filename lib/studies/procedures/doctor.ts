/** What a study tells of how it should have been run: at most five findings. */
import type { Chart } from "../../charts/chart.ts";
import { countedText } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import { bestStepDiagnosis, bestStepFinding } from "./best_step_diagnosis.ts";
import { borderCheck, borderFindings } from "./border_check.ts";
import { computeBound, computeBoundFinding, type ComputeBoundOptions } from "./compute_bound.ts";
import { figureOf, type FindingFigure, keptOf, stepsOf } from "./doctor_figures.ts";
import type { Finding } from "./finding.ts";
import { gradientVariance, gradientVarianceFindings } from "./gradient_variance.ts";
import { lostFinding, lostTrials } from "./lost_trials.ts";
import { retrospective, retrospectiveFinding } from "./retrospective.ts";
import { tinyRate, tinyRateFinding } from "./tiny_rate.ts";
import { tunedLengthFinding } from "./tuned_length.ts";

/** More findings than these nobody acts on. */
const MOST = 5;

export interface DoctorFinding extends Finding {
  /**
   * what it would change, 0 to 1: the share of the trials, of their updates or of the doubt that acting on it concerns.
   * Findings come in its order
   */
  readonly changes: number;
  /** what the figure is drawn of */
  readonly draws: FindingFigure;
  /** whether it was found in whole curves, and in how many trials it was looked for */
  readonly needsCurves: boolean;
  readonly of: number;
  readonly figure: Chart;
}
export interface DoctorOptions extends ComputeBoundOptions {
  /**
   * trials of the study whose whole curves are looked at; of all others only the best and the last step are. Default all
   */
  readonly curves?: StudyRecord;
}
type Found = Omit<DoctorFinding, "figure" | "of" | "needsCurves">;

/**
 * Applies every procedure to a study, or to other tools' logs as one, and keeps the five findings that would change most,
 * the most first.
 * @param options an extrapolation for the verdict on compute, default none; and the trials whose curves are known
 * @throws UnreportedMetric `unreported metric: validation.f1 (the trials report …)`
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const lines = (study: StudyRecord) => doctor(study).map(({ text, action }) => `${text} ${action}`);
 * ```
 */
export function doctor(study: StudyRecord, options: DoctorOptions = {}): DoctorFinding[] {
  const { curves = study, ...bound } = options;
  const ofAll = [...ofSteps(study), ...ofBorders(study), ...ofLost(study)];
  const ofCurves = [...ofLength(curves, bound), ...ofKept(curves), ...ofVariance(curves)];
  const found = [
    ...ofAll.map((each) => ({ ...each, needsCurves: false, of: study.trials.length })),
    ...ofCurves.map((each) => ({ ...each, needsCurves: true, of: curves.trials.length })),
  ];
  // equals stay in the order in which they were found
  return found.filter(({ kind }) => !isOverruled(kind, found)).sort((a, b) => b.changes - a.changes).slice(
    0,
    MOST,
  )
    .map((each) => ({ ...each, figure: figureOf(each.draws, study) }));
}

/**
 * Two findings on the same length that would say the opposite: that the better half was still improving outweighs where
 * the best steps of all fell, and best steps that all came late outweigh slopes that noise hides.
 */
const OVERRULED: Readonly<Record<string, string>> = {
  longEnough: "computeBound",
  notComputeBound: "tooShort",
};
const isOverruled = (kind: string, found: readonly { readonly kind: string }[]): boolean =>
  found.some((other) => other.kind === OVERRULED[kind]);

/** Best steps, and whether the length was tuned. */
function ofSteps(study: StudyRecord): Found[] {
  const best = bestStepDiagnosis(study), { verdict, trials, late, suggested, maxSteps } = best;
  const changes = verdict === "farTooLong"
    ? Math.max(0, 1 - suggested! / maxSteps!)
    : verdict === "tooShort"
    ? late / trials.length
    : verdict === "unknown"
    ? 0.4
    : 0.05;
  return [
    ...shown(bestStepFinding(best) ?? tooFew(study, best), changes, () => ({ chart: "bestSteps" })),
    ...shown(tunedLengthFinding(study), 0.95, () => ({ chart: "settings" })),
  ];
}

/** Compute, and the rate that the last updates had. */
function ofLength(study: StudyRecord, options: ComputeBoundOptions): Found[] {
  const bound = computeBound(study, options), tiny = tinyRate(study);
  const moved = bound.verdict === "no" ? 0.05 : 0.9 * bound.improving / Math.max(1, bound.trials.length);
  return [
    ...shown(computeBoundFinding(study, bound), moved, () => keptOf(study)),
    ...shown(tinyRateFinding(tiny), tiny.median ?? 0, () => keptOf(study)),
  ];
}

/** Said where the best steps tell nothing, so that nobody takes silence for a good sign. */
function tooFew(
  study: StudyRecord,
  { trials, pruned, censored, lost }: ReturnType<typeof bestStepDiagnosis>,
): Finding {
  return {
    kind: "tooFew",
    text:
      `${trials.length} of ${
        countedText(study.trials.length, "trial")
      } used all that they were given and measured ` +
      `${study.metric} (${pruned} pruned, ${censored} before the end of their budget, ${lost} lost): ` +
      "too few to tell whether they were long enough.",
    evidence: { trials, pruned, censored, lost },
    action: "Let at least three trials use all the steps that they are given.",
  };
}

/** What is on a border more often than not by chance tells nothing. */
const LIKELY = 0.5;

/** A border where the results still grow better is surer than one that a few trials happen to lie on. */
const ofBorders = (study: StudyRecord): Found[] =>
  borderFindings(borderCheck(study)).filter(({ evidence }) => evidence.chance <= LIKELY).map((finding) => {
    const { parameter, min, max, log, chance, gain } = finding.evidence;
    return {
      ...finding,
      changes: (1 - chance) * ((gain ?? 0) > 0 ? 0.8 : 0.3),
      draws: { chart: "results", border: { parameter, min, max, log } },
    };
  });

function ofLost(study: StudyRecord): Found[] {
  const lost = lostTrials(study);
  return shown(
    lostFinding(lost),
    lost.lost.length / Math.max(1, lost.trials),
    () => ({ chart: "settings" }),
  );
}

function ofKept(study: StudyRecord): Found[] {
  const kept = retrospective(study), finding = retrospectiveFinding(study, kept);
  return shown(finding, kept.isUnsure ? 0.5 : 0.1, () => keptOf(study));
}

/** Only where nothing else differed: otherwise that may be what made the difference. */
function ofVariance(study: StudyRecord): Found[] {
  const found = gradientVariance(study);
  const findings = found === null ? [] : gradientVarianceFindings(study, found);
  return findings.filter(({ evidence }) => evidence.matched).map((finding) => {
    const known = finding.evidence.groups.flatMap(({ steps }) => steps ?? []);
    const saved = 1 - Math.min(...known) / Math.max(...known);
    return { ...finding, changes: 0.7 * saved, draws: stepsOf(finding.evidence) };
  });
}

const shown = (finding: Finding | null, changes: number, draws: () => FindingFigure): Found[] =>
  finding === null ? [] : [{ ...finding, changes, draws: draws() }];
