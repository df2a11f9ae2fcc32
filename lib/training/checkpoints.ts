/**
 * Weights and states of this process's trainings, by id: events name them and stay plain data. Past a bound those
 * that have not been asked for the longest are dropped.
 */
import { shown } from "../durations.ts";
import type { Model } from "../models/model.ts";
import type { Layout, TrainState, Weights } from "./state.ts";

/** Weights that are kept as a result. */
export interface Checkpoint extends Weights {
  readonly model: Model;
  readonly layout: { readonly parameters: readonly Layout[]; readonly statistics: readonly Layout[] };
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

function restore<T>(store: Map<string, T>, id: string, value: T): void {
  if (store.has(id)) return;
  store.set(id, value);
  if (store.size > BOUND) store.delete(store.keys().next().value!);
}

function recall<T>(store: Map<string, T>, what: string, prefix: string, id: string): T {
  const value = store.get(id);
  if (value) {
    store.delete(id); // behind those not asked for
    store.set(id, value);
    return value;
  }
  const number = typeof id === "string" && id.startsWith(prefix) ? Number(id.slice(prefix.length)) : NaN;
  if (number >= 1 && number <= made) {
    throw new RangeError(
      `${what} ${id} is no longer in memory (the last ${BOUND} are kept, of one training as many as its checkpoint.keep says): train again`,
    );
  }
  if (prefix === "s" && checkpoints.has(id)) {
    throw new RangeError(
      `invalid state: ${id} is the checkpoint of an outcome, for predict (from takes its state)`,
    );
  }
  throw new RangeError(
    `unknown ${what}: ${typeof id === "string" ? id : shown(id)} (an ended training names it in its outcome)`,
  );
}

export const saveCheckpoint = (checkpoint: Checkpoint): string => remember(checkpoints, "c", checkpoint);
export const loadCheckpoint = (id: string): Checkpoint => recall(checkpoints, "checkpoint", "c", id);
export const saveState = (state: TrainState): string => remember(states, "s", state);
export const forgetState = (id: string): void => void states.delete(id);
/** Whether a state is still in memory. */
export const hasState = (id: string): boolean => states.has(id);
export const loadState = (id: string): TrainState => recall(states, "state", "s", id);

/** Ids from here on have numbers above this, so that those of two processes that share values are never the same. */
export const numberAbove = (number: number): void => void (made = Math.max(made, number));
/** What an id names, without asking for it; null when it names nothing in memory. */
export const checkpointNow = (id: string): Checkpoint | null => checkpoints.get(id) ?? null;
export const stateNow = (id: string): TrainState | null => states.get(id) ?? null;
/** Takes in what another process had under an id; what this one has stays. */
export const restoreCheckpoint = (id: string, value: Checkpoint): void => restore(checkpoints, id, value);
export const restoreState = (id: string, value: TrainState): void => restore(states, id, value);
