/** The figures of a study that no finding shows: where trials were best, and results against each parameter. */
import { bestSteps } from "../../lib/charts/best_steps.ts";
import type { Chart } from "../../lib/charts/chart.ts";
import { type ParameterResult, parameterResults } from "../../lib/charts/parameter_results.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import { EARLY, LATE } from "../../lib/studies/procedures/best_step_diagnosis.ts";
import type { FindingFigure } from "../../lib/studies/procedures/doctor_figures.ts";
import type { StudyHead } from "../study_summary.ts";

/** A figure by what it is of, so that it is updated in its place. */
export interface NamedChart {
  readonly name: string;
  readonly chart: Chart;
}

/** What was searched is on a logarithm where the space says so; of what nothing is known, where it spans this ratio. */
const MAGNITUDES = 12;

function resultsChart(
  { metric, space }: StudyHead,
  parameter: string,
  trials: readonly TrialRow[],
): Chart | null {
  const results = trials.flatMap(({ name, parameters, best }): ParameterResult[] => {
    const value = parameters[parameter];
    return typeof value === "number" && best !== null ? [{ name, value, result: best.value }] : [];
  });
  const searched = space?.[parameter];
  if (searched !== undefined && searched.kind !== "choice") {
    const { min, max, log } = searched;
    return parameterResults({ parameter, metric, results, min, max, log });
  }
  if (results.length === 0) return null;
  const values = results.map(({ value }) => value);
  const min = values.reduce((a, b) => Math.min(a, b)), max = values.reduce((a, b) => Math.max(a, b));
  return min < max
    ? parameterResults({ parameter, metric, results, min, max, log: min > 0 && max / min >= MAGNITUDES })
    : null;
}

/**
 * @param parameters paths
 * @param shown figures that stand beside findings already
 */
export function studyFigures(
  study: StudyHead,
  trials: readonly TrialRow[],
  parameters: readonly string[],
  shown: readonly FindingFigure[],
): NamedChart[] {
  const shares = trials.flatMap(({ state, best, maxSteps }) =>
    state === "done" && best !== null ? [best.step / maxSteps] : []
  );
  const isShown = (parameter: string) =>
    shown.some((each) => each.chart === "results" && each.border.parameter === parameter);
  return [
    ...(shown.some(({ chart }) => chart === "bestSteps")
      ? []
      : [{ name: "best steps", chart: bestSteps({ shares, early: EARLY, late: LATE }) }]),
    ...parameters.filter((parameter) => !isShown(parameter)).flatMap((parameter) => {
      const chart = resultsChart(study, parameter, trials);
      return chart === null ? [] : [{ name: `results by ${parameter}`, chart }];
    }),
  ];
}
