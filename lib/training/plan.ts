/** The plan: every duration resolved to updates, and what is doubtful about it, before the first update. */
import type { Criterion, Metric } from "../criteria/criterion.ts";
import { boundOf, metricsOf, textOf } from "../criteria/rules.ts";
import { selectionMetrics, selectionText } from "../criteria/select.ts";
import {
  type BatchPlan,
  durationText,
  epochAt,
  examplesAt,
  isDue,
  toSteps,
  updatesPerEpoch,
} from "../durations.ts";
import type { Engine } from "../engine/engine.ts";
import { modelKind } from "../models/model_kind.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { resolve, scaleText, scheduleText } from "../schedules/resolve.ts";
import type { ResolvedSchedule } from "../schedules/schedule.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";

/** Metrics that every evaluation measures. */
export const METRICS: readonly Metric[] = [
  "validation.loss",
  "validation.accuracy",
  "test.loss",
  "test.accuracy",
];

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
  readonly evaluationEvery: string;
  /** evaluations on the grid up to the last step; null when no rule must end */
  readonly evaluations: number | null;
  /** "wasm 4.22.0"; empty until the engine has started */
  readonly engine: string;
  readonly warnings: readonly PlanWarning[];
}

/**
 * What `train(spec)` would do, without doing it.
 *
 * @throws RangeError or TypeError that names the field and the value: an unknown metric, a bare number where
 *   a duration is due, a model that does not fit the data
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
  return planFor(filledSpec(spec), null);
}

export function planFor(spec: FilledSpec, engine: Engine | null): Plan {
  const { batches } = spec;
  refuse(spec);
  const schedule = resolve(spec.schedule, batches);
  const lastStep = boundOf(spec.stop, batches);
  const evaluations = lastStep === null ? null : gridSize(spec, lastStep);
  return {
    name: spec.name,
    model: modelKind(spec.model).text(spec.model),
    parameters: modelKind(spec.model).parameters(spec.model, 0)
      .reduce((sum, { values }) => sum + values.length, 0),
    data: `${spec.data.name}, ${spec.data.training.count.toLocaleString("en-US")} training examples`,
    optimizer: optimizerKind(spec.optimizer).text(spec.optimizer),
    schedule: scheduleText(spec.schedule),
    scale: spec.scale && scaleText(spec.scale),
    stop: textOf(spec.stop),
    select: selectionText(spec.select),
    seed: spec.seed,
    batches,
    updatesPerEpoch: updatesPerEpoch(batches),
    lastStep,
    evaluationEvery: durationText(spec.evaluate.every),
    evaluations,
    engine: engine ? `${engine.name} ${engine.version}` : "",
    warnings: lints(spec, schedule, lastStep, evaluations),
  };
}

/** What cannot be trained at all. */
function refuse({ model, data, stop, select, scale }: FilledSpec): void {
  const { inputs, outputs } = modelKind(model).sizes(model);
  if (inputs !== data.features) {
    throw new RangeError(`invalid model: it reads ${inputs} features, ${data.name} has ${data.features}`);
  }
  if (outputs !== data.classes.length) {
    throw new RangeError(
      `invalid model: it tells ${outputs} classes apart, ${data.name} has ${data.classes.length}`,
    );
  }
  const obeyed = [
    ...metricsOf(stop),
    ...selectionMetrics(select),
    ...(scale ? [scale.metric] : []),
  ];
  for (const metric of obeyed) {
    if (metric.startsWith("test.")) {
      throw new RangeError(`${metric} is reported, never obeyed: stop and select by validation metrics`);
    }
    if (!METRICS.includes(metric)) {
      throw new RangeError(`unknown metric: ${metric} (has ${METRICS.join(", ")})`);
    }
  }
}

function gridSize({ batches, evaluate }: FilledSpec, lastStep: number): number {
  let size = 0;
  for (let step = 1; step <= lastStep; step++) if (isDue(batches, evaluate.every, step)) size++;
  return size;
}

const number = (value: number) => value.toLocaleString("en-US");

function lints(
  spec: FilledSpec,
  schedule: ResolvedSchedule,
  lastStep: number | null,
  evaluations: number | null,
): PlanWarning[] {
  const { batches, evaluate } = spec, every = durationText(evaluate.every);
  const warnings: PlanWarning[] = [];
  const warn = (lint: string, message: string) => warnings.push({ lint, message });
  if (lastStep === null) {
    warn(
      "no-certain-end",
      `no rule must end: ${textOf(spec.stop)} may go on for ever; add maxSteps or maxEpochs`,
    );
  }
  if (schedule.horizon !== null && lastStep !== null && schedule.horizon !== lastStep) {
    const message = schedule.horizon < lastStep
      ? `the schedule ends at update ${number(schedule.horizon)}, the training may go on to ${
        number(lastStep)
      }`
      : `the training ends at update ${number(lastStep)}, inside the schedule's ${number(schedule.horizon)}`;
    warn("horizon-differs-from-cap", message);
  }
  if (lastStep !== null && schedule.warmup >= lastStep) {
    warn(
      "warmup-never-ends",
      `warm-up of ${number(schedule.warmup)} updates, training of ${number(lastStep)}`,
    );
  }
  if (evaluations === 0) {
    warn(
      "never-evaluated",
      `evaluating every ${every}, but at most ${number(lastStep!)} updates: no evaluation on the grid`,
    );
  }
  if (lastStep !== null && evaluations && !isDue(batches, evaluate.every, lastStep)) {
    warn(
      "cap-off-grid",
      `the cap at step ${
        number(lastStep)
      } is off the evaluation grid (every ${every}): its last evaluation is reported, and neither stops nor selects`,
    );
  }
  for (const rule of plateaus(spec.stop)) {
    const steps = toSteps(rule.patience, batches);
    const last = evaluations !== null && rule.patience.unit === "evaluations" ? evaluations : null;
    if (last !== null && rule.patience.count >= last) {
      warn(
        "patience-never-runs-out",
        `patience of ${durationText(rule.patience)}, but ${last} evaluations at most`,
      );
    }
    if (steps !== null && lastStep !== null && steps >= lastStep) {
      warn(
        "patience-never-runs-out",
        `patience of ${durationText(rule.patience)}, but ${number(lastStep)} updates at most`,
      );
    }
    const interval = toSteps(evaluate.every, batches);
    if (steps !== null && interval !== null && steps < interval) {
      warn(
        "patience-below-interval",
        `patience of ${durationText(rule.patience)} is shorter than one evaluation interval (${every})`,
      );
    }
  }
  return warnings;
}

function plateaus(criterion: Criterion): Extract<Criterion, { kind: "plateau" }>[] {
  if (criterion.kind === "plateau") return [criterion];
  return "criteria" in criterion ? criterion.criteria.flatMap(plateaus) : [];
}

/** The plan as lines for a terminal: what, then its value, then one line a warning. */
export function planText(plan: Plan): string {
  const { batches, lastStep } = plan;
  const end = lastStep === null
    ? "no certain end"
    : `${number(lastStep)} updates = ${number(+epochAt(batches, lastStep).toFixed(1))} epochs = ${
      number(examplesAt(batches, lastStep))
    } examples at most`;
  const rows = [
    ["name", plan.name],
    ["model", `${plan.model}, ${number(plan.parameters)} parameters`],
    ["data", `${plan.data}, batch ${batches.batch}, ${plan.updatesPerEpoch} updates an epoch`],
    ["optimizer", plan.optimizer],
    ["schedule", plan.scale ? `${plan.schedule} × ${plan.scale}` : plan.schedule],
    ["stop", plan.stop],
    ["end", end],
    ["select", plan.select],
    [
      "evaluate",
      plan.evaluations === null
        ? `every ${plan.evaluationEvery}`
        : `every ${plan.evaluationEvery}, ${plan.evaluations} times at most`,
    ],
    ["seed", String(plan.seed)],
    ...(plan.engine ? [["engine", plan.engine]] : []),
    ...plan.warnings.map(({ message }) => ["warning", message]),
  ];
  return rows.map(([what, value]) => `${what.padEnd(10)}${value}`).join("\n");
}
