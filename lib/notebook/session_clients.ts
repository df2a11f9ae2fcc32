/**
 * The pages of a session. The last event of each key is kept; a page has a set of keys that it lacks. Its first event
 * goes at once, then at most one batch every 16 ms, none while 4 MB wait in its socket: it gets the latest of each key.
 */
import { decode, encode } from "./codec.ts";
import type { EventLog } from "./event_log.ts";
import { type Held, type Packed, TailReceiver } from "./tails.ts";
import type { Event, ToPage } from "./wire.ts";

export interface Client {
  send(frame: Uint8Array): void;
  /** bytes that wait to be sent */
  buffered(): number;
  readonly role: "owner" | "viewer";
  /** where a page that comes back left off */
  readonly since?: { readonly epoch: string; readonly id: number };
}

const BATCH_MILLISECONDS = 16;
const BUFFERED_LIMIT = 4e6;
/** Log lines that a late page still gets. */
const LOG_LINES = 500;

interface Attached {
  readonly client: Client;
  readonly dirty: Set<string>;
  readonly held: Map<string, Held>;
  timer?: ReturnType<typeof setTimeout>;
}

export class SessionClients {
  /** names this life of the session: ids of another one mean nothing here */
  readonly epoch = crypto.randomUUID().slice(0, 8);
  readonly #attached = new Map<Client, Attached>();
  /** in order of id */
  readonly #latest = new Map<string, { id: number; event: Event }>();
  readonly #values = new Map<string, TailReceiver>();
  /** keys of the log lines kept, oldest first */
  readonly #lines: string[] = [];
  #id = 0;

  constructor(readonly log: EventLog) {}

  /** Records an event and sends it to all pages but `except`. */
  emit(event: Event, except?: Client): void {
    const id = ++this.#id;
    this.log.append({ id, at: Date.now(), event });
    const key = keyOf(event, id);
    if (event.t === "value") {
      const receiver = this.#values.get(event.name) ?? new TailReceiver();
      this.#values.set(event.name, receiver);
      receiver.unpack(decode(event.value) as Packed);
    }
    this.#latest.delete(key);
    this.#latest.set(key, { id, event: event.t === "value" ? { ...event, value: NOTHING } : event });
    if (event.t === "log" && this.#lines.push(key) > LOG_LINES) this.#latest.delete(this.#lines.shift()!);
    for (const page of this.#attached.values()) {
      if (page.client === except) continue;
      page.dirty.add(key);
      this.#flush(page);
    }
  }

  /** Forgets the events of cells that are no more. */
  forget(gone: (cell: string) => boolean): void {
    for (const [key, { event }] of this.#latest) {
      if ("cell" in event && event.cell !== undefined && gone(event.cell)) this.#latest.delete(key);
    }
  }

  /** Takes a page in: `first` goes before any event. Returns what takes it out again. */
  attach(client: Client, first: readonly ToPage[]): () => void {
    const page: Attached = { client, dirty: new Set(), held: new Map() };
    this.#attached.set(client, page);
    for (const message of first) client.send(encode(message));
    const seen = client.since?.epoch === this.epoch ? client.since.id : 0;
    for (const [key, { id }] of this.#latest) if (id > seen) page.dirty.add(key);
    this.#flush(page);
    return () => {
      clearTimeout(page.timer);
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
    for (const page of this.#attached.values()) clearTimeout(page.timer);
    this.#attached.clear();
  }

  #flush(page: Attached) {
    if (page.timer !== undefined || page.dirty.size === 0) return;
    if (page.client.buffered() <= BUFFERED_LIMIT) this.#send(page);
    page.timer = setTimeout(() => {
      page.timer = undefined;
      this.#flush(page);
    }, BATCH_MILLISECONDS);
  }

  #send(page: Attached) {
    const events: Event[] = [];
    let last = 0;
    for (const [key, { id, event }] of this.#latest) {
      if (!page.dirty.has(key)) continue;
      last = id;
      events.push(event.t === "value" ? { ...event, value: this.#tail(page, event.name) } : event);
    }
    page.dirty.clear();
    if (events.length) page.client.send(encode({ t: "batch", id: last, events } satisfies ToPage));
  }

  #tail(page: Attached, name: string): Uint8Array {
    const held = page.held.get(name) ?? new Map();
    page.held.set(name, held);
    return encode(this.#values.get(name)!.since(held));
  }
}

const NOTHING = new Uint8Array();

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
