/** How many steps a target takes against what makes gradients noisy: batch size, augmentation, dropout. */
import { valueText } from "../../criteria/observed.ts";
import { median } from "../../curves/median.ts";
import { countedText, countText } from "../../durations.ts";
import { finite } from "../../option_checks.ts";
import type { ParameterValue } from "../space.ts";
import type { StudyRecord, TrialRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";
import { type CriticalBatch, criticalBatch } from "./noise_scale.ts";
import { isBetter, ranked, trialResults } from "./trial_results.ts";

export interface GradientVarianceOptions {
  /** value of the study's metric that has to be reached; default the median of the trials' bests: half of them reach it */
  readonly target?: number;
  /** parameters that are looked at; default those whose names say batch, augmentation, dropout, mix-up or noise */
  readonly parameters?: readonly string[];
}
/** Trials with one value of a parameter. */
export interface VarianceGroup {
  readonly value: ParameterValue;
  readonly trials: number;
  readonly reached: number;
  /** median steps to the target, those that never reached it as the longest; null when half of them never did */
  readonly steps: number | null;
}
/** One parameter. Plain data. */
export interface VarianceEffect {
  readonly parameter: string;
  readonly groups: readonly VarianceGroup[];
  /** whether each value was tried with the same other parameters: otherwise those may explain what differs */
  readonly matched: boolean;
  /** of a batch size: where larger ones save no more steps; null where it cannot be told */
  readonly critical: CriticalBatch | null;
}
export interface GradientVariance {
  readonly target: number;
  readonly effects: readonly VarianceEffect[];
}

const NOISY = /batch|accumulat|augment|dropout|mixup|noise|shift|rotation|crop|flip|smoothing/i;

/**
 * Steps that a target took, by the parameters that change the variance of gradients. Smaller batches, augmentation and
 * dropout make it larger, and more steps are needed. A trial that never reached the target counts as one that takes
 * longer than all that did.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on gradient variance and the number of steps; the critical batch is that
 * of McCandlish et al. 2018.
 * @returns null where nothing was measured
 * @throws UnreportedMetric; RangeError `invalid target: NaN (a number)`
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const effects = (study: StudyRecord) => gradientVariance(study, { parameters: ["batch"] })?.effects;
 * ```
 */
export function gradientVariance(
  study: StudyRecord,
  { target: given, parameters }: GradientVarianceOptions = {},
): GradientVariance | null {
  const results = ranked(trialResults(study), study.mode);
  if (results.length === 0) return null;
  const target = given === undefined ? median(results.map(({ best }) => best)) : finite("target", given);
  const names = [...new Set(study.trials.flatMap((trial) => Object.keys(trial.parameters)))].sort();
  const effects = (parameters ?? names.filter((name) => NOISY.test(name))).flatMap((parameter) => {
    const effect = effectOf(parameter, study, target);
    return effect.groups.length < 2 ? [] : [effect];
  });
  return { target, effects };
}

/** The first step at which a trial was as good as the target; Infinity when it never was. */
function stepsTo(target: number, { trajectory: { evaluations } }: TrialRecord, study: StudyRecord): number {
  const values = evaluations.metrics[study.metric] ?? [];
  const row = values.findIndex((value) => value === target || isBetter(value, target, study.mode));
  return row < 0 ? Infinity : evaluations.step[row];
}

function effectOf(parameter: string, study: StudyRecord, target: number): VarianceEffect {
  const withIt = study.trials.filter(({ parameters }) => parameters[parameter] !== undefined);
  const byValue = [...Map.groupBy(withIt, ({ parameters }) => parameters[parameter])].sort(([a], [b]) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1
  );
  const groups = byValue.map(([value, trials]): VarianceGroup => {
    const steps = trials.map((trial) => stepsTo(target, trial, study)), middle = median(steps);
    return {
      value,
      trials: trials.length,
      reached: steps.filter(Number.isFinite).length,
      steps: Number.isFinite(middle) ? middle : null,
    };
  });
  const others = byValue.map(([, trials]) =>
    trials.map(({ parameters }) => JSON.stringify(sorted({ ...parameters, [parameter]: null }))).sort().join()
  );
  const points = groups.flatMap(({ value, steps }) =>
    typeof value === "number" && value > 0 && steps !== null ? [{ batch: value, steps }] : []
  );
  const isBatch = /batch/i.test(parameter);
  return {
    parameter,
    groups,
    matched: new Set(others).size === 1,
    critical: isBatch ? criticalBatch(points) : null,
  };
}

const sorted = (parameters: Readonly<Record<string, ParameterValue>>) =>
  Object.entries(parameters).sort(([a], [b]) => a < b ? -1 : 1);

/**
 * A finding for each parameter whose values differ in the steps that they needed, the largest ratio first.
 * @example
 * ```ts
 * import { gradientVariance } from "./gradient_variance.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const texts = (study: StudyRecord) =>
 *   gradientVarianceFindings(study, gradientVariance(study)!).map(({ text }) => text);
 * ```
 */
export function gradientVarianceFindings(
  { metric }: StudyRecord,
  { target, effects }: GradientVariance,
): Finding<"gradientVariance", VarianceEffect>[] {
  const told = effects.flatMap((effect) => {
    const known = effect.groups.filter(({ steps }) => steps !== null).sort((a, b) => a.steps! - b.steps!);
    const [fast, slow] = [known[0], known.at(-1)];
    return slow === undefined || slow.steps === fast.steps ? [] : [{ effect, fast, slow }];
  });
  return told.sort((a, b) => b.slow.steps! / b.fast.steps! - a.slow.steps! / a.fast.steps!)
    .map(({ effect, fast, slow }) => {
      const { parameter, matched, critical } = effect;
      const beside = matched ? "" : "; other parameters differ too, and may explain it";
      const batch = critical === null
        ? ""
        : `; the critical batch is about ${countText(Math.round(critical.criticalBatch))}`;
      return {
        kind: "gradientVariance",
        text: `With ${parameter} ${String(slow.value)} ${metric} ${valueText(target)} took ${
          countText(slow.steps!)
        } steps (median of ${countedText(slow.trials, "trial")}), with ${String(fast.value)} it took ${
          countText(fast.steps!)
        }${batch}${beside}.`,
        evidence: effect,
        action: `Choose the number of steps anew when ${parameter} is changed.`,
      };
    });
}
