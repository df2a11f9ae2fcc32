/** A recording from a run that another tool logged, so that policies can be replayed on it. */
import { epochAt, examplesAt } from "../batch_plan.ts";
import type { Metric, Mode } from "../criteria/criterion.ts";
import { metricNamed } from "../criteria/metric.ts";
import { valueText } from "../criteria/observed.ts";
import { rowAt } from "./axis.ts";
import { onAxis, planOf } from "./convert.ts";
import { countText } from "../durations.ts";
import type { Counting, LogFormat, LoggedBatches, LoggedRun, Series } from "./logged.ts";
import { median } from "./median.ts";
import { modeOf, rateTag, trainingTag, validationTag, validationTags } from "./logged_metrics.ts";
import type { Trajectory } from "./trajectory.ts";

export interface TrajectoryOptions {
  /** examples in one update; default what the log says */
  readonly batch?: number;
  /** examples in one epoch; default what the log says */
  readonly trainingExamples?: number;
  /** what policies are judged by: a tag, or its name here; default the validation loss */
  readonly metric?: Metric;
  /** tag of the training loss; default by its usual names */
  readonly training?: string;
}
/** A recording, and what was made of the log for it. */
export interface Replayable {
  readonly trajectory: Trajectory;
  /** by its name here, as `validation.loss` */
  readonly metric: Metric;
  readonly mode: Mode;
  /** the log's tags by the names that they have here */
  readonly metrics: Readonly<Record<Metric, string>>;
  /** what a step of the recording counts: updates, unless a log has only epochs or calls of its logger */
  readonly counts: Counting["unit"];
  /** what was left out, and what stands for something else */
  readonly warnings: readonly string[];
}
/** Rows of one series, by completed steps. */
interface Rows {
  readonly step: Float64Array;
  readonly value: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  readonly seconds: Float64Array;
}
const columns = ["epoch", "examples", "seconds"] as const;
/** Tools that evaluate before the update of the same number, and not after it: so many are done. */
const evaluatesBefore: ReadonlySet<LogFormat> = new Set<LogFormat>(["nanogpt", "llm.c"]);

/**
 * A recording from a logged run. Its evaluations are those of the chosen metric; of the other metrics those that were
 * measured at the same steps stand beside it. Its updates are those whose training loss was logged: a recording of a
 * log has no row for the others, and none is made up. Steps are completed updates; what was measured before the first
 * is left out. Where the log and the options do not tell how updates are cut, `batches` is null, and epochs and examples
 * are NaN unless the tool wrote them.
 * @throws UnknownMetric `unknown metric: val_los (has val_loss, …)`; NoValidationMetric `no validation metric: run 3
 * (has loss, lr; …)`; RangeError for a test metric
 * @example
 * ```ts
 * import type { LoggedRun } from "./logged.ts";
 * const recording = (run: LoggedRun) => trajectoryOf(run, { batch: 32, trainingExamples: 1_097 }).trajectory;
 * ```
 */
export function trajectoryOf(run: LoggedRun, options: TrajectoryOptions = {}): Replayable {
  const warnings: string[] = [], tags = Object.keys(run.series), tag = validationTag(run, options.metric);
  const loss = options.training ?? trainingTag(tags, run.series), rate = rateTag(tags);
  const batches = batchesOf(run, options), counting = countingOf(run, batches, warnings);
  const evaluated = rowsOf(evaluationsOf(run, tag === loss), tag, counting, batches, warnings);
  const others = tags.filter((other) => other !== tag && other !== loss && other !== rate);
  const { metrics, standardErrors, names } = metricsBeside(
    tag,
    evaluated,
    others.map((other) => [other, rowsOf(evaluationsOf(run, false), other, counting, batches, [])]),
  );
  const updated = rowsOf(run, loss, counting, batches, tag === loss ? [] : warnings);
  const rates = rowsOf(run, rate, counting, batches, []), metric = metricNamed(tag);
  const { batch, trainingExamples } = batches, isWritten = run.series[tag].examples !== undefined;
  if (counting.unit === "updates" && batch !== undefined && trainingExamples === undefined && !isWritten) {
    warnings.push(FULL_BATCHES);
  }
  warnings.push(...rateWarning(rates.value), ...lateWarning(evaluated.step, updated.step));
  if (options.metric === undefined) warnings.push(...othersWarning(tag, validationTags(tags)));
  if (tag === loss) {
    warnings.push(`${tag} is the training loss: it says what was fitted, not what was learned`);
  }
  const { step, epoch, examples, seconds } = evaluated;
  const trajectory: Trajectory = {
    name: run.name,
    seed: seedOf(run),
    batches: counting.unit === "updates" ? planOf(batches) : null,
    updates: {
      step: updated.step,
      epoch: updated.epoch,
      examples: updated.examples,
      seconds: updated.seconds,
      rate: updated.step.map((at) => rates.value[rowAt(rates.step, at)] ?? NaN),
      loss: updated.value,
    },
    evaluations: { step, epoch, examples, seconds, metrics, standardErrors },
    final: null,
    end: "stopped", // the log ends: nothing says that it diverged, and its values show it where it did
  };
  return { trajectory, metric, mode: modeOf(metric), metrics: names, counts: counting.unit, warnings };
}

/** Said where nothing tells how many examples an epoch's last batch has. */
const FULL_BATCHES = "examples are counted in full batches: an epoch's last may be shorter (tell --examples)";

/** What is known of the batches: what a person says stands before what the log says. */
function batchesOf({ batches }: LoggedRun, { batch, trainingExamples }: TrajectoryOptions): LoggedBatches {
  const { stepsPerEpoch, ...logged } = batches;
  const told = {
    ...(batch === undefined ? {} : { batch }),
    ...(trainingExamples === undefined ? {} : { trainingExamples }),
  };
  const replaced = batch !== undefined && trainingExamples !== undefined;
  return { ...logged, ...told, ...(stepsPerEpoch === undefined || replaced ? {} : { stepsPerEpoch }) };
}

const evaluationsOf = (run: LoggedRun, training: boolean): LoggedRun =>
  evaluatesBefore.has(run.source.format) && !training
    ? { ...run, counting: { ...run.counting, fromZero: false } }
    : run;

/** Epochs are made to updates where the batches are known; otherwise each stands for a step, which is said. */
function countingOf({ counting }: LoggedRun, batches: LoggedBatches, warnings: string[]): Counting {
  const { unit } = counting;
  if (unit === "updates") return counting;
  if (unit === "records") {
    warnings.push("steps are calls of the logger: the log does not count updates");
    return counting;
  }
  if (onAxis({ step: new Float64Array(), value: new Float64Array() }, "step", counting, batches)) {
    return { ...counting, unit: "updates" };
  }
  warnings.push("steps are epochs: the log does not count updates (tell --batch and --examples)");
  return counting;
}

/** A series by completed steps, once each and in order, from the first step on. */
function rowsOf(
  run: LoggedRun,
  tag: string | null,
  counting: Counting,
  batches: LoggedBatches,
  warnings: string[],
): Rows {
  const none = new Float64Array();
  const series: Series = (tag === null ? undefined : run.series[tag]) ?? { step: none, value: none };
  const first = run.counting.fromZero ? 1 : 0;
  const steps = counting.unit === "updates"
    ? onAxis(series, "step", run.counting, batches)!.map(Math.round)
    : series.step.map((step) => step + first);
  const order = inOrder(steps), early = order.findIndex((row) => steps[row] > 0);
  const kept = early < 0 ? [] : order.slice(early), whole = steps.filter(Number.isSafeInteger).length;
  if (order.length > kept.length) {
    warnings.push(`${tag}: ${order.length - kept.length} before the first update left out`);
  }
  if (steps.length > whole) {
    warnings.push(`${tag}: ${steps.length - whole} at a step that is no count left out`);
  }
  if (whole > order.length) {
    warnings.push(`${tag}: ${whole - order.length} that came again at the same step left out`);
  }
  const take = (column: Float64Array) => Float64Array.from(kept, (row) => column[row]);
  const step = take(steps), plan = counting.unit === "updates" ? planOf(batches) : null;
  const [epoch, examples, seconds] = columns.map((axis) => {
    if (plan && axis !== "seconds") {
      return step.map((at) => (axis === "epoch" ? epochAt : examplesAt)(plan, at));
    }
    const along = onAxis(series, axis, run.counting, batches);
    return along ? rising(bridged(step, take(along))) : new Float64Array(step.length).fill(NaN);
  });
  return { step, value: take(series.value), epoch, examples, seconds };
}

/** Indices in the order of their steps, those that are counts; of equal steps the last. */
function inOrder(steps: Float64Array): number[] {
  const ascends = steps.every((step, i) => Number.isSafeInteger(step) && (i === 0 || step > steps[i - 1]));
  const order = Array.from(steps.keys()).filter((row) => Number.isSafeInteger(steps[row]));
  if (ascends) return order;
  order.sort((a, b) => steps[a] - steps[b] || a - b);
  return order.filter((row, i) => steps[row] !== steps[order[i + 1]]);
}

/** A column along the steps with its holes filled in between what is known, from 0 at the start. */
function bridged(step: Float64Array, column: Float64Array): Float64Array {
  if (!column.some(Number.isNaN)) return column;
  const known = Array.from(column.keys()).filter((row) => !Number.isNaN(column[row]));
  if (known.length === 0) return column;
  const knownSteps = known.map((row) => step[row]);
  return column.map((value, row) => {
    if (!Number.isNaN(value)) return value;
    const before = rowAt(knownSteps, step[row]), to = known[Math.min(before + 1, known.length - 1)];
    const from = known[before + 1 < known.length ? before : before - 1];
    const [s0, v0] = from === undefined ? [0, 0] : [step[from], column[from]];
    return v0 + (column[to] - v0) * (step[row] - s0) / (step[to] - s0);
  });
}

/** What counts on never goes back: where a log says so, it stands still. */
function rising(column: Float64Array): Float64Array {
  if (column.every((value, row) => row === 0 || !(value < column[row - 1]))) return column;
  let highest = -Infinity;
  return column.map((value) => highest = Math.max(highest, value));
}

/** Beside a metric its standard error stands under this ending. */
const STANDARD_ERROR = ".standardError";

/** The chosen metric and those measured at the very same steps, by their names here; the log's tags by those names. */
function metricsBeside(tag: string, { step, value }: Rows, others: readonly [string, Rows][]) {
  const found = new Map([[metricNamed(tag), { tag, value }]]);
  for (const [tag, rows] of others) {
    if (rows.step.length !== step.length || rows.step.some((at, row) => at !== step[row])) continue;
    found.set(found.has(metricNamed(tag)) ? tag : metricNamed(tag), { tag, value: rows.value });
  }
  const [errors, metrics] = [true, false].map((error) =>
    [...found].filter(([name]) => name.endsWith(STANDARD_ERROR) === error)
  );
  return {
    metrics: Object.fromEntries(metrics.map(([name, { value }]) => [name, value])),
    standardErrors: Object.fromEntries(
      errors.map(([name, { value }]) => [name.slice(0, -STANDARD_ERROR.length), value]),
    ),
    names: Object.fromEntries(metrics.map(([name, { tag }]) => [name, tag])),
  };
}

/** Which metric was taken, where others could have been. */
function othersWarning(tag: string, candidates: readonly string[]): string[] {
  const others = candidates.filter((other) => other !== tag), few = others.slice(0, 4);
  if (others.length === 0) return [];
  const more = others.length > few.length ? ` and ${others.length - few.length} more` : "";
  return [`judged by ${tag}, not by ${few.join(", ")}${more} (--metric NAME)`];
}

/** Early stops of a schedule that falls to its end say little of a training that was planned to be short. */
function rateWarning(rates: Float64Array): string[] {
  const highest = rates.reduce((high, rate) => rate > high ? rate : high, 0), last = rates.at(-1) ?? 0;
  if (!(last < highest / 2)) return [];
  return [
    `the learning rate fell from ${valueText(highest)} to ${
      valueText(last)
    }: a training planned to be shorter would fall sooner, and lose less ` +
    "than an early stop of this one",
  ];
}

/** A log that begins late, measured by how far apart its evaluations are, goes on from another: half a run is judged. */
function lateWarning(evaluated: Float64Array, updated: Float64Array): string[] {
  const first = Math.min(evaluated[0] ?? Infinity, updated[0] ?? Infinity);
  const gaps = Array.from(evaluated.subarray(1), (step, i) => step - evaluated[i]);
  if (gaps.length === 0 || !(first > 2 * median(gaps))) return [];
  return [
    `nothing is logged before step ${
      countText(first)
    }: if the run was resumed, its beginning is in another log`,
  ];
}

function seedOf({ config }: LoggedRun): number {
  const seed = Number(config.seed ?? NaN);
  return Number.isSafeInteger(seed) ? seed : 0;
}
