/** The main figure: validation against training time, with the place where each policy stops. */
import type { Mode } from "../criteria/criterion.ts";
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import { epochAt } from "../batch_plan.ts";
import type { PolicyKind } from "../policies/policy.ts";
import { blocks, wrapParts } from "./blocks.ts";
import type { Chart } from "./chart.ts";
import { decimals, onAxis, positionText } from "./format.ts";
import { drawLearningCurves } from "./learning_marks.ts";
import { type Judgements, type PolicyStops, policyStops } from "./policy_stops.ts";
import { seedsWord } from "./seeds_word.ts";
import { nearestRow, type Place, type Series, seriesOf } from "./series.ts";
import { trainingLine } from "./training_line.ts";
import type { XScale } from "./frame.ts";
import { type Progress, xScale } from "./x_scale.ts";
import { yDomain } from "./y_domain.ts";

/** Trainings that a policy changes, such as those whose rate is reduced on plateau. */
export interface Changed {
  readonly trajectories: readonly Trajectory[];
  /** as people say it: "LR on plateau" */
  readonly name: string;
  readonly kind: PolicyKind;
}
export interface LearningCurvesOptions {
  /** one per seed; may still grow, and may be empty */
  readonly trajectories: readonly Trajectory[];
  /** what replay says, one list per trajectory; those of `changed.kind` belong to the changed trainings */
  readonly judgements?: Judgements;
  /** default `validation.loss` */
  readonly metric?: string;
  /** which way is better; default `max` for an accuracy, otherwise `min` */
  readonly mode?: Mode;
  /** default `step` */
  readonly axis?: Axis;
  /** weight of the moving average, 0 to below 1; default 0. Best and stops are always from raw values */
  readonly smoothing?: number;
  readonly changed?: Changed;
  /** events of trainings that still run: their cap ends the x axis */
  readonly progress?: Progress | readonly Progress[];
}
/** All that is drawn, gathered once and drawn at any size. */
export interface LearningCurves {
  readonly scale: XScale;
  readonly main: Series;
  readonly changed: (Series & { readonly name: string; readonly kind: PolicyKind }) | null;
  readonly training: ReturnType<typeof trainingLine> | null;
  readonly stops: readonly PolicyStops[];
  readonly mode: Mode;
  readonly smoothing: number;
  /** `validation` of `validation.loss` */
  readonly label: string;
  yDomain(whole: boolean): [number, number];
}

/**
 * Learning curves: the validation metric in ink (median and range from three seeds on, single lines below),
 * the training loss quiet behind it, a marker where each policy stops, and the best in hindsight.
 *
 * Errors: `invalid smoothing: 1 (0 to below 1)`, `unknown metric: val_los (has validation.loss, …)`.
 *
 * @example
 * ```ts
 * import { learningCurves } from "./learning_curves.ts";
 * learningCurves({ trajectories: [], axis: "epoch" }).empty; // "Waiting for the first evaluation."
 * ```
 */
export function learningCurves(options: LearningCurvesOptions): Chart {
  const { trajectories, metric = "validation.loss", axis = "step", progress } = options;
  validate(options, metric);
  const curves = gather(options, metric, axis);
  const { main, changed, stops } = curves;
  const title = titleOf(metric);
  const waiting = main.seeds === 0 && (changed?.seeds ?? 0) === 0;
  const done = trajectories.length > 0 && trajectories.every((run) => run.end !== null);
  const waitingText = done
    ? `No finite ${title.toLowerCase()} was recorded.`
    : "Waiting for the first evaluation.";
  const best = bestText(main, curves, trajectories);
  const meta = metaOf(main, trajectories);
  const live = [...trajectories, ...(options.changed?.trajectories ?? [])].some((run) => run.end === null);
  const head = [meta, live ? "" : beyondText(stops)].filter((part) => part !== "").join("; ");
  return {
    type: "chart",
    title,
    ...(head === "" ? {} : { meta: head }),
    alt: waiting ? `${title}: ${waitingText}` : altOf(title, meta, curves, best, live),
    ...(best === null ? {} : { rest: best }),
    group: `training:${axis}`,
    legend: stops.filter(({ median }) => median !== null)
      .map(({ kind, policy, median }) => ({ kind, label: `${policy} ${onAxis(median, axis)}` })),
    options: (size) => drawLearningCurves(curves, size, waiting ? waitingText : null),
    readout: (x) => readout(curves, trajectories, x),
    stops: main.x,
    text: (columns) =>
      waiting
        ? wrapParts([title, waitingText], columns).join("\n")
        : print(title, meta, curves, best, live, columns),
    // Axes are drawn at their final size while the cap is known; without it there is nothing to hold the place.
    ...(waiting && (done || progress === undefined) ? { empty: waitingText } : {}),
  };
}

function gather(options: LearningCurvesOptions, metric: string, axis: Axis): LearningCurves {
  const { trajectories, judgements = [], changed, progress, smoothing = 0 } = options;
  const mode = options.mode ?? (metric.endsWith("accuracy") ? "max" : "min");
  const scale = xScale({ trajectories: [...trajectories, ...(changed?.trajectories ?? [])], axis, progress });
  const main = seriesOf(trajectories, metric, mode, axis);
  const other = changed === undefined
    ? null
    : { ...seriesOf(changed.trajectories, metric, mode, axis), name: changed.name, kind: changed.kind };
  // Only a loss shares its axis with the training loss.
  const training = metric.endsWith("loss") ? trainingLine(trajectories, axis, smoothing) : null;
  const series = other === null ? [main] : [main, other];
  return {
    scale,
    main,
    changed: other,
    training,
    stops: policyStops(judgements, axis),
    mode,
    smoothing,
    label: metric.split(".")[0],
    yDomain: (whole) => yDomain({ series, training, mode, xMax: scale.max, whole }),
  };
}

/** `median and range of 3 seeds`, `2 runs`, the name of one; while some still run, how many are done. */
function metaOf(main: Series, trajectories: readonly Trajectory[]): string {
  if (main.seeds === 0) return "";
  const lost = main.diverged.length > 0 && main.diverged.length < trajectories.length
    ? `, ${main.diverged.length} diverged`
    : "";
  const done = trajectories.filter((run) => run.end !== null).length;
  const progress = done < trajectories.length && trajectories.length > 1
    ? `, ${done} of ${trajectories.length} done`
    : lost;
  const word = seedsWord(trajectories.map(({ seed }) => seed));
  if (main.banded) return `median and range of ${main.seeds} ${word}${progress}`;
  const one = trajectories.find((run) => run.evaluations.step.length > 0) ?? trajectories[0];
  return `${main.seeds === 1 ? one.name : `${main.seeds} ${word}`}${progress}`;
}

/** `Early stopping goes on past the recording`: what a figure of marks would leave out. */
function beyondText(stops: readonly PolicyStops[]): string {
  const beyond = stops.filter(({ median }) => median === null).map(({ policy }) => policy);
  if (beyond.length === 0) return "";
  if (beyond.length === 1) return `${beyond[0]} goes on past the recording`;
  const who = beyond.length === 2 ? beyond.join(" and ") : `${beyond.length} policies`;
  return `${who} go on past the recording`;
}

/** `best 0.846 at step 5,200, epoch 13.3`; of several seeds `best median`, as a seed's own best is better. */
function bestText(
  main: Series,
  { scale }: LearningCurves,
  trajectories: readonly Trajectory[],
): string | null {
  if (main.best === null) return null;
  const word = main.seeds > 1 ? "best median" : "best";
  return `${word} ${decimals(main.best.y)} at ${placeParts(main.best, scale, trajectories).join(", ")}`;
}

/** A place in the axis' unit first, then in steps and epochs. */
function placeParts({ step, x }: Place, scale: XScale, trajectories: readonly Trajectory[]): string[] {
  const parts = scale.axis === "step" ? [] : [positionText(x, scale.axis)], [{ batches }] = trajectories;
  parts.push(positionText(step, "step"));
  if (scale.axis === "step" && scale.updatesPerEpoch !== null && batches) {
    parts.push(positionText(epochAt(batches, step), "epoch"));
  }
  return parts;
}

function readout(curves: LearningCurves, trajectories: readonly Trajectory[], at: number): string | null {
  const { main, changed, scale, label, training } = curves;
  if (main.x.length === 0) return null;
  const row = nearestRow(main, at);
  const place = { step: main.step[row], x: main.x[row], y: main.middle[row] };
  const range = main.high[row] > main.low[row]
    ? ` (${decimals(main.low[row])}–${decimals(main.high[row])})`
    : "";
  const parts = [...placeParts(place, scale, trajectories), `${label} ${decimals(place.y)}${range}`];
  const update = training === null ? -1 : training.x.findIndex((x) => x >= place.x);
  if (training !== null && update >= 0) parts.push(`training ${decimals(training.y[update])}`);
  if (changed !== null && changed.x.length > 0) {
    parts.push(`${changed.name} ${decimals(changed.middle[nearestRow(changed, place.x)])}`);
  }
  return parts.join("   ");
}

function altOf(
  title: string,
  meta: string,
  curves: LearningCurves,
  best: string | null,
  live: boolean,
): string {
  const { main, changed, stops, scale } = curves;
  const from = decimals(main.middle[0] ?? NaN);
  const parts = [`${title} by ${scale.axis === "seconds" ? "time" : scale.axis}, ${meta}: begins at ${from}`];
  if (best !== null) parts.push(best);
  parts.push(`ends at ${decimals(main.middle.at(-1) ?? NaN)}`);
  const sentences = [parts.join(", ")];
  if (changed?.best) sentences.push(`${changed.name} reaches ${decimals(changed.best.y)}`);
  for (const stop of stops) sentences.push(stopSentence(stop, scale.axis, live, main.x[0]));
  if (main.diverged.length > 0) sentences.push(`${main.diverged.length} diverged`);
  return `${sentences.join(". ")}.`;
}

function stopSentence(
  { policy, median, censored, seeds }: PolicyStops,
  axis: Axis,
  live: boolean,
  firstEvaluation: number,
): string {
  if (median === null) return live ? `${policy} has not stopped yet` : `${policy} goes on past the recording`;
  const before = median < firstEvaluation ? ", before the first evaluation" : "";
  return `${policy} stops at ${positionText(median, axis)}${before}${
    censored > 0 ? ` in ${seeds - censored} of ${seeds} seeds` : ""
  }`;
}

function print(
  title: string,
  meta: string,
  curves: LearningCurves,
  best: string | null,
  live: boolean,
  columns: number,
): string {
  const { main, stops, scale } = curves;
  const values = main.middle;
  const [low, high] = curves.yDomain(false);
  const [first, last] = [decimals(values[0]), decimals(values.at(-1) ?? NaN)];
  const line = blocks(values, Math.max(0, Math.min(72, columns - first.length - last.length - 2)), high, low);
  const listed = stops.map(({ policy, median }) =>
    `${policy} ${median === null ? live ? "not yet" : "censored" : onAxis(median, scale.axis)}`
  );
  return [
    ...wrapParts([title, meta], columns),
    ...wrapParts([`${first} ${line} ${last}`], columns),
    ...wrapParts(best === null ? [] : [best], columns),
    ...wrapParts(listed, columns),
  ].join("\n");
}

/** `Validation loss` of `validation.loss`. */
function titleOf(metric: string): string {
  const words = metric.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function validate({ trajectories, changed, smoothing = 0 }: LearningCurvesOptions, metric: string): void {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`invalid smoothing: ${smoothing} (0 to below 1)`);
  }
  for (const { evaluations } of [...trajectories, ...(changed?.trajectories ?? [])]) {
    if (evaluations.metrics[metric] !== undefined || evaluations.step.length === 0) continue;
    throw new RangeError(`unknown metric: ${metric} (has ${Object.keys(evaluations.metrics).join(", ")})`);
  }
}
