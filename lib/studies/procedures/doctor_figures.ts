/** The figures of the findings of a study. */
import type { Chart } from "../../charts/chart.ts";
import { keptCurve } from "../../charts/kept_curve.ts";
import { parallel } from "../../charts/parallel.ts";
import { parameterResults } from "../../charts/parameter_results.ts";
import { modeOf } from "../../curves/logged_metrics.ts";
import { countedText } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import type { Border } from "./border_check.ts";
import type { VarianceEffect } from "./gradient_variance.ts";
import { retrospectiveCurves } from "./retrospective_curves.ts";
import { trialResults } from "./trial_results.ts";

/** What is kept of a study with more and more steps. */
export function keptOf(study: StudyRecord): Chart {
  const [curve] = retrospectiveCurves(study, modeOf, [study.metric]);
  return keptCurve(curve);
}

/** Its trials by their settings. */
export const settingsOf = (study: StudyRecord): Chart =>
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
export function resultsOf(study: StudyRecord, { parameter, min, max, log }: Border): Chart {
  const results = trialResults(study).flatMap(({ trial: { name, parameters }, best }) => {
    const value = parameters[parameter];
    return typeof value === "number" && best !== null ? [{ name, value, result: best }] : [];
  });
  return parameterResults({ parameter, metric: study.metric, results, min, max, log });
}

/** Steps to the target against a parameter that changes the variance of gradients. */
export function stepsOf({ parameter, groups }: VarianceEffect): Chart {
  const results = groups.flatMap(({ value, steps, trials }) =>
    typeof value === "number" && steps !== null
      ? [{ name: countedText(trials, "trial"), value, result: steps }]
      : []
  );
  const values = results.map(({ value }) => value), [min, max] = [Math.min(...values), Math.max(...values)];
  const log = min > 0 && max / min >= 8;
  return parameterResults({ parameter, metric: "steps to the target", results, min, max, log });
}
