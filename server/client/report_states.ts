/** What a page of a report is told when the reader moves an input whose states were computed beforehand. */
import { sameData } from "../../lib/notebook/codec.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import type { RecordedState, Recording, StateGroup } from "../../lib/report/recording.ts";
import { eventKey, stateEvents } from "../../lib/report/state_events.ts";

export class ReportStates {
  /** what inputs of groups have now */
  readonly #values: Map<string, unknown>;
  /** the recording's own events, by key */
  readonly #own: ReadonlyMap<string, Event>;
  /** what the page was told last, by key */
  readonly #told: Map<string, Event>;

  constructor(readonly recording: Pick<Recording, "inputs" | "events" | "groups">) {
    this.#values = new Map(Object.entries(recording.inputs));
    this.#own = taken(new Map(), recording.events);
    this.#told = new Map(this.#own);
  }

  /** Whether the value of a name is another now than the recording's own. */
  differs(name: string): boolean {
    const key = `value ${name}`;
    return this.#told.get(key) !== this.#own.get(key);
  }

  /**
   * Sets an input; what changes by it. A value that was not computed becomes the nearest that was, and an event says so.
   */
  set(name: string, value: unknown): readonly Event[] {
    const group = this.recording.groups.find(({ inputs }) => inputs.includes(name));
    if (group === undefined || sameData(this.#values.get(name), value)) return [];
    const state = this.#nearest(group, name, value);
    const given = state.values[group.inputs.indexOf(name)];
    this.#values.set(name, given);
    const corrected: readonly Event[] = sameData(given, value) ? [] : [{ t: "input", name, value: given }];
    return [...corrected, ...this.#change(group, state)];
  }

  /** The state with this value and all others of the group as they are; the present one where there is none. */
  #nearest(group: StateGroup, name: string, value: unknown): RecordedState {
    const at = group.inputs.indexOf(name);
    const now = (input: string) => this.#values.get(input);
    const beside = this.#states(group).filter(({ values }) =>
      group.inputs.every((input, i) => i === at || sameData(values[i], now(input)))
    );
    const exact = beside.find(({ values }) => sameData(values[at], value));
    const wanted = Number.isFinite(value) ? value as number : now(name) as number;
    const distance = ({ values }: RecordedState) =>
      Number.isFinite(values[at]) ? Math.abs(values[at] as number - wanted) : Infinity;
    return exact ??
      beside.filter((state) => distance(state) < Infinity).sort((a, b) => distance(a) - distance(b))[0] ??
      beside.find(({ values }) => sameData(values[at], now(name)))!;
  }

  /** All states of a group; that of the recording itself needs no events. */
  #states({ inputs, states }: StateGroup): readonly RecordedState[] {
    const own = inputs.map((input) => this.recording.inputs[input]);
    const stored = states.some(({ values }) => sameData(values, own));
    return stored ? states : [{ values: own, events: [] }, ...states];
  }

  /** What of a state was not told last. */
  #change(group: StateGroup, { values }: RecordedState): readonly Event[] {
    const events = stateEvents(this.recording, { ...group, states: this.#states(group) }, values)!;
    const news = events.filter((event) => this.#told.get(eventKey(event)) !== event);
    taken(this.#told, news);
    return news;
  }
}

/** What a page has of these events: of a cell that failed nothing is left, and all is told again when it no longer does. */
function taken(told: Map<string, Event>, events: readonly Event[]): Map<string, Event> {
  for (const event of events) told.set(eventKey(event), event);
  const failed = new Set(
    events.flatMap((event) => event.t === "state" && event.state === "error" ? event.cell : []),
  );
  for (const [key, event] of told) {
    if ((event.t === "value" || event.t === "show") && failed.has(event.cell)) told.delete(key);
  }
  return told;
}
