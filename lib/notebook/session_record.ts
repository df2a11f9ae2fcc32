/**
 * What is kept of a session's events, in memory and on disk: the last of each key, of a lossless stream each value of its
 * present run, and the last log lines. It comes from the log when the session is opened, and the log is rewritten to it
 * when it has grown, or has what must not stay.
 */
import { clearImmediate, setImmediate } from "node:timers";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { decode, encode } from "./codec.ts";
import { damageText, EventLog, type LoggedEvent } from "./event_log.ts";
import { EVERY_LIMITS, EveryValues, type LoggedValue, type ValueEvent } from "./every_values.ts";
import { type Held, type Packed, TailGap, TailReceiver } from "./tails.ts";
import type { CellNews, Event } from "./wire.ts";

/** What a session was when its log was last written. */
export interface Restored {
  /** by key of the cell; what was at work then is stale */
  readonly states: ReadonlyMap<string, CellNews>;
  /** by name: all that pages showed, and those that a person chose */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly chosen: Readonly<Record<string, unknown>>;
}

/** Told of every event that is added, under which key it is kept, and who gave it. */
export type Added<From> = (key: string, event: Event, from?: From) => void;

/** Events of one turn that are held at most before they are recorded. */
const RECORDED_TOGETHER = 256;
/** Log lines that a late page still gets. */
const LOG_LINES = 500;
/** Bytes by which a log may have grown and is left so when a session is closed. */
const LEFT_TO_READ = 1e6;
/** How long a log that could not be written is left alone. */
const RETRY_MILLISECONDS = 10_000;
const SERVER_ENDED = "the server ended while it ran";

export class SessionRecord<From> {
  readonly #log: EventLog;
  /** events of this turn: they are recorded together at its end, after the pages have them */
  #unrecorded: LoggedEvent[] = [];
  #turn?: ReturnType<typeof setImmediate>;
  /** in order of id; the value of a `value` is in `#values` */
  readonly #latest = new Map<string, LoggedEvent>();
  readonly #values = new Map<string, TailReceiver>();
  /** by name, of those that a lossless stream gives */
  readonly #every = new Map<string, EveryValues>();
  /** keys of the log lines kept, oldest first */
  #lines: string[] = [];
  /** what the log said of cells and inputs when it was opened */
  readonly restored: Restored;
  #id: number;
  /** when a log that could not be written may be tried again; 0 while it is written */
  #retryAt = 0;
  /** the log has values of names that are no more */
  #hasGone = false;

  /**
   * @param path of the log: what it holds is there at once
   * @param growth bytes after which the log is rewritten; default 16 MB
   * @throws StorageFault where the log cannot be opened
   */
  constructor(path: string, readonly added: Added<From>, growth?: number, readonly limits = EVERY_LIMITS) {
    this.#log = new EventLog(path, (entry) => this.#keepLogged(entry), growth);
    this.#id = this.#log.gaps.at(-1)?.[1] ?? 0;
    this.restored = this.#revive();
    if (this.#log.due) this.#tryLog(() => this.#log.rewrite(this.#whole()));
    const { damage } = this.#log;
    if (damage) this.add({ t: "log", level: "error", text: damageText(damage) });
  }

  /** Names the log that ids belong to. */
  get epoch(): string {
    return this.#log.epoch;
  }

  /** Id of the last event. */
  get last(): number {
    return this.#id;
  }

  /** The last event of each key, in order; a value's is empty unless a lossless stream gave it. */
  get latest(): ReadonlyMap<string, LoggedEvent> {
    return this.#latest;
  }

  /** Takes an event in, and records it at the end of this turn. */
  add(event: Event, from?: From): void {
    const entry = { id: ++this.#id, at: Date.now(), event };
    // a value that was forgotten may go on in tails: the log may no longer have what they continue
    const continues = event.t !== "value" || this.#latest.has(keyOf(event, entry.id));
    const key = this.#keep(entry);
    this.#unrecorded.push(continues ? entry : this.#wholeEntry(this.#latest.get(key)!));
    this.added(key, event, from);
    if (this.#unrecorded.length >= RECORDED_TOGETHER) this.#write();
    else this.#writeSoon();
  }

  /** Forgets what was said of other cells, and all of other names. Returns the names whose values are gone. */
  keep(cells: ReadonlySet<string>, names: ReadonlySet<string>): string[] {
    for (const [key, { event }] of this.#latest) {
      const ofCell = "cell" in event && event.cell !== undefined && !cells.has(event.cell);
      const ofName = "name" in event && !names.has(event.name);
      if (!ofCell && !ofName) continue;
      this.#latest.delete(key);
      if (event.t === "value") this.#every.delete(event.name);
      if (ofName) this.#hasGone = true;
    }
    this.#lines = this.#lines.filter((key) => this.#latest.has(key));
    const gone = [...this.#values.keys()].filter((name) => !names.has(name));
    for (const name of gone) this.#values.delete(name);
    if (gone.length > 0) this.#hasGone = true;
    if (this.#hasGone) this.#writeSoon();
    return gone;
  }

  /** The last whole value of a name. */
  value(name: string): unknown {
    return this.#values.get(name)?.value;
  }

  /** What a cell shows last, by its key; undefined where it has shown nothing. */
  shown(cell: string): Extract<Event, { t: "show" }> | undefined {
    const event = this.#latest.get(`show:${cell}`)?.event;
    return event?.t === "show" ? event : undefined;
  }

  /** The last value of a name for a page that has `held`, which is updated. */
  tail(name: string, held: Held): Uint8Array {
    return encode(this.#values.get(name)!.since(held));
  }

  /** The values of a lossless stream, when that is where the event is from. */
  everyOf(event: Event): EveryValues | undefined {
    return event.t === "value" ? this.#every.get(event.name) : undefined;
  }

  /** Up to which event one has all that left off there; 0 for one that has seen what this log has not. */
  seenBy(since: { readonly epoch: string; readonly id: number } | undefined): number {
    if (since?.epoch !== this.epoch || since.id > this.#id) return 0;
    return this.#log.gaps.some(([last, first]) => last < since.id && since.id < first) ? 0 : since.id;
  }

  close(): void {
    this.#write();
    // the next life reads only what it needs
    if (this.#log.grown > LEFT_TO_READ) this.#tryLog(() => this.#log.rewrite(this.#whole()));
    this.#log.close();
  }

  /** Takes an event in; returns its key. */
  #keep(entry: LoggedEvent): string {
    const { id, event } = entry, key = keyOf(event, id);
    if (event.t === "value") {
      const receiver = this.#values.get(event.name) ?? new TailReceiver();
      receiver.unpack(decode(event.value) as Packed);
      this.#values.set(event.name, receiver);
      this.#keepEvery(entry as LoggedValue);
    }
    this.#latest.delete(key);
    this.#latest.set(key, event.t === "value" ? { ...entry, event: { ...event, value: NOTHING } } : entry);
    if (event.t === "log" && this.#lines.push(key) > LOG_LINES) this.#latest.delete(this.#lines.shift()!);
    return key;
  }

  #keepEvery(entry: LoggedValue) {
    const { name, every } = entry.event;
    if (every === undefined) return void this.#every.delete(name);
    const known = this.#every.get(name);
    if (known?.run === every) return known.add(entry);
    const values = new EveryValues(every, this.limits);
    this.#every.set(name, values);
    values.add({ ...entry, event: { ...entry.event, value: this.tail(name, new Map()) } });
  }

  /** A value that continues one which is not in the log was of a cell that is no more. */
  #keepLogged(entry: LoggedEvent) {
    try {
      this.#keep(entry);
    } catch (error) {
      if (!(error instanceof TailGap)) throw error;
    }
  }

  /** No kernel outlives the server: what was at work is stale. Reads what there is of cells and inputs. */
  #revive(): Restored {
    const states = new Map<string, CellNews>();
    const inputs: Record<string, unknown> = Object.create(null);
    const chosen: Record<string, unknown> = Object.create(null);
    for (const { event } of [...this.#latest.values()]) {
      if (event.t === "input") inputs[event.name] = event.value;
      if (event.t === "input" && event.chosen) chosen[event.name] = event.value;
      if (event.t === "kernel" && event.state !== "ended" && event.state !== "stopped") {
        this.add({ t: "kernel", state: "ended", why: "the server ended" });
      }
      if (event.t !== "state") continue;
      const { cell, state, seconds } = event, atWork = state === "running" || state === "queued";
      const took = seconds === undefined ? {} : { seconds };
      const now: CellNews = atWork
        ? { t: "state", cell, state: "stale", reason: SERVER_ENDED, ...took }
        : event;
      if (atWork) this.add(now);
      states.set(cell, now);
    }
    return { states, inputs, chosen };
  }

  /** Everything that a late page needs, in order. */
  *#whole(): Iterable<LoggedEvent> {
    const every = [...this.#every.values()].flatMap((values) => values.all());
    const others = [...this.#latest.values()].filter(({ event }) =>
      event.t !== "value" || !this.#every.has(event.name)
    );
    for (const entry of [...others, ...every].toSorted((a, b) => a.id - b.id)) yield this.#wholeEntry(entry);
  }

  #wholeEntry(entry: LoggedEvent): LoggedEvent {
    const { event } = entry;
    if (event.t !== "value" || !isLatest(event)) return entry;
    return { ...entry, event: { ...event, value: this.tail(event.name, new Map()) } };
  }

  #writeSoon() {
    this.#turn ??= setImmediate(() => this.#write());
  }

  /** After a fault nothing is appended until all could be written anew: pages still get everything meanwhile. */
  #write() {
    const entries = this.#unrecorded;
    this.#unrecorded = [];
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (entries.length === 0 && !this.#hasGone || this.#retryAt > 0 && Date.now() < this.#retryAt) return;
    this.#tryLog(() => {
      const anew = this.#retryAt > 0 || this.#hasGone;
      if (!anew) this.#log.append(...entries);
      if (anew || this.#log.due) this.#log.rewrite(this.#whole());
      this.#hasGone = false;
    });
  }

  #tryLog(write: () => void) {
    try {
      write();
      this.#retryAt = 0;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      const first = this.#retryAt === 0;
      this.#retryAt = Date.now() + RETRY_MILLISECONDS;
      const text = `not recorded: ${error.message}; a server that starts again will not know what comes now`;
      if (first) this.add({ t: "log", level: "error", text });
    }
  }
}

const NOTHING = new Uint8Array();

/** Whether it is a value of which only the last counts, and which is kept apart from its event. */
export const isLatest = (event: ValueEvent): boolean => event.value === NOTHING;

/** Of events with the same key only the last counts. */
export function keyOf(event: Event, id: number): string {
  switch (event.t) {
    case "value":
    case "input":
      return `${event.t}:${event.name}`;
    case "show":
    case "state":
      return `${event.t}:${event.cell}`;
    case "log":
      return `log:${id}`;
    default:
      return event.t;
  }
}
