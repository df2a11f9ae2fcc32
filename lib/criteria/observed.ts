/** What a rule sees of a metric: `training.loss` at every update, any other at the evaluations that measured it. */
import type { Metric, Mode, Observation } from "./criterion.ts";
import { shown } from "../durations.ts";
import { obeyable, TRAINING_LOSS } from "./metric.ts";

/** The metric's value in an observation; undefined when the observation does not tell it. */
export function observed(observation: Observation, metric: Metric): number | undefined {
  if (metric === TRAINING_LOSS) return observation.kind === "update" ? observation.loss : undefined;
  return observation.kind === "evaluation" ? observation.metrics[metric] : undefined;
}

/** What a rule on one metric reads: from updates, or from evaluations. */
export const readsOf = (metric: Metric): { metrics: readonly Metric[]; updates: boolean } =>
  metric === TRAINING_LOSS ? { metrics: [], updates: true } : { metrics: [metric], updates: false };

/** Whether a value is better than another, strictly; false where one is not a number. */
export const isGain = (mode: Mode, value: number, than: number): boolean =>
  mode === "min" ? value < than : value > than;

/** What every value is better than. */
export const worst = (mode: Mode): number => mode === "min" ? Infinity : -Infinity;

/** A metric's value for people. */
export const valueText = (value: number): string => String(Number(value.toPrecision(6)));

/** @throws RangeError for the loss of an update, which is no error of a validation set */
export function validationMetric(metric: Metric): Metric {
  if (readsOf(obeyable(metric)).updates) {
    throw new RangeError(`invalid metric: ${shown(metric)} (of evaluations)`);
  }
  return metric;
}
