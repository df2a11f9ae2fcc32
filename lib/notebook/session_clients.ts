/**
 * The pages of a session. The last event of each key is kept; a page has a set of keys that it lacks. BatchPace
 * says when it is sent them; none while 4 MB wait in its socket: it gets the latest of each key,
 * and of a lossless stream each value of the present run, in order.
 * What is kept comes from the log when the session is opened, and the log is rewritten to it when it has grown.
 */
import { clearImmediate, setImmediate } from "node:timers";
import { BatchPace } from "./batch_pace.ts";
import { decode, encode } from "./codec.ts";
import { damageText, EventLog, type LoggedEvent } from "./event_log.ts";
import { EVERY_LIMITS, EveryValues, type LoggedValue, type ValueEvent } from "./every_values.ts";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { type Held, type Packed, TailGap, TailReceiver } from "./tails.ts";
import type { CellNews, Event, ToPage } from "./wire.ts";

export interface Client {
  send(frame: Uint8Array): void;
  /** bytes that wait to be sent */
  buffered(): number;
  readonly role: "owner" | "viewer";
  /** where a page that comes back left off */
  readonly since?: { readonly epoch: string; readonly id: number };
}

/** What a session was when its log was last written. */
export interface Restored {
  /** by key of the cell; what was at work then is stale */
  readonly states: ReadonlyMap<string, CellNews>;
  /** by name: all that pages showed, and those that a person chose */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly chosen: Readonly<Record<string, unknown>>;
}

/** Events of one turn that are held at most before they are recorded. */
const RECORDED_TOGETHER = 256;
const BUFFERED_LIMIT = 4e6;
/** Log lines that a late page still gets. */
const LOG_LINES = 500;
/** Bytes by which a log may have grown and is left so when a session is closed. */
const LEFT_TO_READ = 1e6;
/** How long a log that could not be written is left alone. */
const RETRY_MILLISECONDS = 10_000;
const SERVER_ENDED = "the server ended while it ran";

interface Attached {
  readonly client: Client;
  readonly dirty: Set<string>;
  readonly held: Map<string, Held>;
  /** up to which event it had all when it came */
  readonly seen: number;
  /** of lossless streams, by name: id of the last value sent */
  readonly sent: Map<string, number>;
  readonly pace: BatchPace;
}

export class SessionClients {
  readonly #log: EventLog;
  readonly #attached = new Map<Client, Attached>();
  /** cells that are to run, by key */
  readonly #queued = new Set<string>();
  /** events of this turn: they are recorded together at its end, after the pages have them */
  #unrecorded: LoggedEvent[] = [];
  #turn?: ReturnType<typeof setImmediate>;
  /** in order of id */
  readonly #latest = new Map<string, LoggedEvent>();
  readonly #values = new Map<string, TailReceiver>();
  /** by name, of those that a lossless stream gives */
  readonly #every = new Map<string, EveryValues>();
  /** keys of the log lines kept, oldest first */
  readonly #lines: string[] = [];
  readonly #restored: Restored;
  #id: number;
  /** when a log that could not be written may be tried again; 0 while it is written */
  #retryAt = 0;

  /**
   * @param path of the log: what it holds is there at once
   * @param growth bytes after which the log is rewritten; default 16 MB
   * @param limits of what is kept of a lossless stream for pages that come late; default 100,000 values, 64 MB
   * @throws StorageFault where the log cannot be opened
   */
  constructor(path: string, growth?: number, readonly limits = EVERY_LIMITS) {
    this.#log = new EventLog(path, (entry) => this.#keepLogged(entry), growth);
    this.#id = this.#log.gaps.at(-1)?.[1] ?? 0;
    this.#restored = this.#revive();
    if (this.#log.due) this.#tryLog(() => this.#log.rewrite(this.#whole()));
    const { damage } = this.#log;
    if (damage) this.emit({ t: "log", level: "error", text: damageText(damage) });
  }

  /** Names the log that ids belong to. */
  get epoch(): string {
    return this.#log.epoch;
  }

  /** What the log said of cells and inputs when it was opened. */
  restored(): Restored {
    return this.#restored;
  }

  /** Records an event and sends it to all pages but `except`. */
  emit(event: Event, except?: Client): void {
    const entry = { id: ++this.#id, at: Date.now(), event };
    // a value that was forgotten may go on in tails: the log may no longer have what they continue
    const continues = event.t !== "value" || this.#latest.has(keyOf(event, entry.id));
    const key = this.#keep(entry);
    this.#unrecorded.push(continues ? entry : this.#wholeEntry(this.#latest.get(key)!));
    const last = this.#isLast(event);
    for (const page of this.#attached.values()) {
      if (page.client === except) continue;
      page.dirty.add(key);
      page.pace.wait(last);
    }
    if (this.#unrecorded.length >= RECORDED_TOGETHER) this.#record();
    else this.#turn ??= setImmediate(() => this.#record());
  }

  /** Whether a cell has ended and none is left that is to run. */
  #isLast(event: Event): boolean {
    if (event.t !== "state") return false;
    if (event.state === "queued") this.#queued.add(event.cell);
    else this.#queued.delete(event.cell);
    return event.state !== "running" && this.#queued.size === 0;
  }

  /** Forgets the events of cells that are no more. */
  forget(gone: (cell: string) => boolean): void {
    for (const cell of this.#queued) if (gone(cell)) this.#queued.delete(cell);
    for (const [key, { event }] of this.#latest) {
      if (!("cell" in event) || event.cell === undefined || !gone(event.cell)) continue;
      this.#latest.delete(key);
      if (event.t === "value") this.#every.delete(event.name);
    }
  }

  /** Takes a page in: `first` goes before any event. Returns what takes it out again. */
  attach(client: Client, first: readonly ToPage[]): () => void {
    const seen = this.#seenBy(client);
    const page: Attached = {
      client,
      dirty: new Set(),
      held: new Map(),
      seen,
      sent: new Map(),
      pace: new BatchPace(() => this.#flush(page)),
    };
    this.#attached.set(client, page);
    for (const message of first) client.send(encode(message));
    for (const [key, { id }] of this.#latest) if (id > seen) page.dirty.add(key);
    if (!this.#flush(page)) page.pace.wait(false);
    return () => {
      page.pace.close();
      this.#attached.delete(client);
    };
  }

  /** A message to every page, outside the order of events. */
  tell(message: ToPage): void {
    const frame = encode(message);
    for (const { client } of this.#attached.values()) client.send(frame);
  }

  /** The last whole value of a name. */
  value(name: string): unknown {
    return this.#values.get(name)?.value;
  }

  close(): void {
    this.#record();
    for (const page of this.#attached.values()) page.pace.close();
    this.#attached.clear();
    // the next life reads only what it needs
    if (this.#log.grown > LEFT_TO_READ) this.#tryLog(() => this.#log.rewrite(this.#whole()));
    this.#log.close();
  }

  /** Up to which event a page has all; 0 for one that has seen what this log has not. */
  #seenBy({ since }: Client): number {
    if (since?.epoch !== this.epoch || since.id > this.#id) return 0;
    return this.#log.gaps.some(([last, first]) => last < since.id && since.id < first) ? 0 : since.id;
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
    values.add({ ...entry, event: { ...entry.event, value: this.#tail(name, new Map()) } });
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
        this.emit({ t: "kernel", state: "ended", why: "the server ended" });
      }
      if (event.t !== "state") continue;
      const { cell, state, seconds } = event, atWork = state === "running" || state === "queued";
      const took = seconds === undefined ? {} : { seconds };
      const now: CellNews = atWork
        ? { t: "state", cell, state: "stale", reason: SERVER_ENDED, ...took }
        : event;
      if (atWork) this.emit(now);
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
    if (event.t !== "value" || event.value !== NOTHING) return entry;
    return { ...entry, event: { ...event, value: this.#tail(event.name, new Map()) } };
  }

  /** After a fault nothing is appended until all could be written anew: pages still get everything meanwhile. */
  #record() {
    const entries = this.#unrecorded;
    this.#unrecorded = [];
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (entries.length === 0 || this.#retryAt > 0 && Date.now() < this.#retryAt) return;
    this.#tryLog(() => {
      if (this.#retryAt === 0) this.#log.append(...entries);
      if (this.#retryAt > 0 || this.#log.due) this.#log.rewrite(this.#whole());
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
      if (first) this.emit({ t: "log", level: "error", text });
    }
  }

  /** False when something is left: too much waits in the page's socket, or it was too much for one batch. */
  #flush(page: Attached): boolean {
    if (page.client.buffered() > BUFFERED_LIMIT) return false;
    this.#send(page);
    return page.dirty.size === 0;
  }

  /** Sends a batch of what a page lacks, in order of id; what is more stays for the next. */
  #send(page: Attached) {
    const lacks: LoggedEvent[] = [];
    let until = Infinity;
    for (const key of page.dirty) {
      const entry = this.#latest.get(key), every = entry && this.#everyOf(entry.event);
      if (!entry || !every) {
        if (entry) lacks.push(entry);
        page.dirty.delete(key);
        continue;
      }
      const { values, missing, more } = every.after(this.#sentTo(page, entry), !page.sent.has(nameOf(entry)));
      if (missing && values.length) lacks.push(leftOut(values[0], every));
      lacks.push(...values);
      if (more) until = Math.min(until, values.at(-1)!.id);
      else page.dirty.delete(key);
    }
    const batch = lacks.filter(({ id }) => id <= until).toSorted((a, b) => a.id - b.id);
    for (const { id, event } of lacks) if (id > until) page.dirty.add(keyOf(event, id));
    const events = batch.map((entry) => this.#packed(page, entry));
    if (events.length) {
      page.client.send(encode({ t: "batch", id: batch.at(-1)!.id, events } satisfies ToPage));
    }
  }

  #everyOf(event: Event): EveryValues | undefined {
    return event.t === "value" ? this.#every.get(event.name) : undefined;
  }

  #sentTo(page: Attached, entry: LoggedEvent): number {
    return page.sent.get(nameOf(entry)) ?? page.seen;
  }

  /** An event as a page is sent it, of which is noted what the page has then. */
  #packed(page: Attached, { id, event }: LoggedEvent): Event {
    if (event.t !== "value") return event;
    if (event.value === NOTHING) {
      page.sent.delete(event.name);
      return { ...event, value: this.#tail(event.name, heldOf(page, event.name)) };
    }
    page.sent.set(event.name, id);
    page.held.delete(event.name);
    return event;
  }

  #tail(name: string, held: Held): Uint8Array {
    return encode(this.#values.get(name)!.since(held));
  }
}

const NOTHING = new Uint8Array();

const nameOf = ({ event }: LoggedEvent): string => (event as ValueEvent).name;

/** What a page is told that gets a stream from its middle on. */
function leftOut({ id, at, event }: LoggedValue, { leftOut: count, limits }: EveryValues): LoggedEvent {
  const text = `${event.name}: the first ${count.toLocaleString("en")} values of this run are left out ` +
    `(kept for pages: ${limits.values.toLocaleString("en")} values, ${limits.bytes / 1e6} MB)`;
  return { id, at, event: { t: "log", cell: event.cell, level: "warn", text } };
}

function heldOf(page: Attached, name: string): Held {
  const held = page.held.get(name) ?? new Map();
  page.held.set(name, held);
  return held;
}

function keyOf(event: Event, id: number): string {
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
