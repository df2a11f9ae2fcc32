/** Computes the states of inputs that a report can take, in the kernel that has run the notebook. */
import { sameData } from "../notebook/codec.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { onServer } from "../notebook/session_reach.ts";
import type { Event } from "../notebook/wire.ts";
import type { RecordEvents } from "./record_events.ts";
import type { RecordedState, StateGroup } from "./recording.ts";
import { sameEvent } from "./state_events.ts";
import { type PlannedGroup, reachedBy } from "./states.ts";

/** Where the states are computed. */
export interface StateSource {
  readonly notebook: Notebook;
  readonly events: RecordEvents;
  /** gives inputs other values; settles when all that depends on them has run */
  set(values: Readonly<Record<string, unknown>>): Promise<void>;
  /** told after each state */
  done(): void;
}

/**
 * What is told in each state of each group, beside what the notebook is told as it stands. The first state of a group is
 * the one that it is in.
 */
export async function recordStates(
  groups: readonly PlannedGroup[],
  source: StateSource,
): Promise<StateGroup[]> {
  const base = source.events.values(), recorded: StateGroup[] = [];
  let now = base;
  const become = async (values: Readonly<Record<string, unknown>>) => {
    const wanted = { ...base, ...values };
    const changes = Object.entries(wanted).filter(([name, value]) => !sameData(now[name], value));
    now = wanted;
    if (changes.length > 0) await source.set(Object.fromEntries(changes));
  };
  for (const { inputs, states } of groups) {
    await become({});
    const keys = keysOf(source.notebook, inputs);
    const own = new Map(keys.map((key) => [key, source.events.last(key)]));
    const told: RecordedState[] = [{ values: inputs.map((name) => base[name]), events: [] }];
    for (const values of states) {
      await become(Object.fromEntries(inputs.map((name, i) => [name, values[i]])));
      told.push({ values, events: differing(keys, own, source.events) });
      source.done();
    }
    recorded.push({ inputs, states: told });
  }
  return recorded;
}

/** Of all that may be told when these inputs change. */
function keysOf(notebook: Notebook, inputs: readonly string[]): string[] {
  const cells = [...new Set(inputs.flatMap((name) => reachedBy(notebook, name)))];
  const shown = cells.filter(onServer).flatMap(({ key }) => [`state ${key}`, `show ${key}`]);
  const values = cells.flatMap(({ defines }) => defines.map((name) => `value ${name}`));
  return [...shown, ...values, ...cells.flatMap(({ views }) => views.map((name) => `input ${name}`))];
}

/** A cell that failed gives nothing: what it gave last is of another state. */
function differing(
  keys: readonly string[],
  own: ReadonlyMap<string, Event | undefined>,
  events: RecordEvents,
): Event[] {
  return keys.flatMap((key) => {
    const event = events.last(key), before = own.get(key);
    if (!event || before && sameEvent(event, before)) return [];
    if (event.t === "value" && events.news(event.cell)?.state === "error") return [];
    return [event];
  });
}
