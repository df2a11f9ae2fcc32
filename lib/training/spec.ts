/** What a training is told: all optional but what has no sensible default; `filledSpec` fills the rest once. */
import { aboveZero, between, checkKeys, flag, oneOf, whole } from "../option_checks.ts";
import {
  type Accumulation,
  type BatchPlan,
  batchPlan,
  type PlannedUnit,
  plannedUnits,
  type Remainder,
} from "../batch_plan.ts";
import { asCriterion } from "../criteria/as_criterion.ts";
import { best } from "../criteria/best.ts";
import type { Criterion } from "../criteria/criterion.ts";
import { asSelection } from "../criteria/select.ts";
import type { Selection } from "../criteria/selection.ts";
import { type Dataset, isStreamed } from "../data/dataset.ts";
import { asDuration, type Duration, epochs, shown } from "../durations.ts";
import { checkMetrics, defaultMetrics } from "../metrics/metric_names.ts";
import { asModel } from "../models/as_model.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";
import { asOptimizer } from "../optimizers/as_optimizer.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { asSchedule } from "../schedules/as_schedule.ts";
import { asScale } from "../schedules/plateau_scale.ts";
import type { PlateauScale, Schedule } from "../schedules/schedule.ts";
import type { Clip } from "./update.ts";

export interface Spec {
  readonly model: Model;
  readonly data: Dataset;
  readonly optimizer: Optimizer;
  /** update index → learning rate */
  readonly schedule: Schedule;
  /** a factor on the schedule that the validation metric drives; default none */
  readonly scale?: PlateauScale | null;
  /** examples in a batch */
  readonly batch: number;
  /** what happens to the examples that do not fill an epoch's last batch; default "train" */
  readonly remainder?: Remainder;
  /** batches whose gradients make one update, and what happens to those left over; default one */
  readonly accumulate?: Accumulation;
  /** bounds on gradients, `{ norm: 1 }` of all together or `{ value: 0.5 }` of each number; default none */
  readonly clip?: Clip | null;
  /**
   * running mean of the parameters, measured beside them as `average.validation.loss`: a candidate for `select`;
   * default none
   */
  readonly average?: { readonly decay: number } | null;
  /** default every epoch */
  readonly evaluate?: { readonly every: Duration };
  /** what evaluations measure on validation and test, as ["loss", "f1"]; the loss always is. Default loss and accuracy */
  readonly metrics?: readonly string[];
  /** when to stop; there is no default */
  readonly stop: Criterion;
  /** which evaluation's weights are kept; default the lowest validation loss */
  readonly select?: Selection;
  /** when states are saved to go on from, how many stay, and where: without a folder in memory. Default only at the end */
  readonly checkpoint?: CheckpointOptions | null;
  /**
   * at gradients that are no numbers: `stop` ends the training as diverged; `skip` leaves the update out, up to ten in
   * a row. Default `stop`
   */
  readonly nonFinite?: "stop" | "skip";
  /** of weights and batch order; default 0 */
  readonly seed?: number;
  /** shown in charts and tables; default "seed 0" */
  readonly name?: string;
  /** a state to go on from: `outcome.state` of an ended training, a checkpoint's file, or the folder of a run */
  readonly from?: string | null;
  /** when nothing is left to do: end as `alreadyComplete`, the same with a warning in the plan, or throw. Default `ok` */
  readonly onNoop?: "ok" | "warn" | "error";
  /** ends the training as `aborted` once the updates under way are done, 0.1 s at most */
  readonly signal?: AbortSignal | null;
}

export interface CheckpointOptions {
  /** in steps, epochs or examples; default only at the end */
  readonly every?: Duration;
  /** how many stay: those best by the selection, and the last; default 1 and 1 */
  readonly keep?: { readonly best?: number; readonly last?: number };
  /** folder of the run: what is there is gone on from. Default none: states stay in memory */
  readonly folder?: string;
  /** begin anew, and delete what the folder holds; default false */
  readonly fresh?: boolean;
}
export interface FilledCheckpoint {
  readonly every: Duration<PlannedUnit> | null;
  readonly keep: { readonly best: number; readonly last: number };
  readonly folder: string | null;
  readonly fresh: boolean;
}

export interface FilledSpec extends Required<Omit<Spec, "checkpoint" | "accumulate">> {
  readonly evaluate: { readonly every: Duration<PlannedUnit> };
  readonly checkpoint: FilledCheckpoint;
  readonly batches: BatchPlan;
}

const FIELDS = [
  "model",
  "data",
  "optimizer",
  "schedule",
  "scale",
  "batch",
  "remainder",
  "accumulate",
  "clip",
  "average",
  "evaluate",
  "metrics",
  "stop",
  "select",
  "checkpoint",
  "nonFinite",
  "seed",
  "name",
  "from",
  "onNoop",
  "signal",
];
const NEEDED = ["model", "data", "optimizer", "schedule", "batch", "stop"] as const;

/**
 * The border of training: rules, durations and the batch plan are read here once, as their constructors read them,
 * so that nothing inside checks them again.
 * @throws TypeError or RangeError that names the field and the value
 */
export function filledSpec(spec: Spec): FilledSpec {
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError(`invalid spec: ${shown(spec)} (an object)`);
  }
  const unknown = Object.keys(spec).find((field) => !FIELDS.includes(field));
  if (unknown) throw new TypeError(`unknown field of train: ${unknown} (has ${FIELDS.join(", ")})`);
  const missing = NEEDED.find((field) => spec[field] === undefined);
  if (missing) throw new TypeError(`missing field of train: ${missing} (needs ${NEEDED.join(", ")})`);
  const { batch, seed = 0, remainder = "train" } = spec;
  const evaluate = spec.evaluate ?? { every: epochs(1) }, accumulate = spec.accumulate ?? undefined;
  checkKeys("evaluate", evaluate, ["every"]);
  if (accumulate !== undefined) checkKeys("accumulate", accumulate, ["batches", "leftover"]);
  const { accumulate: _, ...rest } = spec;
  const data = asDataset(spec.data), model = asModel(spec.model);
  return {
    ...rest,
    data,
    model,
    optimizer: asOptimizer(spec.optimizer),
    seed: whole("seed", seed, 0),
    remainder,
    evaluate: { every: asDuration(evaluate.every, "evaluate.every", plannedUnits) },
    metrics: metricsOf(model, data, spec.metrics ?? undefined),
    schedule: asSchedule(spec.schedule),
    scale: maybe(spec.scale, asScale),
    clip: maybe(spec.clip, asClip),
    average: maybe(spec.average, asAverage),
    stop: asCriterion(spec.stop),
    select: spec.select === undefined ? best("validation.loss", "min") : asSelection(spec.select),
    checkpoint: asCheckpoint(spec.checkpoint ?? {}),
    nonFinite: oneOf("nonFinite", spec.nonFinite ?? "stop", ["stop", "skip"]),
    name: maybeText("name", spec.name) ?? `seed ${seed}`,
    from: maybeText("from", spec.from),
    onNoop: oneOf("onNoop", spec.onNoop ?? "ok", ["ok", "warn", "error"]),
    signal: maybe(spec.signal, asSignal),
    batches: batchPlan(data.training.count, batch, remainder, accumulate),
  };
}

/** The names that evaluations measure, the loss first. */
function metricsOf(model: Model, data: Dataset, metrics: Spec["metrics"]): readonly string[] {
  const loss = modelKind(model).loss(model);
  if (metrics === undefined) return defaultMetrics(loss);
  if (!Array.isArray(metrics)) throw new TypeError(`invalid metrics: ${shown(metrics)} (a list of names)`);
  checkMetrics(metrics, loss, data.classes.length);
  return [...new Set(["loss", ...metrics])];
}

/** Null for what was left out, else what a reader makes of it. */
const maybe = <T, R>(value: T | null | undefined, read: (value: T) => R): R | null =>
  value === null || value === undefined ? null : read(value);

function maybeText(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`invalid ${field}: ${shown(value)} (a text)`);
}

function asSignal(signal: unknown): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw new TypeError(`invalid signal: ${shown(signal)} (an AbortSignal)`);
}

/** A dataset is checked where it is made; here only that it is one, with as many numbers as it says. */
function asDataset(data: Dataset): Dataset {
  const splits = ["training", "validation", "test"] as const;
  if (typeof data !== "object" || data === null || !splits.every((split) => data[split]?.count > 0)) {
    throw new TypeError(`invalid data: ${shown(data)} (a dataset, as datasets.digits() makes it)`);
  }
  for (const name of splits) {
    const split = data[name];
    if (isStreamed(split)) continue; // a stream counts as it goes
    for (const [field, needed] of [["x", split.count * data.features], ["y", split.count]] as const) {
      const has = split[field]?.length;
      if (has !== needed) {
        throw new RangeError(
          `invalid data.${name}.${field}: ${has} numbers (${needed}, for ${split.count} rows)`,
        );
      }
    }
  }
  return data;
}

function asClip(clip: Clip): Clip {
  checkKeys("clip", clip, ["norm", "value"]);
  if (Object.keys(clip).length === 0) throw new TypeError("invalid clip: {} (norm, value or both)");
  for (const [field, value] of Object.entries(clip)) aboveZero(`clip.${field}`, value);
  return clip;
}

function asAverage(average: { decay: number }): { decay: number } {
  checkKeys("average", average, ["decay"]);
  between("average.decay", average.decay, 0, 1);
  return average;
}

function asCheckpoint(given: CheckpointOptions): FilledCheckpoint {
  checkKeys("checkpoint", given, ["every", "keep", "folder", "fresh"]);
  const { every, keep = {}, fresh = false } = given;
  checkKeys("checkpoint.keep", keep, ["best", "last"]);
  return {
    every: every === undefined ? null : asDuration(every, "checkpoint.every", plannedUnits),
    keep: {
      best: whole("checkpoint.keep.best", keep.best ?? 1, 0),
      last: whole("checkpoint.keep.last", keep.last ?? 1, 1),
    },
    folder: maybeText("checkpoint.folder", given.folder),
    fresh: flag("checkpoint.fresh", fresh),
  };
}
