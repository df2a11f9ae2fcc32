/** All that a training needs to go on: random numbers and batch order follow from the counters. Plain data. */
import type { CriterionState } from "../criteria/criterion.ts";
import type { SelectionState } from "../criteria/selection.ts";
import type { EndReason, EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import type { Plan } from "./plan.ts";

/** What bit-equality rests on: a state may go on under other conditions, and the plan says so. */
export interface Conditions {
  /** as `wasm` */
  readonly engine: string;
  readonly version: string;
  readonly device: string;
  /** how updates ran */
  readonly mode: "eager" | "graph" | "xla";
  /** null where the engine does not say */
  readonly threads: number | null;
}

/** Names and shapes of tensors, in the order of their values. */
export interface Layout {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Tensors of one network: what gradients move, and what the forward pass moves. */
export interface Weights {
  readonly parameters: readonly Float32Array[];
  readonly statistics: readonly Float32Array[];
}

export interface End {
  readonly reason: EndReason;
  readonly path: string;
  readonly because: string;
  /** it failed after an update and before all that belongs to it was done: nothing goes on from there */
  readonly midStep?: boolean;
}

export interface TrainState extends Weights {
  /** version of this form */
  readonly version: 1;
  /** what it was trained under: who goes on from it is told what differs */
  readonly plan: Plan;
  readonly conditions: Conditions;
  readonly position: Position;
  /** step at which the run began that wrote this: what `maxSteps({ for })` counts from */
  readonly began: number;
  /** batches of updates taken, with those whose gradients were no numbers and were skipped */
  readonly attempts: number;
  readonly layout: { readonly parameters: readonly Layout[]; readonly statistics: readonly Layout[] };
  /** for each parameter its slots, one after another */
  readonly slots: readonly Float32Array[];
  /** running mean of the parameters; null when none is kept */
  readonly average: readonly Float32Array[] | null;
  /** the criterion as text, and what it remembers */
  readonly criterion: { readonly text: string; readonly state: CriterionState };
  /** what `plan.select` remembers */
  readonly selection: SelectionState;
  readonly scale: PlateauScaleState;
  readonly kept: (Weights & { readonly row: EvaluationRow }) | null;
  readonly trajectory: Trajectory;
  /** how the training ended that wrote this; null for a checkpoint on the way */
  readonly end: End | null;
}
