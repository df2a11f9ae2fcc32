/** The best evaluation of a recording, in hindsight. */
import { requireMetrics } from "../criteria/metric.ts";
import type { Metric, Mode } from "../criteria/criterion.ts";
import type { EvaluationRow, Evaluations, Trajectory } from "./trajectory.ts";

/** One evaluation of the table as a row. */
export function evaluationRow(evaluations: Evaluations, row: number): EvaluationRow {
  const metrics: Record<string, number> = {};
  for (const metric in evaluations.metrics) metrics[metric] = evaluations.metrics[metric][row];
  return {
    step: evaluations.step[row],
    epoch: evaluations.epoch[row],
    examples: evaluations.examples[row],
    seconds: evaluations.seconds[row],
    metrics,
  };
}

/** Row of the best finite value; of equal ones the earliest; −1 when there is none. */
export function bestRow(values: ArrayLike<number>, mode: Mode): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    if (best < 0 || (mode === "min" ? values[i] < values[best] : values[i] > values[best])) best = i;
  }
  return best;
}

/**
 * The evaluation on the grid with the best finite value of a metric; of equal ones the earliest; null when there is
 * none.
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`
 * @example
 * ```ts
 * import type { Trajectory } from "./trajectory.ts";
 * const bestStep = (trajectory: Trajectory) => bestEvaluation(trajectory, "validation.loss", "min")?.step;
 * ```
 */
export function bestEvaluation(
  { evaluations }: Trajectory,
  metric: Metric,
  mode: Mode,
): EvaluationRow | null {
  requireMetrics([metric], Object.keys(evaluations.metrics));
  const row = bestRow(evaluations.metrics[metric], mode);
  return row < 0 ? null : evaluationRow(evaluations, row);
}
