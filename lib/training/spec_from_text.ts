/** From the words of a command line to a spec. Text is parsed, never evaluated. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readFileSync } from "node:fs";
import { parseCriterion, parseSelection } from "../criteria/parse_text.ts";
import { blobs } from "../data/blobs.ts";
import { breastCancer } from "../data/breast_cancer.ts";
import type { Dataset } from "../data/dataset.ts";
import { digits } from "../data/digits.ts";
import { fromArrays } from "../data/from_arrays.ts";
import { spirals } from "../data/spirals.ts";
import { asDuration, type Duration, shown, type Unit } from "../durations.ts";
import { convnet } from "../models/convnet.ts";
import { logistic } from "../models/logistic.ts";
import { mlp } from "../models/mlp.ts";
import type { Model } from "../models/model.ts";
import { asOptimizer } from "../optimizers/as_optimizer.ts";
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
  const data = await datasetOf(dataset, values);
  return {
    data,
    model: modelOf(values, data),
    optimizer: asOptimizer(objectOf(values.optimizer) ?? { kind: values.optimizer }),
    schedule: scheduleOf(values),
    batch: numberOf("batch", values.batch),
    accumulate: { batches: numberOf("accumulate", values.accumulate) },
    evaluate: { every: durationOf("evaluate", values.evaluate) },
    stop: parseCriterion(values.stop),
    seed: numberOf("seed", values.seed),
    onNoop: values["on-noop"] as Spec["onNoop"],
    checkpoint: {
      every: durationOf("checkpoint", values.checkpoint),
      keep: {
        best: numberOf("keep-best", values["keep-best"]),
        last: numberOf("keep-last", values["keep-last"]),
      },
      fresh: values.fresh,
    },
    ...(values.select === undefined ? {} : { select: parseSelection(values.select) }),
    ...(values.metrics === undefined
      ? {}
      : { metrics: values.metrics.split(",").map((name) => name.trim()) }),
  };
}

async function datasetOf(name: string, { label, value }: TrainValues): Promise<Dataset> {
  const kind = /\.(csv|parquet|npz)(?:\.gz)?$/i.exec(name)?.[1].toLowerCase();
  if (Object.hasOwn(DATASETS, name)) return DATASETS[name]();
  if (kind === undefined) {
    throw new RangeError(
      `unknown dataset: ${name} (has ${Object.keys(DATASETS).join(", ")}; or a .csv, .parquet or .npz file)`,
    );
  }
  const target = label === undefined ? { value: value! } : { label };
  if ((label === undefined) === (value === undefined)) {
    throw new RangeError(`invalid label and value: of ${basename(name)} one of --label and --value is read`);
  }
  const readers = {
    csv: async () => (await import("../data/csv.ts")).csv(name, target),
    parquet: async () => (await import("../data/parquet.ts")).parquet(name, target),
    npz: async () => (await import("../data/npz.ts")).npz(name, target),
  };
  const arrays = await readers[kind as keyof typeof readers]();
  // What is in it is part of its name, so that a run does not go on with other data under the same path.
  const content = createHash("sha256").update(readFileSync(name)).digest("hex").slice(0, 8);
  return fromArrays({ ...arrays, name: `${basename(name)} ${content}`, standardise: true });
}

function modelOf({ model, layers }: TrainValues, { features, classes, shape }: Dataset): Model {
  if (layers !== undefined && model !== "mlp") throw new RangeError(`invalid layers: ${model} takes none`);
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
      return convnet({ shape, classes: outputs });
  }
  throw new RangeError(`unknown model: ${model} (has mlp, logistic, convnet)`);
}

function scheduleOf({ schedule, rate, warmup, horizon }: TrainValues): Schedule {
  const json = objectOf(schedule), shaped = json !== null || schedule === "constant";
  for (const [name, value] of Object.entries({ warmup, horizon })) {
    if (shaped && value !== undefined) {
      throw new RangeError(`invalid ${name}: ${value} (only with --schedule cosine)`);
    }
  }
  if (json) return asSchedule(json);
  const peak = numberOf("rate", rate);
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

/** JSON, where a text is that of an object; null where it is a name. */
function objectOf(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError(`invalid JSON: ${text}`);
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new RangeError(`invalid ${option}: ${text} (a number)`);
  }
  return value;
}

function durationOf(option: string, text: string): Duration {
  const [, unit, count] = /^\s*([a-z]+)\(\s*([\w.+-]+)\s*\)\s*$/.exec(text) ?? [];
  if (unit === undefined) {
    throw new RangeError(`invalid ${option}: ${shown(text)} (a duration, such as steps(500))`);
  }
  return asDuration(
    { unit: unit as Unit, count: numberOf(option, count.replaceAll(/(?<=\d)_(?=\d)/g, "")) },
    option,
  );
}
