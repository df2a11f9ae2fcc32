/** All that one training recorded, in columns. Plain data: it crosses to the browser as it is, and grows at the tail. */
import type { BatchPlan } from "../batch_plan.ts";

/** One row per update, in order. Of a log only the updates that it holds: a recording of one's own has them all. */
export interface Updates {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  readonly seconds: Float64Array;
  /** learning rate that this update used */
  readonly rate: Float64Array;
  /** mean training loss of this update's batch, before the update */
  readonly loss: Float64Array;
}
/** One row per evaluation on the evaluation grid, in order. */
export interface Evaluations {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  readonly seconds: Float64Array;
  /** by name: validation.loss, validation.accuracy, test.loss, test.accuracy, … */
  readonly metrics: Readonly<Record<string, Float64Array>>;
  /** standard error of the mean, by the same names, where it is known */
  readonly standardErrors: Readonly<Record<string, Float64Array>>;
}
/** Names of the columns, in the order in which they are written. Metrics are columns beside them. */
export const UPDATE_COLUMNS = ["step", "epoch", "examples", "seconds", "rate", "loss"] as const;
export const EVALUATION_COLUMNS = ["step", "epoch", "examples", "seconds"] as const;

/** One evaluation as a row. */
export interface EvaluationRow {
  readonly step: number;
  readonly epoch: number;
  readonly examples: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
}
export type EndReason = "stopped" | "alreadyComplete" | "exhausted" | "diverged" | "aborted" | "failed";

export interface Trajectory {
  readonly name: string;
  readonly seed: number;
  /** null where a log does not say how its updates are cut: epochs and examples are NaN, unless it wrote them down */
  readonly batches: BatchPlan | null;
  readonly updates: Updates;
  readonly evaluations: Evaluations;
  /** the evaluation at an end off the grid; criteria, selection and regret never see it */
  readonly final: EvaluationRow | null;
  /** why recording ended; null while it goes on */
  readonly end: EndReason | null;
}
/** The four axes a curve can be drawn on. */
export type Axis = "step" | "epoch" | "examples" | "seconds";
