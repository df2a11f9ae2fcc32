/** What a training is told: all optional but what has no sensible default; `filledSpec` fills the rest once. */
import { best } from "../criteria/best.ts";
import type { Criterion } from "../criteria/criterion.ts";
import type { Selection } from "../criteria/selection.ts";
import type { Dataset } from "../data/dataset.ts";
import { asDuration, type BatchPlan, type Duration, epochs, type Remainder } from "../durations.ts";
import type { Model } from "../models/model.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { ReduceOnPlateau, Schedule } from "../schedules/schedule.ts";

export interface Spec {
  readonly model: Model;
  readonly data: Dataset;
  readonly optimizer: Optimizer;
  /** update index → learning rate */
  readonly schedule: Schedule;
  /** a factor on the schedule that the validation metric drives; default none */
  readonly scale?: ReduceOnPlateau | null;
  /** examples per update */
  readonly batch: number;
  /** what happens to the examples that do not fill an epoch's last batch; default "train" */
  readonly remainder?: Remainder;
  /** default every epoch */
  readonly evaluate?: { readonly every: Duration };
  /** when to stop; there is no default */
  readonly stop: Criterion;
  /** which evaluation's weights are kept; default the lowest validation loss */
  readonly select?: Selection;
  /** of weights and batch order; default 0 */
  readonly seed?: number;
  /** shown in charts and tables; default "seed 0" */
  readonly name?: string;
  /** a state to go on from: `outcome.state` of an ended training */
  readonly from?: string;
  /** ends the training as `aborted` before its next update */
  readonly signal?: AbortSignal;
}

export interface FilledSpec extends Required<Omit<Spec, "from" | "signal">> {
  readonly from: string | null;
  readonly signal: AbortSignal | null;
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
  "evaluate",
  "stop",
  "select",
  "seed",
  "name",
  "from",
  "signal",
]; // deno-fmt-ignore
const NEEDED = ["model", "data", "optimizer", "schedule", "batch", "stop"] as const;

/** @throws TypeError or RangeError that names the field and the value */
export function filledSpec(spec: Spec): FilledSpec {
  const unknown = Object.keys(spec).find((field) => !FIELDS.includes(field));
  if (unknown) throw new TypeError(`unknown field of train: ${unknown} (has ${FIELDS.join(", ")})`);
  const missing = NEEDED.find((field) => spec[field] === undefined);
  if (missing) throw new TypeError(`missing field of train: ${missing}`);
  const { batch, seed = 0, remainder = "train", evaluate = { every: epochs(1) } } = spec;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(`invalid batch: ${batch} (a whole number, at least 1)`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`invalid seed: ${seed} (a whole number from 0)`);
  }
  if (!["train", "drop", "wrap"].includes(remainder)) {
    throw new RangeError(`unknown remainder: ${remainder} (train, drop, wrap)`);
  }
  const trainingExamples = spec.data.training.count;
  if (remainder !== "train" && batch > trainingExamples) {
    throw new RangeError(`invalid batch: ${batch} (the training set has ${trainingExamples} examples)`);
  }
  asDuration(evaluate.every, "evaluate.every", ["steps", "epochs", "examples"]);
  return {
    ...spec,
    seed,
    remainder,
    evaluate,
    scale: spec.scale ?? null,
    select: spec.select ?? best("validation.loss", "min"),
    name: spec.name ?? `seed ${seed}`,
    from: spec.from ?? null,
    signal: spec.signal ?? null,
    batches: { trainingExamples, batch, remainder },
  };
}
