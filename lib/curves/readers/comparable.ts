/** Which of several logged runs are compared with each other. */
import type { Metric, Mode } from "../../criteria/criterion.ts";
import { metricNamed, obeyable, requireMetrics, UnknownMetric } from "../../criteria/metric.ts";
import type { LogFormat, LoggedRun } from "../logged.ts";
import { modeOf, NoValidationMetric } from "../logged_metrics.ts";
import type { Trajectory } from "../trajectory.ts";
import { type Replayable, trajectoryOf, type TrajectoryOptions } from "../trajectory_of.ts";

/** A run as it was logged or trained here, and as a recording. */
export interface Comparable extends Replayable {
  readonly run: Pick<LoggedRun, "name" | "batches" | "warnings"> & {
    readonly source: { readonly format: LogFormat | "training"; readonly path: string };
  };
}
/** Runs that are compared: of one metric, counted alike, and from paths that differ only in numbers. */
export interface Comparison {
  readonly metric: Metric;
  readonly mode: Mode;
  readonly counts: Replayable["counts"];
  readonly runs: readonly Comparable[];
}
export interface Comparisons {
  readonly comparisons: readonly Comparison[];
  /** runs that cannot be judged, and why */
  readonly skipped: readonly { readonly name: string; readonly because: string }[];
}
export interface ComparableOptions extends TrajectoryOptions {
  /** default by the metric's name */
  readonly mode?: Mode;
  /** wherever they lie; default false */
  readonly together?: boolean;
}

/**
 * Logged runs as recordings, in groups that are compared. Runs that differ in more than numbers in their paths are
 * taken for different tasks: `seed1/log.csv` and `seed2/log.csv` are compared, `cifar/log.csv` and `mnist/log.csv` are not.
 * So with the names of several runs in one CSV file.
 * @throws RangeError for a test metric
 * @example
 * ```ts
 * import type { LoggedRun } from "../logged.ts";
 * const groups = (runs: LoggedRun[]) => comparable(runs).comparisons.length;
 * ```
 */
export function comparable(runs: readonly LoggedRun[], options: ComparableOptions = {}): Comparisons {
  const inFile = Map.groupBy(runs, ({ source }) => source.path);
  const groups = new Map<string, Comparable[]>(), skipped: { name: string; because: string }[] = [];
  for (const run of runs) {
    try {
      const made = { run, ...trajectoryOf(run, options) };
      const { trajectory: { evaluations }, metric, counts } = made;
      if (evaluations.step.length === 0) {
        skipped.push({ name: run.name, because: `${metric} was never measured after the first update` });
        continue;
      }
      const { source: { format, path }, name } = run;
      // Many runs of one table are told apart by its words; other tools make names of words drawn at random.
      const isRow = format === "csv" && inFile.get(path)!.length > 1;
      const kin = [kinOf(path), isRow ? kinOf(name) : ""];
      const key = JSON.stringify([metric, counts, options.together ? "" : kin]);
      groups.set(key, [...groups.get(key) ?? [], made]);
    } catch (error) {
      if (!(error instanceof NoValidationMetric || error instanceof UnknownMetric)) throw error;
      skipped.push({ name: run.name, because: error.message });
    }
  }
  const comparisons = Array.from(groups.values(), (runs): Comparison => {
    const [{ metric, mode, counts }] = runs;
    return { metric, mode: options.mode ?? mode, counts, runs };
  });
  return { comparisons, skipped };
}

/**
 * Trainings that were recorded here, as one group: all of them are compared.
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`; RangeError for a test metric
 * @example
 * ```ts
 * import type { Trajectory } from "../trajectory.ts";
 * const group = (seeds: Trajectory[]) => comparableTrainings(seeds).comparisons[0];
 * ```
 */
export function comparableTrainings(
  trajectories: readonly Trajectory[],
  { metric: named = "validation.loss", mode = modeOf(named) }: ComparableOptions = {},
): Comparisons {
  const metric = obeyable(metricNamed(named)), counts = "updates";
  const runs = trajectories.map((trajectory): Comparable => {
    const has = Object.keys(trajectory.evaluations.metrics), { name } = trajectory;
    requireMetrics([metric], has);
    const source = { format: "training", path: name } as const;
    return {
      run: { name, source, batches: {}, warnings: [] },
      trajectory,
      metric,
      mode,
      metrics: Object.fromEntries(has.map((metric) => [metric, metric])),
      counts,
      warnings: [],
    };
  });
  return { comparisons: runs.length === 0 ? [] : [{ metric, mode, counts, runs }], skipped: [] };
}

/** A path without its numbers, dates and ids: `cnn_seed1/0.01` is `cnn seed/`. */
const kinOf = (path: string): string =>
  path.split("/").map((part) =>
    part.split(/[_.\s-]/).map(withoutNumber).filter((word) => word !== "").join(" ")
  ).join("/");

const month = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\d+$/i;

/** `resnet` of `resnet50`; nothing of a number, a day, and what is drawn at random: hexadecimal, or digits amid letters. */
function withoutNumber(word: string): string {
  const isId = /^[\da-f]{4,}$/i.test(word) || /\d[a-z]+\d|[a-z]\d+[a-z]/i.test(word);
  if (isId || /^\d+[a-z]?$/i.test(word) || month.test(word)) return "";
  return word.replace(/^\d+|\d+$/g, "");
}
