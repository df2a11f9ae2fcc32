/** The figures of the findings of a study, first as data: a page draws them from the trials that it has. */
import { bestSteps } from "../../charts/best_steps.ts";
import type { Chart } from "../../charts/chart.ts";
import { keptCurve, type KeptCurveOptions } from "../../charts/kept_curve.ts";
import { parallel } from "../../charts/parallel.ts";
import { parameterResults, type ParameterResultsOptions } from "../../charts/parameter_results.ts";
import { minmax } from "../../curves/downsample.ts";
import { modeOf } from "../../curves/logged_metrics.ts";
import { countedText } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import { bestStepDiagnosis, EARLY, LATE } from "./best_step_diagnosis.ts";
import type { Border } from "./border_check.ts";
import type { VarianceEffect } from "./gradient_variance.ts";
import { retrospectiveCurves } from "./retrospective_curves.ts";
import { trialResults } from "./trial_results.ts";

/** What a finding shows. Plain data. */
export type FindingFigure =
  /** where the trials were best */
  | { readonly chart: "bestSteps" }
  /** the trials by their settings */
  | { readonly chart: "settings" }
  /** results against a parameter */
  | { readonly chart: "results"; readonly border: Pick<Border, "parameter" | "min" | "max" | "log"> }
  /** what is kept with more and more steps */
  | { readonly chart: "kept"; readonly curve: KeptCurveOptions }
  /** steps to the target against a parameter */
  | { readonly chart: "steps"; readonly results: ParameterResultsOptions };

/** Points of a drawn curve: more than a figure is wide. */
const POINTS = 1_000;

/** What is kept of a study with more and more steps. */
export function keptOf(study: StudyRecord): FindingFigure {
  const [{ metric, step, kept, last }] = retrospectiveCurves(study, modeOf, [study.metric]);
  const rows = minmax(step, last, POINTS), of = (column: readonly number[]) => rows.map((row) => column[row]);
  return { chart: "kept", curve: { metric, step: of(step), kept: of(kept), last: of(last) } };
}

/** Steps to the target against a parameter that changes the variance of gradients. */
export function stepsOf({ parameter, groups }: VarianceEffect): FindingFigure {
  const results = groups.flatMap(({ value, steps, trials }) =>
    typeof value === "number" && steps !== null
      ? [{ name: countedText(trials, "trial"), value, result: steps }]
      : []
  );
  const values = results.map(({ value }) => value), [min, max] = [Math.min(...values), Math.max(...values)];
  const log = min > 0 && max / min >= 8;
  return { chart: "steps", results: { parameter, metric: "steps to the target", results, min, max, log } };
}

/**
 * The figure of a finding on a study.
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const chart = (study: StudyRecord) => figureOf({ chart: "bestSteps" }, study);
 * ```
 */
export function figureOf(figure: FindingFigure, study: StudyRecord): Chart {
  switch (figure.chart) {
    case "bestSteps":
      return bestStepsOf(study);
    case "settings":
      return settingsOf(study);
    case "results":
      return resultsOf(study, figure.border);
    case "kept":
      return keptCurve(figure.curve);
    case "steps":
      return parameterResults(figure.results);
  }
}

const bestStepsOf = (study: StudyRecord): Chart =>
  bestSteps({ shares: bestStepDiagnosis(study).trials.map(({ share }) => share), early: EARLY, late: LATE });

/** Its trials by their settings. */
const settingsOf = (study: StudyRecord): Chart =>
  parallel({
    runs: trialResults(study).map(({ trial: { number, name, parameters }, best }) => ({
      id: String(number),
      name,
      kind: "steps",
      config: parameters,
      value: best ?? NaN,
    })),
    metric: study.metric,
    mode: study.mode,
    pinned: new Set(),
  });

/** Results against a parameter that was searched. */
function resultsOf(
  study: StudyRecord,
  { parameter, min, max, log }: Pick<Border, "parameter" | "min" | "max" | "log">,
): Chart {
  const results = trialResults(study).flatMap(({ trial: { name, parameters }, best }) => {
    const value = parameters[parameter];
    return typeof value === "number" && best !== null ? [{ name, value, result: best }] : [];
  });
  return parameterResults({ parameter, metric: study.metric, results, min, max, log });
}
