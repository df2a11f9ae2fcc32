/** What a kernel said while a notebook ran, as a page that opens afterwards is told it: the last of every event. */
import { decode, encode } from "../notebook/codec.ts";
import type { Input } from "../notebook/inputs.ts";
import type { FromKernel } from "../notebook/kernel_messages.ts";
import { blockedCells } from "../notebook/load.ts";
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { onServer } from "../notebook/session_reach.ts";
import { type Packed, TailReceiver } from "../notebook/tails.ts";
import type { CellError, CellNews, EngineLine, Event } from "../notebook/wire.ts";
import type { DeclaredInput } from "./record_program.ts";
import { RecordStreams } from "./record_streams.ts";
import { eventKey } from "./state_events.ts";

/** Log lines that are kept of a run. */
const LOG_LINES = 500;
/** The bytes of a value are in its receiver. */
const NOTHING = new Uint8Array();

export class RecordEvents {
  /** by key, the one that came last at the end */
  readonly #last = new Map<string, Event>();
  readonly #values = new Map<string, TailReceiver>();
  readonly #lines: string[] = [];
  #count = 0;
  readonly #byKey: ReadonlyMap<string, Cell>;
  readonly streams: RecordStreams;
  /** what the inputs of the kernel are, by name */
  readonly inputs = new Map<string, Input>();
  /** the engine that started */
  engine?: EngineLine;

  /** @param now milliseconds of a clock that never goes back */
  constructor(readonly notebook: Notebook, now: () => number = () => performance.now()) {
    this.#byKey = new Map(notebook.cells.map((cell) => [cell.key, cell]));
    this.streams = new RecordStreams(notebook, now);
    this.#blame();
  }

  /** Takes in a word of the kernel. */
  take(message: FromKernel): void {
    switch (message.t) {
      case "engine":
        this.engine = message.engine;
        return;
      case "input":
        if (this.notebook.toServer.includes(message.name)) this.#keep(message);
        return;
      case "value":
        return this.#value(message);
      case "log":
        return this.#log(message);
      case "show":
        return this.#show(message);
      case "state":
        return this.#state(message);
    }
  }

  /** The kernel was given a value that somebody chose. */
  chose(name: string, value: unknown): void {
    this.#keep({ t: "input", name, value, chosen: true });
  }

  /** The last of the events with a key; a value is whole. */
  last(key: string): Event | undefined {
    const event = this.#last.get(key);
    if (event?.t !== "value") return event;
    return { ...event, value: encode(this.#values.get(event.name)!.since(new Map())) };
  }

  /** The last of every event, in the order in which they came. */
  all(): Event[] {
    return [...this.#last.keys()].map((key) => this.last(key)!);
  }

  /** The last word on a cell of the server. */
  news(cell: string): CellNews | undefined {
    return this.#last.get(`state ${cell}`) as CellNews | undefined;
  }

  /** What the inputs of the server are now, by name. */
  values(): Record<string, unknown> {
    const inputs = [...this.#last.values()].filter((event) => event.t === "input");
    return Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  }

  /** The last value of a name. */
  value(name: string): unknown {
    return this.#values.get(name)?.value;
  }

  /** The first cell, in file order, that failed by itself. */
  failed(): { readonly cell: Cell; readonly error: CellError } | undefined {
    for (const cell of this.notebook.cells) {
      const { state, error } = this.news(cell.key) ?? {};
      if (state === "error" && error && error.waitsFor === undefined) return { cell, error };
    }
  }

  /** A cell whose text has an error says so; no kernel runs it. */
  #blame() {
    const { diagnostics, cells } = this.notebook, blocked = blockedCells(this.notebook);
    for (const { id, key } of cells.filter(({ id }) => blocked.has(id))) {
      const { message, line, column } = diagnostics.find((each) =>
        each.level === "error" && each.cells.includes(id)
      )!;
      const error = { name: "Error", message, line, column };
      this.#keep({ t: "state", cell: key, state: "error", error });
    }
    if (diagnostics.length > 0) this.#keep({ t: "problems", diagnostics, loaded: true });
  }

  #keep(event: Event, key = eventKey(event)) {
    this.#last.delete(key);
    this.#last.set(key, event);
  }

  #state(news: CellNews) {
    const cell = this.#byKey.get(news.cell);
    if (!cell || !onServer(cell)) return; // a page runs it itself
    if (news.state === "running") { for (const name of cell.lives) this.streams.begin(name); }
    this.#keep(news);
  }

  /** Cells of inputs show what those are, and to nobody else. */
  #show(event: Event & { t: "show" }) {
    const cell = this.#byKey.get(event.cell);
    if (!cell) return;
    if (onServer(cell)) return this.#keep(event);
    for (const { name, input } of decode(event.values) as DeclaredInput[]) {
      this.inputs.set(name, input as Input);
    }
  }

  #log(event: Event & { t: "log" }) {
    if (event.cell === undefined) return; // of the kernel on this machine
    const key = `log ${this.#count++}`;
    this.#keep(event, key);
    if (this.#lines.push(key) > LOG_LINES) this.#last.delete(this.#lines.shift()!);
  }

  #value({ every: _, ...event }: Event & { t: "value" }) {
    const { name, value } = event, receiver = this.#values.get(name) ?? new TailReceiver();
    receiver.unpack(decode(value) as Packed);
    this.#values.set(name, receiver);
    this.#keep({ ...event, value: NOTHING });
    this.streams.add(name, receiver.value);
  }
}
