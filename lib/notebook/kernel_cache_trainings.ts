/**
 * What values name of a process's trainings: weights and states are in memory under ids, and events carry the ids. Who
 * keeps such values keeps with them what they name.
 */
import {
  type Checkpoint,
  checkpointNow,
  numberAbove,
  restoreCheckpoint,
  restoreState,
  stateNow,
} from "../training/checkpoints.ts";
import type { TrainState } from "../training/state.ts";
import { type Remembered, rememberTrunk, trunkOf } from "../training/trunks.ts";

/** Plain data, by id. */
export interface NamedTrainings {
  readonly checkpoints: Map<string, Checkpoint>;
  readonly states: Map<string, { readonly state: TrainState; readonly trunk: Remembered | null }>;
}

/** The trainings of this process, as the cache of cells needs them. */
export interface KeptTrainings {
  /** what a value names, and what that names in turn; null when it names nothing */
  named(value: unknown): NamedTrainings | null;
  /** takes in what values of another process name, under the same ids */
  restore(named: NamedTrainings): void;
}

/** From the first call on, ids of this process are like those of no other. */
export function keptTrainings(): KeptTrainings {
  numberAbove(crypto.getRandomValues(new Uint32Array(1))[0] * 2 ** 20 + 2 ** 32);
  return { named: namedIn, restore };
}

function namedIn(value: unknown): NamedTrainings | null {
  const named: NamedTrainings = { checkpoints: new Map(), states: new Map() };
  const seen = new Set<object>();
  const queue: unknown[] = [value];
  while (queue.length > 0) {
    const next = queue.pop();
    if (typeof next === "string") queue.push(...nameOne(next, named));
    else if (typeof next === "object" && next !== null && !ArrayBuffer.isView(next) && !seen.has(next)) {
      seen.add(next);
      queue.push(...partsOf(next));
    }
  }
  return named.checkpoints.size + named.states.size > 0 ? named : null;
}

/** Notes what an id names. Returns where further ids may be. */
function nameOne(id: string, { checkpoints, states }: NamedTrainings): unknown[] {
  if (!/^[cs]\d+$/.test(id) || checkpoints.has(id) || states.has(id)) return [];
  const checkpoint = checkpointNow(id), state = stateNow(id);
  if (checkpoint) checkpoints.set(id, checkpoint);
  if (!state) return [];
  const trunk = trunkOf(state);
  states.set(id, { state, trunk: trunk && plain(trunk) });
  return trunk ? [...trunk.states.ids.values()] : [];
}

/** A trunk as data: without the signal of the run that trained it, which is over. */
function plain({ spec, states: { ids }, from }: Remembered): Remembered {
  return { spec: { ...spec, signal: null }, states: { ids: new Map(ids) }, from };
}

function* partsOf(value: object): Iterable<unknown> {
  const parts = value instanceof Map
    ? [...value.keys(), ...value.values()]
    : value instanceof Set
    ? value
    : Object.values(value);
  for (const part of parts) {
    if (typeof part === "string" || typeof part === "object" && part !== null) yield part;
  }
}

function restore({ checkpoints, states }: NamedTrainings): void {
  for (const [id, checkpoint] of checkpoints) restoreCheckpoint(id, checkpoint);
  for (const [id, { state, trunk }] of states) {
    if (stateNow(id)) continue;
    restoreState(id, state);
    if (trunk) rememberTrunk(state, trunk);
  }
}
