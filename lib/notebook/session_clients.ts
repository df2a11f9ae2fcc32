/**
 * The pages of a session. The last event of each key is kept; a page has a set of keys that it lacks. BatchPace
 * says when it is sent them; none while 4 MB wait in its socket: it gets the latest of each key,
 * and of a lossless stream each value of the present run, in order.
 */
import { BatchPace } from "./batch_pace.ts";
import { encode } from "./codec.ts";
import type { LoggedEvent } from "./event_log.ts";
import { EVERY_LIMITS, type EveryValues, type LoggedValue, type ValueEvent } from "./every_values.ts";
import { isLatest, keyOf, type Restored, SessionRecord } from "./session_record.ts";
import type { Held } from "./tails.ts";
import type { Event, ToPage } from "./wire.ts";

export interface Client {
  send(frame: Uint8Array): void;
  /** bytes that wait to be sent */
  buffered(): number;
  readonly role: "owner" | "viewer";
  /** where a page that comes back left off */
  readonly since?: { readonly epoch: string; readonly id: number };
}

const BUFFERED_LIMIT = 4e6;

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
  readonly #record: SessionRecord<Client>;
  readonly #attached = new Map<Client, Attached>();
  /** cells that are to run, by key */
  readonly #queued = new Set<string>();

  /**
   * @param path of the log: what it holds is there at once
   * @param growth bytes after which the log is rewritten; default 16 MB
   * @param limits of what is kept of a lossless stream for pages that come late; default 100,000 values, 64 MB
   * @throws StorageFault where the log cannot be opened
   */
  constructor(path: string, growth?: number, limits = EVERY_LIMITS) {
    this.#record = new SessionRecord(path, (...added) => this.#added(...added), growth, limits);
  }

  /** Names the log that ids belong to. */
  get epoch(): string {
    return this.#record.epoch;
  }

  /** What the log said of cells and inputs when it was opened. */
  restored(): Restored {
    return this.#record.restored;
  }

  /** Records an event and sends it to all pages but `except`. */
  emit(event: Event, except?: Client): void {
    this.#record.add(event, except);
  }

  /** Forgets what was said of other cells than these, and all of other names, which a kernel then gives whole. */
  keep(cells: ReadonlySet<string>, names: ReadonlySet<string>): void {
    for (const cell of this.#queued) if (!cells.has(cell)) this.#queued.delete(cell);
    const gone = this.#record.keep(cells, names);
    for (const { held, sent } of this.#attached.values()) {
      for (const name of gone) {
        held.delete(name);
        sent.delete(name);
      }
    }
  }

  /** Takes a page in: `first` goes before any event. Returns what takes it out again. */
  attach(client: Client, first: readonly ToPage[]): () => void {
    const seen = this.#record.seenBy(client.since);
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
    for (const [key, { id }] of this.#record.latest) if (id > seen) page.dirty.add(key);
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
    return this.#record.value(name);
  }

  close(): void {
    for (const page of this.#attached.values()) page.pace.close();
    this.#attached.clear();
    this.#record.close();
  }

  #added(key: string, event: Event, except?: Client) {
    const last = this.#isLast(event);
    for (const page of this.#attached.values()) {
      if (page.client === except) continue;
      page.dirty.add(key);
      page.pace.wait(last);
    }
  }

  /** Whether a cell has ended and none is left that is to run. */
  #isLast(event: Event): boolean {
    if (event.t !== "state") return false;
    if (event.state === "queued") this.#queued.add(event.cell);
    else this.#queued.delete(event.cell);
    return event.state !== "running" && this.#queued.size === 0;
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
      const entry = this.#record.latest.get(key), every = entry && this.#record.everyOf(entry.event);
      if (!entry || !every) {
        if (entry) lacks.push(entry);
        page.dirty.delete(key);
        continue;
      }
      const from = page.sent.get(nameOf(entry)) ?? page.seen;
      const { values, missing, more } = every.after(from, !page.sent.has(nameOf(entry)));
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

  /** An event as a page is sent it, of which is noted what the page has then. */
  #packed(page: Attached, { id, event }: LoggedEvent): Event {
    if (event.t === "kernel" && page.client.role === "viewer") return kernelForViewer(event);
    if (event.t !== "value") return event;
    if (isLatest(event)) {
      page.sent.delete(event.name);
      return { ...event, value: this.#record.tail(event.name, heldOf(page, event.name)) };
    }
    page.sent.set(event.name, id);
    page.held.delete(event.name);
    return event;
  }
}

/** What it may read, and who else has it open, are its owner's affair. */
function kernelForViewer({ reads: _, note: __, ...event }: Event & { t: "kernel" }): Event {
  return event;
}

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
