/** What a page is told when inputs of a report are moved, and what of a run is worth keeping for it. */
import { sameData } from "../notebook/codec.ts";
import type { Event } from "../notebook/wire.ts";
import type { Recording, StateGroup } from "./recording.ts";

/** Of events with the same key only the last counts; not so of log lines, which are never told again. */
export function eventKey(event: Event): string {
  if ("name" in event) return `${event.t} ${event.name}`;
  return "cell" in event ? `${event.t} ${event.cell}` : event.t;
}

/** Whether a page shows the same of both; how long a cell took says nothing of what it gave. */
export function sameEvent(a: Event, b: Event): boolean {
  return sameData(withoutClock(a), withoutClock(b));
}

function withoutClock(event: Event): Event {
  if (event.t !== "state") return event;
  const { seconds: _, cached: __, price: ___, ...rest } = event;
  return rest;
}

/**
 * The events that make of any state of a group the one in which its inputs have these values: those that differ in some
 * state, as they are in this one.
 *
 * @param values in the order of the group's inputs; numbers count as equal that differ by rounding alone
 * @returns undefined when no such state was computed
 * @example
 * ```ts
 * import { stateEvents } from "./state_events.ts";
 * const group = { inputs: ["depth"], states: [{ values: [2], events: [] }] };
 * stateEvents({ events: [] }, group, [3]); // undefined
 * ```
 */
export function stateEvents(
  recording: Pick<Recording, "events">,
  group: StateGroup,
  values: readonly unknown[],
): readonly Event[] | undefined {
  const state = group.states.find((each) => each.values.every((value, i) => same(value, values[i])));
  if (!state) return undefined;
  const changed = group.states.flatMap(({ events }) => events);
  const keys = new Set(changed.map(eventKey));
  // what failed has no values any more: all that it gave is told again
  const failing = new Set(changed.flatMap((event) => event.t === "state" ? event.cell : []));
  const own = recording.events.filter((event) =>
    keys.has(eventKey(event)) || (event.t === "value" || event.t === "show") && failing.has(event.cell)
  );
  const told = [...new Map([...own, ...state.events].map((event) => [eventKey(event), event])).values()];
  const failed = new Set(
    told.flatMap((event) => event.t === "state" && event.state === "error" ? event.cell : []),
  );
  return told.filter((event) => event.t !== "value" || !failed.has(event.cell));
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return sameData(a, b);
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
