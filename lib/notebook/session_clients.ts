/**
 * The pages of a session. The last event of each key is kept; pages that have been told the same are an audience, with
 * the keys that they lack. BatchPace says when they are sent them; none while too much waits in a page's socket: it gets
 * the latest of each key, and of a lossless stream each value of the present run, in order.
 */
import { BatchPace } from "./batch_pace.ts";
import { encode } from "./codec.ts";
import { EVERY_LIMITS } from "./every_values.ts";
import { Audience, type Role } from "./session_audience.ts";
import { type Restored, SessionRecord } from "./session_record.ts";
import type { Event, ToPage } from "./wire.ts";

export interface Client {
  send(frame: Uint8Array): void;
  /** bytes that wait to be sent */
  buffered(): number;
  readonly role: Role;
  /** where a page that comes back left off */
  readonly since?: { readonly epoch: string; readonly id: number };
}

/** Bytes that may wait in one socket before a page is sent more, and in those of all viewers together. */
const BUFFERED_LIMIT = 4e6;
const VIEWERS_BUFFERED = 64e6;
/** What each viewer adds to the time between two batches of theirs: a crowd leaves the machine to what it looks at. */
const VIEWER_MILLISECONDS = 0.15;

export class SessionClients {
  readonly #record: SessionRecord<Client>;
  /** which audience a page is part of; each page of the owner is one of its own */
  readonly #audiences = new Map<Client, Audience<Client>>();
  readonly #owners = new Map<Audience<Client>, BatchPace>();
  readonly #viewers = new Set<Audience<Client>>();
  readonly #viewersPace = new BatchPace(
    () => this.#flushViewers(),
    () => VIEWER_MILLISECONDS * this.#viewerCount,
  );
  #viewerCount = 0;
  /** cells that are to run, by key */
  readonly #queued = new Set<string>();
  /** messages that pages are told first, as frames */
  readonly #frames = new WeakMap<ToPage, Uint8Array>();

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
    for (const audience of [...this.#owners.keys(), ...this.#viewers]) {
      for (const name of gone) audience.forget(name);
    }
  }

  /**
   * Takes a page in: `first` goes before any event; a message that several pages are told so is made into bytes once.
   * Returns what takes it out again.
   */
  attach(client: Client, first: readonly ToPage[]): () => void {
    for (const message of first) client.send(this.#frame(message));
    if (client.role === "viewer") this.#attachViewer(client);
    else this.#attachOwner(client);
    return () => this.#detach(client);
  }

  /** A message to every page, outside the order of events. */
  tell(message: ToPage): void {
    const frame = this.#frame(message);
    for (const client of this.#audiences.keys()) client.send(frame);
  }

  /** The last whole value of a name. */
  value(name: string): unknown {
    return this.#record.value(name);
  }

  /** What a cell shows last, by its key; undefined where it has shown nothing. */
  shown(cell: string): Extract<Event, { t: "show" }> | undefined {
    return this.#record.shown(cell);
  }

  close(): void {
    this.#viewersPace.close();
    for (const pace of this.#owners.values()) pace.close();
    this.#owners.clear();
    this.#viewers.clear();
    this.#audiences.clear();
    this.#record.close();
  }

  #attachOwner(client: Client) {
    const audience = this.#audience(client),
      pace = new BatchPace(() => this.#flush(audience, BUFFERED_LIMIT));
    this.#owners.set(audience, pace);
    if (!this.#flush(audience, BUFFERED_LIMIT)) pace.wait(false);
  }

  #attachViewer(client: Client) {
    this.#viewers.add(this.#audience(client));
    this.#viewerCount++;
    this.#viewersPace.begin();
  }

  /** The audience of a page that comes: one of its own, until it has what others have. */
  #audience(client: Client): Audience<Client> {
    const seen = this.#record.seenBy(client.since);
    const dirty = [...this.#record.latest].filter(([, { id }]) => id > seen).map(([key]) => key);
    const audience = new Audience<Client>(this.#record, client.role, { seen, dirty });
    audience.pages.add(client);
    this.#audiences.set(client, audience);
    return audience;
  }

  #detach(client: Client) {
    const audience = this.#audiences.get(client);
    if (audience === undefined) return;
    this.#audiences.delete(client);
    audience.pages.delete(client);
    if (client.role === "viewer") this.#viewerCount--;
    if (audience.pages.size > 0) return;
    this.#owners.get(audience)?.close();
    this.#owners.delete(audience);
    this.#viewers.delete(audience);
  }

  #frame(message: ToPage): Uint8Array {
    const frame = this.#frames.get(message) ?? encode(message);
    this.#frames.set(message, frame);
    return frame;
  }

  #added(key: string, event: Event, except?: Client) {
    const last = this.#isLast(event);
    for (const [audience, pace] of this.#owners) {
      if (except !== undefined && audience.pages.has(except)) continue;
      audience.dirty.add(key);
      pace.wait(last);
    }
    if (this.#viewers.size === 0) return;
    for (const audience of this.#viewers) audience.dirty.add(key);
    this.#viewersPace.wait(last);
  }

  /** Whether a cell has ended and none is left that is to run. */
  #isLast(event: Event): boolean {
    if (event.t !== "state") return false;
    if (event.state === "queued") this.#queued.add(event.cell);
    else this.#queued.delete(event.cell);
    return event.state !== "running" && this.#queued.size === 0;
  }

  /** False when something is left: too much waits in a page's socket, or it was too much for one batch. */
  #flush(audience: Audience<Client>, limit: number): boolean {
    const slow = [...audience.pages].filter((client) => client.buffered() > limit);
    if (slow.length === audience.pages.size) return false;
    if (slow.length > 0) this.#part(audience, slow);
    const frame = audience.batch();
    if (frame !== undefined) { for (const client of audience.pages) client.send(frame); }
    return slow.length === 0 && audience.hasAll;
  }

  /** Only viewers are more than one. */
  #part(audience: Audience<Client>, slow: readonly Client[]) {
    const parted = audience.part(slow);
    for (const client of slow) this.#audiences.set(client, parted);
    this.#viewers.add(parted);
  }

  #flushViewers(): boolean {
    const limit = Math.min(BUFFERED_LIMIT, VIEWERS_BUFFERED / this.#viewerCount);
    this.#gather(); // those that came since the last batch
    let all = true;
    for (const audience of [...this.#viewers]) {
      if (!audience.hasAll) all = this.#flush(audience, limit) && all;
    }
    this.#gather();
    return all;
  }

  /** Viewers who have been told the same and lack the same are one audience from then on. */
  #gather() {
    const gathered: Audience<Client>[] = [];
    for (const audience of this.#viewers) {
      const { pages } = audience, members = [...pages];
      const into = gathered.find((other) => other.join(audience));
      if (into === undefined) gathered.push(audience);
      else {
        for (const client of members) this.#audiences.set(client, into);
        this.#viewers.delete(audience);
      }
    }
  }
}
