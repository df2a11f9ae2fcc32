/** Logged curves on any axis: what the tool wrote, else what follows from the batches. */
import { type BatchPlan, batchPlan, epochAt, examplesAt, updatesPerEpoch } from "../batch_plan.ts";
import type { Counting, LoggedBatches, Series } from "./logged.ts";
import type { Axis } from "./trajectory.ts";

/**
 * The batch plan that a log's batches make: with a short last batch, or with none where the log's steps per epoch say
 * so. null while the batch or the set is not known, or when no plan makes as many updates an epoch as the log says.
 * @example
 * ```ts
 * const plan = planOf({ batch: 32, trainingExamples: 1_097 }); // 35 updates an epoch
 * ```
 */
export function planOf({ batch, trainingExamples, stepsPerEpoch }: LoggedBatches): BatchPlan | null {
  if (batch === undefined || trainingExamples === undefined) return null;
  const plan = batchPlan(trainingExamples, batch);
  if (stepsPerEpoch === undefined || updatesPerEpoch(plan) === stepsPerEpoch) return plan;
  return stepsPerEpoch === Math.floor(trainingExamples / batch) && stepsPerEpoch > 0
    ? batchPlan(trainingExamples, batch, "drop")
    : null;
}

/** Updates in one epoch, as the tool says it, else as the batches do; null when neither is known. */
function perEpoch(batches: LoggedBatches): number | null {
  if (batches.stepsPerEpoch !== undefined) return batches.stepsPerEpoch;
  const plan = planOf(batches);
  return plan && updatesPerEpoch(plan);
}

/**
 * Where the points of a series stand on an axis: after so many updates, epochs, examples or seconds. A tool that counts
 * from 0 writes at 0 what it measured after the first: here that stands at 1. Calls of a logger stand for updates where
 * nothing better was written, and are converted to nothing else.
 * @param batches what is known of them, from the log or from a person
 * @returns one value a point, NaN where one cannot be known; null when none can: `missing` says what to ask for. Do not
 * write on it: it may be the series' own
 * @example
 * ```ts
 * const series = { step: Float64Array.of(0, 1), value: Float64Array.of(2.3, 2.1) };
 * const steps = onAxis(series, "step", { unit: "epochs", fromZero: true }, { batch: 32, trainingExamples: 320 }); // 10, 20
 * ```
 */
export function onAxis(
  series: Series,
  axis: Axis,
  counting: Counting,
  batches: LoggedBatches,
): Float64Array | null {
  switch (axis) {
    case "step":
      return updatesOf(series, counting, batches);
    case "epoch":
      return epochsOf(series, counting, batches);
    case "examples":
      return filled(series.examples, examplesOf(series, counting, batches));
    case "seconds":
      return filled(series.seconds, null);
  }
}

/** The tool's own count, of what was done: from 1. */
const counted = ({ step }: Series, { fromZero }: Counting): Float64Array =>
  fromZero ? step.map((at) => at + 1) : step;

function updatesOf(series: Series, counting: Counting, batches: LoggedBatches): Float64Array | null {
  if (counting.unit === "records") return series.step;
  if (counting.unit === "updates") return counted(series, counting);
  const updates = perEpoch(batches);
  return updates === null ? null : counted(series, counting).map((epochs) => epochs * updates);
}

function epochsOf(series: Series, counting: Counting, batches: LoggedBatches): Float64Array | null {
  if (counting.unit === "epochs") return counted(series, counting);
  const written = series.epoch, converted = convertedEpochs(series, counting, batches);
  // Whole numbers only: the epoch under way, not how far it is. The batches know better.
  const whole = written?.every((epoch) => Number.isNaN(epoch) || Number.isInteger(epoch)) ?? false;
  return whole && converted ? converted : filled(written, converted);
}

function convertedEpochs(series: Series, counting: Counting, batches: LoggedBatches): Float64Array | null {
  const { trainingExamples } = batches, updates = perEpoch(batches);
  if (counting.unit === "updates" && updates !== null) {
    const plan = planOf(batches);
    return counted(series, counting).map((step) => plan ? epochAt(plan, step) : step / updates);
  }
  if (series.examples === undefined || trainingExamples === undefined) return null;
  return series.examples.map((examples) => examples / trainingExamples);
}

function examplesOf(series: Series, counting: Counting, batches: LoggedBatches): Float64Array | null {
  const { batch, trainingExamples } = batches, plan = planOf(batches);
  if (counting.unit === "updates" && plan) return counted(series, counting).map((at) => examplesAt(plan, at));
  const epochs = trainingExamples === undefined ? null : epochsOf(series, counting, batches);
  if (epochs) return epochs.map((epoch) => epoch * trainingExamples!);
  if (counting.unit !== "updates" || batch === undefined) return null;
  return counted(series, counting).map((step) => step * batch);
}

/** What was written, and where nothing was, what follows; null when there is neither. */
function filled(written: Float64Array | undefined, follows: Float64Array | null): Float64Array | null {
  if (!written?.some((value) => !Number.isNaN(value))) return follows;
  return follows ? written.map((value, i) => Number.isNaN(value) ? follows[i] : value) : written;
}

/**
 * What has to be asked for before a log that lacks an axis can be shown on it. Empty when it can, and when nothing
 * would help: a clock that was not written stays unknown.
 * @example
 * ```ts
 * const ask = missing("step", { unit: "epochs", fromZero: true }, { batch: 32 }); // ["trainingExamples"]
 * ```
 */
export function missing(
  axis: Axis,
  { unit }: Counting,
  batches: LoggedBatches,
): readonly ("batch" | "trainingExamples")[] {
  const unknown = (["batch", "trainingExamples"] as const).filter((field) => batches[field] === undefined);
  const converts = perEpoch(batches) !== null;
  if (unit === "records" || axis === "seconds") return [];
  if (axis === "step") return unit === "updates" || converts ? [] : unknown;
  if (axis === "epoch") return unit === "epochs" || converts ? [] : unknown;
  const enough = unit === "updates" && batches.batch !== undefined ||
    (unit === "epochs" || converts) && batches.trainingExamples !== undefined;
  return enough ? [] : [unit === "updates" ? "batch" : "trainingExamples"];
}
