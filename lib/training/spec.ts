/** What a training is told: all optional but what has no sensible default; `filledSpec` fills the rest once. */
import { asCriterion } from "../criteria/as_criterion.ts";
import { best } from "../criteria/best.ts";
import type { Criterion } from "../criteria/criterion.ts";
import { checkKeys } from "../criteria/option_checks.ts";
import { asSelection } from "../criteria/select.ts";
import type { Selection } from "../criteria/selection.ts";
import type { Dataset } from "../data/dataset.ts";
import { type BatchPlan, batchPlan, type PlannedUnit, plannedUnits, type Remainder } from "../batch_plan.ts";
import { asDuration, type Duration, epochs, shown } from "../durations.ts";
import type { Model } from "../models/model.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { asScale } from "../schedules/plateau_scale.ts";
import type { PlateauScale, Schedule } from "../schedules/schedule.ts";

export interface Spec {
  readonly model: Model;
  readonly data: Dataset;
  readonly optimizer: Optimizer;
  /** update index → learning rate */
  readonly schedule: Schedule;
  /** a factor on the schedule that the validation metric drives; default none */
  readonly scale?: PlateauScale | null;
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
  readonly evaluate: { readonly every: Duration<PlannedUnit> };
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
];
const NEEDED = ["model", "data", "optimizer", "schedule", "batch", "stop"] as const;

/**
 * The border of training: rules, durations and the batch plan are read here once, as their constructors read them,
 * so that nothing inside checks them again.
 * @throws TypeError or RangeError that names the field and the value
 */
export function filledSpec(spec: Spec): FilledSpec {
  const unknown = Object.keys(spec).find((field) => !FIELDS.includes(field));
  if (unknown) throw new TypeError(`unknown field of train: ${unknown} (has ${FIELDS.join(", ")})`);
  const missing = NEEDED.find((field) => spec[field] === undefined);
  if (missing) throw new TypeError(`missing field of train: ${missing} (needs ${NEEDED.join(", ")})`);
  const { batch, seed = 0, remainder = "train", evaluate = { every: epochs(1) } } = spec;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`invalid seed: ${shown(seed)} (a whole number from 0)`);
  }
  checkKeys("evaluate", evaluate, ["every"]);
  return {
    ...spec,
    seed,
    remainder,
    evaluate: { every: asDuration(evaluate.every, "evaluate.every", plannedUnits) },
    scale: spec.scale ? asScale(spec.scale) : null,
    stop: asCriterion(spec.stop),
    select: spec.select === undefined ? best("validation.loss", "min") : asSelection(spec.select),
    name: spec.name ?? `seed ${seed}`,
    from: spec.from ?? null,
    signal: spec.signal ?? null,
    batches: batchPlan(spec.data.training.count, batch, remainder),
  };
}
