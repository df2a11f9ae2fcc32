/** The first guess of how many steps a training needs: a plan of two studies, and what their record says. */
import { batchPlan, updatesPerEpoch } from "../../batch_plan.ts";
import { valueText } from "../../criteria/observed.ts";
import type { Trajectory } from "../../curves/trajectory.ts";
import { countedText, countText } from "../../durations.ts";
import { aboveZero, whole } from "../../option_checks.ts";
import { resolve } from "../../schedules/resolve.ts";
import type { Study } from "../study.ts";
import type { StudyRecord } from "../study_record.ts";
import { somePoints } from "../some_points.ts";
import { type Border, borderCheck } from "./border_check.ts";
import type { Finding } from "./finding.ts";
import { regularises, unregularised } from "./unregularised.ts";

export interface InitialStepsOptions {
  /** rates of the sweep, lowest and highest; default the thirtieth and the thirtyfold of the schedule's peak */
  readonly rates?: { readonly min: number; readonly max: number };
  /** trials of the search, no more than its space has points, and of the sweep; default 16 and 12 */
  readonly search?: number;
  readonly sweep?: number;
}
/** The studies to run, in order. Plain data, but for the spec's data. */
export interface InitialStepsPlan {
  /** looks for settings that fit the training set perfectly within N steps */
  readonly search: Study;
  /** the same at constant rates: with the settings that the search found put into its spec, or with the spec as it is */
  readonly sweep: Study;
  /** what was taken out of the spec, as `model.dropout 0.2` */
  readonly removed: readonly string[];
}

/**
 * Plans the search for an initial number of steps: settings that fit the training set perfectly within N steps, then a
 * sweep of constant rates at N steps with those, both without augmentation and regularisation. N is the study's budget, for
 * which its schedule is made: as much as can be afforded for a first look.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on the initial value of `max_train_steps`.
 * @throws RangeError `invalid rates.max: 0.1 (above rates.min, 0.1)`
 * @example
 * ```ts
 * import type { Study } from "../study.ts";
 * const studies = (study: Study) => planInitialSteps(study, { sweep: 16 });
 * ```
 */
export function planInitialSteps(study: Study, options: InitialStepsOptions = {}): InitialStepsPlan {
  const { spec, removed } = unregularised(study.spec);
  const { data, batch, remainder = "train", accumulate } = spec;
  const { peak } = resolve(spec.schedule, batchPlan(data.training.count, batch, remainder, accumulate));
  const { min, max } = options.rates ?? { min: peak / 30, max: peak * 30 };
  aboveZero("rates.min", min);
  if (!(max > min)) throw new RangeError(`invalid rates.max: ${max} (above rates.min, ${min})`);
  const space = Object.fromEntries(Object.entries(study.space).filter(([path]) => !regularises(path)));
  const rates = whole("sweep", options.sweep ?? 12, 3);
  const common = { ...study, spec, policy: null, pruner: null, seeds: [study.seeds?.[0] ?? 0] };
  return {
    search: {
      ...common,
      name: `${study.name}: perfect fit`,
      space,
      ...somePoints({ ...study, space }, whole("search", options.search ?? 16, 1)),
    },
    sweep: {
      ...common,
      name: `${study.name}: constant rates`,
      spec: { ...spec, schedule: { kind: "constant", rate: Math.sqrt(min * max) } },
      space: { "schedule.rate": { kind: "float", min, max, log: true } },
      sampler: { kind: "grid", levels: rates }, // with both ends: whether the best lies on one is what is asked
      trials: rates,
    },
    removed,
  };
}

export interface PerfectFit {
  readonly number: number;
  readonly name: string;
  /** updates after which the mean training loss stayed at the bar for a window */
  readonly steps: number;
  readonly rate: number | null;
}
/** Plain data. */
export interface InitialSteps {
  /** the training loss that counts as perfect */
  readonly bar: number;
  /** `told`: the bar that was given; `attained`: no trial came to it, so it is a tenth above the lowest that any did */
  readonly by: "told" | "attained";
  /** trials that came to the bar, fastest first */
  readonly fits: readonly PerfectFit[];
  readonly trials: number;
  /** steps of the fastest: the first guess; null when no trial recorded a training loss */
  readonly steps: number | null;
  /** of the rate, by how fast it fits; null where fewer than three trials fit */
  readonly border: Border | null;
}

/** A mean training loss of so little is a perfect fit. */
const PERFECT = 0.01;
/** Share above the lowest loss at which the best attainable counts as attained. */
const ATTAINED = 1.1;

/**
 * Reads a search or a sweep: the fastest trial whose mean training loss over an epoch (a fiftieth of its recording where
 * epochs are not known) came to a perfect fit gives the first guess. Where no trial came to it, the best attainable takes
 * its place, and that is said.
 * @param perfect mean training loss that counts as perfect, in the loss' unit; default 0.01
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const guess = (sweep: StudyRecord) => readInitialSteps(sweep).steps;
 * ```
 */
export function readInitialSteps(study: StudyRecord, perfect = PERFECT): InitialSteps {
  aboveZero("perfect", perfect);
  const smooth = study.trials.map(({ trajectory }) => windowMeans(trajectory));
  const lowest = smooth.reduce((least, { mean }) => mean.reduce((a, b) => Math.min(a, b), least), Infinity);
  const by = lowest <= perfect ? "told" : "attained", bar = by === "told" ? perfect : lowest * ATTAINED;
  const fits = study.trials.flatMap(({ number, name, parameters }, i): PerfectFit[] => {
    const row = smooth[i].mean.findIndex((mean) => mean <= bar), rate = parameters["schedule.rate"];
    if (row < 0) return [];
    return [{ number, name, steps: smooth[i].step[row], rate: typeof rate === "number" ? rate : null }];
  }).sort((a, b) => a.steps - b.steps || a.number - b.number);
  return {
    bar,
    by,
    fits,
    trials: study.trials.length,
    steps: fits[0]?.steps ?? null,
    border: rateBorder(study, fits),
  };
}

/** Where the fastest lies among the rates that were searched: the same check, with the steps of each trial as its result. */
function rateBorder(study: StudyRecord, fits: readonly PerfectFit[]): Border | null {
  const trials = study.trials.flatMap((trial) => {
    const fit = fits.find(({ number }) => number === trial.number);
    if (fit === undefined) return [];
    const one = Float64Array.of(fit.steps), { trajectory } = trial;
    const evaluations = { ...trajectory.evaluations, step: one, metrics: { steps: one }, standardErrors: {} };
    return [{ ...trial, trajectory: { ...trajectory, evaluations } }];
  });
  const check = borderCheck({ ...study, metric: "steps", mode: "min", trials });
  return check.borders.find(({ parameter }) => parameter === "schedule.rate") ?? null;
}

/** Means of the training loss over a window, by the step at which each window ends. */
function windowMeans({ updates: { step, loss }, batches }: Trajectory): { step: number[]; mean: number[] } {
  const epoch = batches === null ? loss.length / 50 : updatesPerEpoch(batches);
  const window = Math.max(1, Math.min(Math.round(epoch), loss.length));
  const steps: number[] = [], means: number[] = [];
  let sum = 0, broken = 0; // values in the window that are no numbers
  for (let i = 0; i < loss.length; i++) {
    if (Number.isFinite(loss[i])) sum += loss[i];
    else broken++;
    const out = i - window;
    if (out >= 0) {
      if (Number.isFinite(loss[out])) sum -= loss[out];
      else broken--;
    }
    if (i < window - 1 || broken > 0) continue;
    steps.push(step[i]);
    means.push(sum / window);
  }
  return { step: steps, mean: means };
}

/**
 * The first guess in a sentence, with what to do when the rate is on the border.
 * @example
 * ```ts
 * import { readInitialSteps } from "./initial_steps.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (sweep: StudyRecord) => initialStepsFinding(readInitialSteps(sweep)).text;
 * ```
 */
export function initialStepsFinding(
  found: InitialSteps,
): Finding<"initialSteps" | "noFit", InitialSteps> {
  const { steps, fits, trials, bar, by, border } = found;
  if (steps === null) {
    return {
      kind: "noFit",
      text: `None of ${countedText(trials, "trial")} recorded a training loss over a whole window.`,
      evidence: found,
      action: "Give each trial at least one epoch, and record its training loss.",
    };
  }
  const rate = fits[0].rate === null ? "" : ` at a rate of ${valueText(fits[0].rate)}`;
  const what = by === "told" ? "a perfect fit" : "the best attainable fit (none was perfect)";
  const side = border?.side ?? null;
  const edge = side === null
    ? ""
    : `, but that rate lies on the ${side === "min" ? "lower" : "upper"} border of what was searched`;
  return {
    kind: "initialSteps",
    text: `The fastest of ${countedText(trials, "trial")} came to ${what}, a training loss of ${
      valueText(+bar.toPrecision(3))
    }, in ${countText(steps)} steps${rate}${edge}.`,
    evidence: found,
    action: side !== null
      ? `Sweep ${side === "min" ? "lower" : "higher"} rates before the number is trusted.`
      : by === "attained"
      ? "Raise N until a trial fits the training set, or take this number as a lower bound."
      : `Begin with ${
        countText(steps)
      } steps, correct them by where the best steps fall, and find them again when the ` +
        "batch size, what is done to the data, the model or the optimizer changes.",
  };
}
