/** From the words of a command line to a spec. Text is parsed, never evaluated. */
import { oneOf, whole } from "../option_checks.ts";
import { basename } from "node:path";
import { type PlannedUnit, plannedUnits } from "../batch_plan.ts";
import { parseCriterion, parseSelection } from "../criteria/parse_text.ts";
import { blobs } from "../data/blobs.ts";
import { breastCancer } from "../data/breast_cancer.ts";
import type { Dataset } from "../data/dataset.ts";
import { digits } from "../data/digits.ts";
import { fromArrays } from "../data/from_arrays.ts";
import { spirals } from "../data/spirals.ts";
import { asDuration, type Duration, shown } from "../durations.ts";
import { convnet } from "../models/convnet.ts";
import { logistic } from "../models/logistic.ts";
import { mlp } from "../models/mlp.ts";
import type { Model } from "../models/model.ts";
import { asOptimizer } from "../optimizers/as_optimizer.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { asSchedule } from "../schedules/as_schedule.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Spec } from "./spec.ts";
import type { TRAIN_OPTIONS } from "./train_options.ts";

/** Values of options by name; undefined where one was left out that has no default. */
export type TrainValues = {
  readonly [O in keyof typeof TRAIN_OPTIONS]: typeof TRAIN_OPTIONS[O] extends { type: "boolean" } ? boolean
    : typeof TRAIN_OPTIONS[O] extends { default: string } ? string
    : string | undefined;
};

const DATASETS: Readonly<Record<string, () => Dataset>> = { digits, breastCancer, spirals, blobs };

/**
 * The spec that a command line says, but for its run's folder.
 *
 * @param dataset a name, or the path of a file
 * @throws Error that names the option and the value
 */
export async function specFromText(dataset: string, values: TrainValues): Promise<Spec> {
  if (values.stop === undefined) throw new RangeError("missing option: --stop (as 'maxSteps(2000)')");
  const { metrics, select } = values, data = await datasetOf(dataset, values);
  const every = durationOf("evaluate", values.evaluate);
  return {
    data,
    model: modelOf(values, data),
    optimizer: optimizerOf(values.optimizer),
    schedule: scheduleOf(values),
    batch: numberOf("batch", values.batch),
    accumulate: { batches: wholeOf("accumulate", values.accumulate, 1) },
    evaluate: { every },
    stop: parsed("stop", values.stop, parseCriterion),
    seed: wholeOf("seed", values.seed, 0),
    onNoop: oneOf("on-noop", values["on-noop"], ["ok", "warn", "error"] as const),
    checkpoint: {
      // on the grid of the evaluations, so that the best checkpoint has one of its own
      every: values.checkpoint === undefined
        ? { ...every, count: every.count * 10 }
        : durationOf("checkpoint", values.checkpoint),
      keep: {
        best: wholeOf("keep-best", values["keep-best"], 0),
        last: wholeOf("keep-last", values["keep-last"], 1),
      },
      fresh: values.fresh,
    },
    ...(select === undefined ? {} : { select: parsed("select", select, parseSelection) }),
    ...(metrics === undefined ? {} : { metrics: namesOf("metrics", metrics) }),
  };
}

async function datasetOf(
  name: string,
  { label, value, columns, delimiter }: TrainValues,
): Promise<Dataset> {
  const kind = /\.(csv|parquet|npz)(?:\.gz)?$/i.exec(name)?.[1].toLowerCase();
  if (Object.hasOwn(DATASETS, name)) {
    const useless = Object.entries({ label, value, columns, delimiter }).find(([, told]) =>
      told !== undefined
    );
    if (!useless) return DATASETS[name]();
    throw new RangeError(`invalid ${useless[0]}: ${useless[1]} (of a data file; ${name} has its own)`);
  }
  if (kind === undefined) {
    throw new RangeError(
      `unknown dataset: ${name} (has ${Object.keys(DATASETS).join(", ")}; or a .csv, .parquet or .npz file)`,
    );
  }
  const target = label === undefined ? { value: value! } : { label };
  if ((label === undefined) === (value === undefined)) {
    const [fault, told] = label === undefined ? ["missing", "none"] : ["invalid", "both"];
    throw new RangeError(
      `${fault} option: --label or --value (${basename(name)} is read with one, not ${told})`,
    );
  }
  for (
    const [option, told, kinds] of [["columns", columns, "csv parquet"], ["delimiter", delimiter, "csv"]]
  ) {
    if (told !== undefined && !kinds!.split(" ").includes(kind)) {
      throw new RangeError(`invalid ${option}: ${told} (of a .${kinds!.replace(" ", " or .")} file)`);
    }
  }
  const features = columns === undefined ? {} : { columns: namesOf("columns", columns) };
  const table = { ...target, ...features }, parted = delimiter === undefined ? {} : { delimiter };
  const readers = {
    csv: async () => (await import("../data/csv.ts")).csv(name, { ...table, ...parted }),
    parquet: async () => (await import("../data/parquet.ts")).parquet(name, table),
    npz: async () => (await import("../data/npz.ts")).npz(name, target),
  };
  const arrays = await readers[kind as keyof typeof readers]();
  return fromArrays({ ...arrays, name: basename(name), standardise: true });
}

function modelOf({ model, layers }: TrainValues, { features, classes, shape }: Dataset): Model {
  if (layers !== undefined && model !== "mlp") {
    throw new RangeError(`invalid layers: ${layers} (only with --model mlp)`);
  }
  const outputs = classes.length || 1;
  switch (model) {
    case "mlp":
      return mlp({
        layers: layers?.split(",").map((units) => numberOf("layers", units)) ?? [features, 64, outputs],
        ...(classes.length === 0 ? { loss: "meanSquaredError" } : {}),
      });
    case "logistic":
      return logistic({ features, classes: outputs });
    case "convnet":
      if (shape.length > 1) return convnet({ shape, classes: outputs });
      throw new RangeError(`invalid model: convnet (reads images, the data has ${features} features)`);
  }
  throw new RangeError(`unknown model: ${model} (has mlp, logistic, convnet)`);
}

function optimizerOf(text: string): Optimizer {
  if (isJson(text)) return parsed("optimizer", text, (json) => asOptimizer(JSON.parse(json)));
  return asOptimizer({ kind: text });
}

function scheduleOf({ schedule, rate, warmup, horizon }: TrainValues): Schedule {
  const json = isJson(schedule), shaped = json || schedule === "constant";
  for (const [name, value] of Object.entries({ warmup, horizon })) {
    if (shaped && value !== undefined) {
      throw new RangeError(`invalid ${name}: ${value} (only with --schedule cosine)`);
    }
  }
  if (json && rate !== undefined) {
    throw new RangeError(`invalid rate: ${rate} (the schedule as JSON has its own)`);
  }
  if (json) return parsed("schedule", schedule, (json) => asSchedule(JSON.parse(json)));
  const peak = numberOf("rate", rate ?? "1e-3");
  if (schedule === "constant") return asSchedule({ kind: "constant", rate: peak });
  if (schedule !== "cosine") {
    throw new RangeError(`unknown schedule: ${schedule} (constant, cosine, or JSON)`);
  }
  if (horizon === undefined) {
    throw new RangeError("missing option: --horizon (of --schedule cosine, as steps(2000))");
  }
  const end = durationOf("horizon", horizon);
  if (warmup === undefined) return asSchedule({ kind: "cosine", peak, horizon: end });
  return asSchedule({ kind: "warmupCosine", peak, horizon: end, warmup: durationOf("warmup", warmup) });
}

/** A name, or JSON? */
const isJson = (text: string): boolean => text.trimStart().startsWith("{");

/** What a reader makes of an option's text; what it finds wrong is told with the option and the text. */
function parsed<T>(option: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    const reason = error instanceof SyntaxError && isJson(text) ? "not JSON" : (error as Error).message;
    throw new RangeError(`invalid ${option}: ${text.replaceAll(/\s+/g, " ") || '""'}: ${reason}`);
  }
}

function namesOf(option: string, text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new RangeError(`invalid ${option}: ${shown(text)} (names with commas between)`);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new RangeError(`invalid ${option}: ${text || '""'} (a number)`);
  }
  return value;
}

const wholeOf = (option: string, text: string, least: number): number =>
  whole(option, numberOf(option, text), least);

function durationOf(option: string, text: string): Duration<PlannedUnit> {
  const [, unit, count] = /^\s*([a-z]+)\(\s*([\w.+-]+)\s*\)\s*$/.exec(text) ?? [];
  if (unit === undefined) {
    throw new RangeError(`invalid ${option}: ${shown(text)} (a duration, such as steps(500))`);
  }
  if (!(plannedUnits as readonly string[]).includes(unit)) {
    throw new RangeError(`invalid ${option}: ${text} (in ${plannedUnits.join(", ")})`);
  }
  const value = numberOf(option, count.replaceAll(/(?<=\d)_(?=\d)/g, ""));
  return asDuration({ unit: unit as PlannedUnit, count: value }, option, plannedUnits);
}
