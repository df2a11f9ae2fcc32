/** What a run of a notebook left, as data: all that a report of it is made of. */
import type { Event, PageNotebook } from "../notebook/wire.ts";

/** One value of a stream on its way. */
export interface Frame {
  /** milliseconds since the first value of the stream, also of a value that follows from it */
  readonly at: number;
  /** packed: `unpackFrame` of frames.ts gives the value */
  readonly value: Uint8Array;
}

/** What a page is told when inputs have these values. */
export interface RecordedState {
  /** in the order of the group's inputs */
  readonly values: readonly unknown[];
  /** the last of each event that differs from the recording's own */
  readonly events: readonly Event[];
}

/** Inputs that some cell of the server reads together, directly or not: their states were computed beforehand. */
export interface StateGroup {
  readonly inputs: readonly string[];
  /** the first is the recording's own; `stateEvents` of state_events.ts says what a page is told */
  readonly states: readonly RecordedState[];
}

/** Where a run took place, and on what: as far as numbers may depend on it. */
export interface RecordedOn {
  readonly engine: string;
  readonly version: string;
  readonly device: string;
  readonly deno: string;
  readonly system: string;
  readonly processor: string;
  readonly threads: number;
}

export interface Recording {
  readonly notebook: PageNotebook;
  /** text of the page's two modules: the cells, and what they import */
  readonly code: string;
  readonly vendor: string;
  /** the inputs of the server's cells, and others that were asked for, as a page shows them first */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** the last of every event, in the order in which they came: what a page that opens is told */
  readonly events: readonly Event[];
  /** values on their way of each name that streamed, and of what the server computed from it, at most 120 of each */
  readonly streams: Readonly<Record<string, readonly Frame[]>>;
  /** by name, how many values there were of which not every one is kept; absent: all are */
  readonly thinned?: Readonly<Record<string, number>>;
  readonly groups: readonly StateGroup[];
  /** inputs of the server's cells that stay as they are in a report, and why */
  readonly frozen: Readonly<Record<string, string>>;
  readonly on: RecordedOn;
  /** milliseconds since 1970 */
  readonly began: number;
  readonly seconds: number;
}
