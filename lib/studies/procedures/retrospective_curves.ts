/** What retrospective selection keeps with more and more steps, for each metric. */
import type { Metric, Mode } from "../../criteria/criterion.ts";
import { bestRow } from "../../curves/best.ts";
import type { StudyRecord } from "../study_record.ts";
import { isBetter } from "./trial_results.ts";

/** What a study would be worth had it been cut at each step, by one metric. Plain data. */
export interface RetrospectiveCurve {
  readonly metric: Metric;
  readonly mode: Mode;
  /** evaluations of all trials, in order */
  readonly step: readonly number[];
  /** best of all checkpoints up to there, by this metric: it never degrades */
  readonly kept: readonly number[];
  /** this metric at the checkpoint that the study's own metric keeps: it may degrade where the two disagree */
  readonly beside: readonly number[];
  /** of the last evaluation of the trial whose last is best by then: what is kept without selection */
  readonly last: readonly number[];
}

/**
 * What retrospective selection keeps with more and more steps, for each metric of the validation set that the trials
 * report: loss, accuracy, precision, recall, F1 and AUC alike. Selected by itself no metric can degrade; beside it stand
 * the same metric at the checkpoint that the study's metric selects, and without any selection.
 * @param modes which way each metric is better
 * @param metrics default all that every trial reports and that have a mode
 * @example
 * ```ts
 * import { modeOf } from "../../curves/logged_metrics.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const curves = (study: StudyRecord) => retrospectiveCurves(study, modeOf);
 * ```
 */
export function retrospectiveCurves(
  study: StudyRecord,
  modes: (metric: Metric) => Mode,
  metrics: readonly Metric[] = reported(study),
): RetrospectiveCurve[] {
  return metrics.map((metric) =>
    curveOf(study, metric, metric === study.metric ? study.mode : modes(metric))
  );
}

/** The metrics of the validation set that every trial with an evaluation reports. */
function reported({ trials, metric }: StudyRecord): Metric[] {
  const measured = trials.filter(({ trajectory }) => trajectory.evaluations.step.length > 0);
  const named = measured.map(({ trajectory }) => Object.keys(trajectory.evaluations.metrics));
  const prefix = metric.split(/[._/]/)[0];
  return (named[0] ?? []).filter((name) =>
    name.startsWith(prefix) && named.every((names) => names.includes(name))
  );
}

function curveOf(study: StudyRecord, metric: Metric, mode: Mode): RetrospectiveCurve {
  const rows = study.trials.flatMap(({ number, trajectory: { evaluations } }) =>
    Array.from(evaluations.step, (step, row) => ({
      number,
      step,
      value: evaluations.metrics[metric]?.[row] ?? NaN,
      own: evaluations.metrics[study.metric]?.[row] ?? NaN,
    }))
  ).sort((a, b) => a.step - b.step || a.number - b.number);
  const curve = { step: [] as number[], kept: [] as number[], beside: [] as number[], last: [] as number[] };
  const lasts = new Map<number, number>();
  let kept = NaN, own = NaN, beside = NaN;
  rows.forEach(({ number, step, value, own: mine }, i) => {
    if (Number.isFinite(value) && !(isBetter(kept, value, mode) || kept === value)) kept = value;
    if (Number.isFinite(mine) && !(isBetter(own, mine, study.mode) || own === mine)) {
      [own, beside] = [mine, value];
    }
    lasts.set(number, value);
    if (rows[i + 1]?.step === step) return;
    const values = [...lasts.values()], row = bestRow(values, mode);
    curve.step.push(step);
    curve.kept.push(kept);
    curve.beside.push(beside);
    curve.last.push(row < 0 ? NaN : values[row]);
  });
  return { metric, mode, ...curve };
}
