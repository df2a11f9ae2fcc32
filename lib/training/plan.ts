/** The plan: every duration resolved to updates, and what is doubtful about it, before the first update. */
import type { Metric } from "../criteria/criterion.ts";
import { obeyable, requireMetrics } from "../criteria/metric.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import { leavesIn } from "../criteria/leaves_in.ts";
import { boundOf, metricsOf, textOf } from "../criteria/rules.ts";
import { selectionMetrics, selectionText } from "../criteria/select.ts";
import { MissingStandardError } from "../criteria/standard_errors.ts";
import { dueUpTo } from "../due.ts";
import { type BatchPlan, epochAt, examplesAt, updatesPerEpoch } from "../batch_plan.ts";
import { countText, durationText } from "../durations.ts";
import type { Engine } from "../engine/engine.ts";
import { fingerprint } from "../data/fingerprint.ts";
import { hasStandardError, metricNames } from "../metrics/metric_names.ts";
import { modelKind } from "../models/model_kind.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import type { ResolvedSchedule } from "../schedules/schedule.ts";
import { resolve, scaleText, scheduleText } from "../schedules/resolve.ts";
import { measuredMetrics } from "./evaluate.ts";
import { lints } from "./lints.ts";
import { resumeCheck } from "./resume_check.ts";
import type { Conditions, TrainState } from "./state.ts";
import { stateFrom } from "./state_from.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";

export interface PlanWarning {
  /** short name, as `horizon-differs-from-cap` */
  readonly lint: string;
  readonly message: string;
}

/** Plain data. */
export interface Plan {
  readonly name: string;
  readonly model: string;
  readonly parameters: number;
  readonly data: string;
  /** what tells the data's numbers from others */
  readonly dataFingerprint: string;
  readonly optimizer: string;
  readonly schedule: string;
  readonly scale: string | null;
  readonly stop: string;
  readonly select: string;
  readonly seed: number;
  readonly batches: BatchPlan;
  readonly updatesPerEpoch: number;
  /** the last update that can happen; null when no rule must end */
  readonly lastStep: number | null;
  /** gradients: accumulation, clipping and what happens to those that are no numbers; empty when nothing is special */
  readonly gradients: string;
  /** decay of the running mean of the parameters; null when none is kept */
  readonly average: number | null;
  /** rates at the milestones of the schedule, by update: first, end of the warm-up, last */
  readonly rates: readonly { readonly update: number; readonly rate: number }[];
  readonly metrics: readonly string[];
  /** as `every 500 steps, best 1 and last 1 kept`; `at the end` */
  readonly checkpoints: string;
  readonly evaluationEvery: string;
  /** evaluations on the grid up to the last step; null when no rule must end */
  readonly evaluations: number | null;
  /** "wasm 4.22.0", "tensorflow 2.21.0, compiled by XLA"; empty until the engine has started */
  readonly engine: string;
  readonly warnings: readonly PlanWarning[];
}

/**
 * What `train(spec)` would do, without doing it.
 *
 * @throws RangeError or TypeError that names the field and the value: an unknown metric, a bare number where
 *   a duration is due, a model that does not fit the data, a state that is unknown or of another training
 *
 * @example
 * ```ts
 * import { criteria, datasets, models, optimizers, plan, schedules } from "plateau";
 * const { lastStep, warnings } = plan({
 *   model: models.mlp({ layers: [64, 10] }),
 *   data: datasets.digits(),
 *   optimizer: optimizers.sgd(),
 *   schedule: schedules.constant(0.1),
 *   batch: 32,
 *   stop: criteria.maxEpochs(3),
 * }); // lastStep 105
 * ```
 */
export function plan(spec: Spec): Plan {
  const filled = filledSpec(spec);
  return planFor(filled, null, filled.from === null ? null : stateFrom(filled.from));
}

/** The engine, and how updates run on it. */
export interface PlannedEngine extends Engine {
  readonly mode: Conditions["mode"];
}

/** `wasm 4.22.0`; `tensorflow 2.21.0, compiled by XLA`. */
function engineText({ name, version, mode }: PlannedEngine): string {
  const how = { eager: "", graph: ", compiled as a graph", xla: ", compiled by XLA" }[mode];
  return `${name} ${version}${how}`;
}

/** The plan of a spec that has been read; `engine` is null until one has started, `state` when nothing is gone on from. */
export function planFor(given: FilledSpec, engine: PlannedEngine | null, state: TrainState | null): Plan {
  const { batches } = given;
  const spec = { ...given, stop: resolveFrom(given.stop, state?.position.step ?? 0) };
  refuse(spec);
  const schedule = resolve(spec.schedule, batches);
  const lastStep = boundOf(spec.stop, batches);
  const evaluations = lastStep === null ? null : dueUpTo(batches, spec.evaluate.every, lastStep);
  const resolved: Plan = {
    name: spec.name,
    model: modelKind(spec.model).text(spec.model),
    parameters: modelKind(spec.model).sizes(spec.model).parameters,
    data: `${spec.data.name}, ${countText(spec.data.training.count)} training examples`,
    dataFingerprint: fingerprint(spec.data),
    optimizer: optimizerKind(spec.optimizer).text(spec.optimizer),
    schedule: scheduleText(spec.schedule),
    scale: spec.scale && scaleText(spec.scale),
    stop: textOf(spec.stop),
    select: selectionText(spec.select),
    seed: spec.seed,
    batches,
    gradients: gradientsText(spec),
    average: spec.average?.decay ?? null,
    rates: milestones(schedule, lastStep),
    metrics: spec.metrics,
    checkpoints: checkpointsText(spec),
    updatesPerEpoch: updatesPerEpoch(batches),
    lastStep,
    evaluationEvery: durationText(spec.evaluate.every),
    evaluations,
    engine: engine ? engineText(engine) : "",
    warnings: lints(spec, schedule, lastStep),
  };
  if (state === null) return resolved;
  const changes = resumeCheck(resolved, obeyedBy(spec), state);
  return { ...resolved, warnings: [...resolved.warnings, ...changes] };
}

function gradientsText({ batches, clip, nonFinite }: FilledSpec): string {
  const { accumulate = 1, leftover } = batches;
  return [
    ...(accumulate > 1 ? [`mean of ${accumulate} batches (${leftover})`] : []),
    ...(clip?.norm === undefined ? [] : [`norm at most ${clip.norm}`]),
    ...(clip?.value === undefined ? [] : [`each at most ${clip.value}`]),
    ...(nonFinite === "skip" ? ["skipped where they are no numbers"] : []),
  ].join(", ");
}

function checkpointsText({ checkpoint: { every, keep } }: FilledSpec): string {
  return every === null
    ? "at the end"
    : `every ${durationText(every)}, best ${keep.best} and last ${keep.last} kept`;
}

/** The rate at the first update, where the warm-up ends, and at the last. */
function milestones({ rate, warmup, horizon }: ResolvedSchedule, lastStep: number | null): Plan["rates"] {
  const last = Math.min(lastStep ?? Infinity, horizon ?? Infinity);
  const updates = [0, warmup, ...(Number.isFinite(last) ? [last - 1] : [])];
  return [...new Set(updates)].filter((update) => update >= 0 && update <= (lastStep ?? Infinity)).sort((
    a,
    b,
  ) => a - b).map((update) => ({ update, rate: rate(update) }));
}

/** Metrics that rules read. */
const obeyedBy = ({ stop, select, scale }: FilledSpec): readonly Metric[] => [
  ...metricsOf(stop),
  ...selectionMetrics(select),
  ...(scale ? [scale.metric] : []),
];

/** What cannot be trained at all. */
function refuse(spec: FilledSpec): void {
  const { model, data } = spec;
  const { inputs, outputs } = modelKind(model).sizes(model), loss = modelKind(model).loss(model);
  if (inputs !== data.features) {
    throw new RangeError(`invalid model: it reads ${inputs} features, ${data.name} has ${data.features}`);
  }
  const fits = {
    softmaxCrossEntropy: outputs === data.classes.length,
    sigmoidCrossEntropy: outputs === 1 && data.classes.length === 2,
    meanSquaredError: data.classes.length === 0,
  }[loss];
  if (!fits) {
    throw new RangeError(
      `invalid model: it has ${outputs} ${
        outputs === 1 ? "output" : "outputs"
      } for ${loss}, ${data.name} has ${data.classes.length || "no"} classes`,
    );
  }
  const measured = [...measuredMetrics(spec), "training.loss"], obeyed = obeyedBy(spec).map(obeyable);
  const known = measuredMetrics({ ...spec, metrics: metricNames(loss, data.classes.length) });
  const unmeasured = obeyed.find((metric) => !measured.includes(metric) && known.includes(metric));
  if (unmeasured) {
    const name = unmeasured.slice(unmeasured.indexOf("validation.") + "validation.".length);
    throw new RangeError(`invalid metrics: ${unmeasured} is not measured (add "${name}")`);
  }
  requireMetrics(obeyed, measured);
  for (const rule of leavesIn(spec.stop)) {
    if (rule.kind !== "plateau" || typeof rule.minDelta !== "object") continue;
    const { metric } = rule;
    if (!hasStandardError(metric.slice(metric.lastIndexOf(".") + 1))) throw new MissingStandardError(metric);
  }
}

/**
 * The plan as lines for a terminal: what, then its value, then one line a warning.
 *
 * @example
 * ```ts
 * import { plan, planText, type Spec } from "plateau";
 * const show = (spec: Spec) => console.log(planText(plan(spec)));
 * ```
 */
export function planText(plan: Plan): string {
  const { batches, lastStep } = plan;
  const end = lastStep === null
    ? "no certain end"
    : `${countText(lastStep)} updates = ${countText(+epochAt(batches, lastStep).toFixed(1))} epochs = ${
      countText(examplesAt(batches, lastStep))
    } examples at most`;
  const rest = { train: "", drop: " (the remainder dropped)", wrap: " (the remainder wrapped)" };
  const passes = `${countText(plan.updatesPerEpoch)}${rest[batches.remainder]}`;
  const rows = [
    ...(plan.name === `seed ${plan.seed}` ? [] : [["name", plan.name]]),
    ["model", `${plan.model}, ${countText(plan.parameters)} parameters`],
    [
      "data",
      `${plan.data}, batch ${batches.batch}, ${passes} ${
        plan.updatesPerEpoch === 1 ? "update" : "updates"
      } an epoch`,
    ],
    ["optimizer", plan.optimizer],
    ["schedule", plan.scale ? `${plan.schedule} × ${plan.scale}` : plan.schedule],
    ["stop", plan.stop],
    ["end", end],
    ...(new Set(plan.rates.map(({ rate }) => rate)).size > 1 ? [["rate", ratesText(plan.rates)]] : []),
    ...(plan.gradients ? [["gradients", plan.gradients]] : []),
    ...(plan.average === null ? [] : [["average", `decay ${plan.average}`]]),
    ["select", plan.select],
    [
      "evaluate",
      plan.evaluations === null
        ? `every ${plan.evaluationEvery}`
        : `every ${plan.evaluationEvery}, ${countText(plan.evaluations)} ${
          plan.evaluations === 1 ? "time" : "times"
        } at most`,
    ],
    ["measure", plan.metrics.join(", ")],
    ["save", plan.checkpoints],
    ["seed", String(plan.seed)],
    ...(plan.engine ? [["engine", plan.engine]] : []),
    ...plan.warnings.map(({ message }) => ["warning", message]),
  ];
  return rows.map(([what, value]) => `${what.padEnd(10)}${value}`).join("\n");
}

/** `0.001 at update 0, 0.0001 at 1,999`. */
const ratesText = (rates: Plan["rates"]): string =>
  rates.map(({ update, rate }, i) =>
    `${+rate.toPrecision(3)} at ${i === 0 ? "update " : ""}${countText(update)}`
  )
    .join(", ");
