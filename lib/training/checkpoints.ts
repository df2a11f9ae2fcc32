/**
 * Weights and states of this process's trainings, by id: events name them and stay plain data. The oldest
 * are dropped past a bound.
 */
import type { EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import { shown } from "../durations.ts";
import type { Position } from "../durations.ts";
import type { Model } from "../models/model.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import type { Plan } from "./plan.ts";

/** Weights that are kept as a result. */
export interface Checkpoint {
  readonly model: Model;
  readonly shapes: readonly (readonly number[])[];
  readonly parameters: readonly Float32Array[];
}

/** All that a training needs to go on: random numbers and batch order follow from the counters, the state of
 * criteria from the trajectory. */
export interface TrainState {
  /** what it was trained under: who goes on from it is told what differs */
  readonly plan: Plan;
  readonly position: Position;
  readonly shapes: readonly (readonly number[])[];
  readonly parameters: readonly Float32Array[];
  readonly slots: readonly Float32Array[];
  readonly scale: PlateauScaleState;
  readonly kept: { readonly row: EvaluationRow; readonly parameters: readonly Float32Array[] } | null;
  readonly trajectory: Trajectory;
}

const BOUND = 64;
const checkpoints = new Map<string, Checkpoint>();
const states = new Map<string, TrainState>();
let made = 0;

function remember<T>(store: Map<string, T>, prefix: string, value: T): string {
  const id = `${prefix}${++made}`;
  store.set(id, value);
  if (store.size > BOUND) store.delete(store.keys().next().value!);
  return id;
}

function recall<T>(store: Map<string, T>, what: string, prefix: string, id: string): T {
  const value = store.get(id);
  if (value) return value;
  const number = typeof id === "string" && id.startsWith(prefix) ? Number(id.slice(prefix.length)) : NaN;
  if (number >= 1 && number <= made) {
    throw new RangeError(`${what} ${id} is no longer in memory (the last ${BOUND} are kept): train again`);
  }
  throw new RangeError(
    `unknown ${what}: ${typeof id === "string" ? id : shown(id)} (an ended training names it in its outcome)`,
  );
}

export const saveCheckpoint = (checkpoint: Checkpoint): string => remember(checkpoints, "c", checkpoint);
export const loadCheckpoint = (id: string): Checkpoint => recall(checkpoints, "checkpoint", "c", id);
export const saveState = (state: TrainState): string => remember(states, "s", state);
export const loadState = (id: string): TrainState => recall(states, "state", "s", id);
