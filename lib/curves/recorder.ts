/** Writes down a training as it goes. */
import type { BatchPlan } from "../batch_plan.ts";
import { Column } from "./column.ts";
import {
  type EndReason,
  EVALUATION_COLUMNS,
  type EvaluationRow,
  type Trajectory,
  UPDATE_COLUMNS,
} from "./trajectory.ts";

export interface RecorderOptions {
  readonly name: string;
  readonly seed: number;
  readonly batches: BatchPlan;
  /** every metric that evaluations measure, as `validation.loss` */
  readonly metrics: readonly string[];
}
/** One update as a row. */
export interface UpdateRow {
  readonly step: number;
  readonly epoch: number;
  readonly examples: number;
  readonly seconds: number;
  readonly rate: number;
  readonly loss: number;
}
export interface Recorder {
  /** @throws RangeError when the step is not after the last one */
  update(row: UpdateRow): void;
  /**
   * An evaluation on the grid. A metric that it lacks is written as NaN.
   * @param standardErrors by metric, where they are known
   * @throws RangeError for a metric that was not announced, or a step that is not after the last one
   */
  evaluation(row: EvaluationRow, standardErrors?: Readonly<Record<string, number>>): void;
  /** why recording ended, and the evaluation at an end off the grid */
  finish(reason: EndReason, final?: EvaluationRow | null): void;
  /** step of the last evaluation on the grid; 0 before the first */
  lastEvaluatedStep(): number;
  /** all so far, without a copy: costs as much as there are columns, however long they are */
  trajectory(): Trajectory;
}

/**
 * An empty recording.
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * const record = recorder({ name: "seed 0", seed: 0, batches: batchPlan(1_097, 32), metrics: ["validation.loss"] });
 * record.update({ step: 1, epoch: 32 / 1_097, examples: 32, seconds: 0.01, rate: 1e-3, loss: 2.3 });
 * ```
 */
export function recorder({ name, seed, batches, metrics }: RecorderOptions): Recorder {
  const none = new Float64Array();
  const updates = { step: none, epoch: none, examples: none, seconds: none, rate: none, loss: none };
  const { rate: _rate, loss: _loss, ...columns } = updates;
  const measured = Object.fromEntries(metrics.map((metric) => [metric, none]));
  const evaluations = { ...columns, metrics: measured, standardErrors: {} };
  return resumeRecorder({ name, seed, batches, updates, evaluations, final: null, end: null });
}

/**
 * Goes on with a recording: what it holds is copied, its end and its evaluation off the grid are taken back.
 * @param name default that of the recording
 * @param measured metrics from now on; one that the recording lacks is NaN before. Default those that it has
 */
export function resumeRecorder(
  from: Trajectory,
  name: string = from.name,
  measured: readonly string[] = [],
): Recorder {
  const updates = mapped(UPDATE_COLUMNS, (column) => new Column(from.updates[column]));
  const evaluations = mapped(EVALUATION_COLUMNS, (column) => new Column(from.evaluations[column]));
  const named = (columns: Readonly<Record<string, Float64Array>>) =>
    new Map(Object.entries(columns).map(([metric, values]) => [metric, new Column(values)]));
  const metrics = named(from.evaluations.metrics), errors = named(from.evaluations.standardErrors);
  const before = from.evaluations.step.length;
  for (const metric of measured) {
    if (!metrics.has(metric)) metrics.set(metric, new Column(new Float64Array(before).fill(NaN)));
  }
  let end: EndReason | null = null, final: EvaluationRow | null = null;

  return {
    update(row) {
      checkOrder("update", row.step, updates.step.last);
      for (const column of UPDATE_COLUMNS) updates[column].push(row[column]);
    },
    evaluation(row, standardErrors = {}) {
      checkOrder("evaluation", row.step, evaluations.step.last);
      for (const metric of Object.keys(row.metrics)) checkAnnounced(metric, metrics);
      for (const metric of Object.keys(standardErrors)) {
        checkAnnounced(metric, metrics);
        if (!errors.has(metric)) {
          errors.set(metric, new Column(new Float64Array(evaluations.step.length).fill(NaN)));
        }
      }
      for (const column of EVALUATION_COLUMNS) evaluations[column].push(row[column]);
      for (const [metric, column] of metrics) column.push(row.metrics[metric] ?? NaN);
      for (const [metric, column] of errors) column.push(standardErrors[metric] ?? NaN);
    },
    finish(reason, row = null) {
      end = reason;
      final = row;
    },
    lastEvaluatedStep: () => evaluations.step.last ?? 0,
    trajectory: () => ({
      name,
      seed: from.seed,
      batches: from.batches,
      updates: mapped(UPDATE_COLUMNS, (column) => updates[column].view()),
      evaluations: {
        ...mapped(EVALUATION_COLUMNS, (column) => evaluations[column].view()),
        metrics: viewed(metrics),
        standardErrors: viewed(errors),
      },
      final,
      end,
    }),
  };
}

function mapped<Name extends string, T>(names: readonly Name[], each: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, each(name)])) as Record<Name, T>;
}

const viewed = (columns: ReadonlyMap<string, Column>): Record<string, Float64Array> =>
  Object.fromEntries([...columns].map(([metric, column]) => [metric, column.view()]));

function checkOrder(what: string, step: number, last = 0): void {
  if (!(step > last)) throw new RangeError(`invalid ${what}: step ${step} (after step ${last})`);
}

function checkAnnounced(metric: string, metrics: ReadonlyMap<string, Column>): void {
  if (!metrics.has(metric)) {
    throw new RangeError(`unknown metric: ${metric} (has ${[...metrics.keys()].join(", ")})`);
  }
}
