/** What each trial of a study came to, by the study's metric. */
import type { Metric, Mode } from "../../criteria/criterion.ts";
import { bestRow } from "../../curves/best.ts";
import type { StudyRecord, TrialRecord } from "../study_record.ts";

/** No trial of a study reports the metric that the study is judged by. */
export class UnreportedMetric extends Error {
  override readonly name = "UnreportedMetric";
  constructor(readonly metric: Metric, readonly has: readonly Metric[]) {
    super(`unreported metric: ${metric} (the trials report ${has.join(", ") || "nothing"})`);
  }
}

/** A trial by its best evaluation. Plain data. */
export interface TrialResult {
  readonly trial: TrialRecord;
  /** its best finite value of the metric; null when there is none */
  readonly best: number | null;
  readonly bestStep: number | null;
  /** the last step that was recorded, of an update or an evaluation; 0 when nothing was */
  readonly lastStep: number;
}

/** Whether a trial used all that it was given, so that its best step says something of the length. */
export const usedAll = ({ trial: { state, maxSteps } }: TrialResult): boolean =>
  state === "done" && maxSteps !== null;

/** Whether a trial diverged, failed, or came to its end without a finite value. */
export const isLost = ({ trial: { state }, best }: TrialResult): boolean =>
  state === "diverged" || state === "failed" || state === "done" && best === null;

/** Whether `a` is better than `b`. */
export const isBetter = (a: number, b: number, mode: Mode): boolean => mode === "min" ? a < b : a > b;

/** How much better `a` is than `b`, in the metric's unit: above 0 when it is, whichever way is better. */
export const gainOf = (a: number, b: number, mode: Mode): number => mode === "min" ? b - a : a - b;

/**
 * The best evaluation of each trial, in the order of the trials.
 * @throws UnreportedMetric `unreported metric: validation.f1 (the trials report validation.loss, …)` where trials
 * evaluated something, and none of them this
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const bests = (study: StudyRecord) => trialResults(study).map(({ best }) => best);
 * ```
 */
export function trialResults({ trials, metric, mode }: StudyRecord): TrialResult[] {
  const has = new Set(trials.flatMap(({ trajectory }) => Object.keys(trajectory.evaluations.metrics)));
  if (has.size > 0 && !has.has(metric)) throw new UnreportedMetric(metric, [...has]);
  return trials.map((trial) => {
    const { updates, evaluations } = trial.trajectory, values = evaluations.metrics[metric];
    const row = values === undefined ? -1 : bestRow(values, mode);
    return {
      trial,
      best: row < 0 ? null : values[row],
      bestStep: row < 0 ? null : evaluations.step[row],
      lastStep: Math.max(updates.step.at(-1) ?? 0, evaluations.step.at(-1) ?? 0),
    };
  });
}

/** Those with a finite best, the best first; equals by their numbers. */
export function ranked(results: readonly TrialResult[], mode: Mode): (TrialResult & { best: number })[] {
  const measured = results.filter((result): result is TrialResult & { best: number } => result.best !== null);
  return measured.sort((a, b) =>
    a.best === b.best ? a.trial.number - b.trial.number : isBetter(a.best, b.best, mode) ? -1 : 1
  );
}
