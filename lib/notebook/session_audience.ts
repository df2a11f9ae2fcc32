/**
 * Pages that have been told the same so far, and so lack the same: what they are sent is packed and encoded once for all
 * of them. One that falls behind is parted from the others, and joins them again when it has caught up.
 */
import { encode } from "./codec.ts";
import type { LoggedEvent } from "./event_log.ts";
import type { EveryValues, LoggedValue, ValueEvent } from "./every_values.ts";
import { isLatest, keyOf, type SessionRecord } from "./session_record.ts";
import type { Held } from "./tails.ts";
import type { Event, ToPage } from "./wire.ts";

export type Role = "owner" | "viewer";

/** What pages have been told. */
export interface Told {
  /** up to which event they had all when they came, or when they last had all */
  readonly seen: number;
  /** keys of events that they lack */
  readonly dirty: Iterable<string>;
  /** of values that go as tails, by name: what a page holds */
  readonly held?: ReadonlyMap<string, Held>;
  /** of lossless streams, by name: id of the last value sent */
  readonly sent?: ReadonlyMap<string, number>;
}

export class Audience<Page> {
  readonly pages = new Set<Page>();
  readonly dirty: Set<string>;
  readonly #held: Map<string, Held>;
  readonly #sent: Map<string, number>;
  #seen: number;

  /** @param role of all of its pages */
  constructor(readonly record: SessionRecord<Page>, readonly role: Role, told: Told) {
    this.#seen = told.seen;
    this.dirty = new Set(told.dirty);
    this.#held = new Map(Array.from(told.held ?? [], ([name, held]) => [name, new Map(held)]));
    this.#sent = new Map(told.sent ?? []);
  }

  /** Whether its pages lack nothing. */
  get hasAll(): boolean {
    return this.dirty.size === 0;
  }

  /** Parts these pages from the others: they have been told the same until now. */
  part(pages: Iterable<Page>): Audience<Page> {
    const parted = new Audience<Page>(this.record, this.role, {
      seen: this.#seen,
      dirty: this.dirty,
      held: this.#held,
      sent: this.#sent,
    });
    for (const page of pages) {
      this.pages.delete(page);
      parted.pages.add(page);
    }
    return parted;
  }

  /** Takes in the pages of another one, when whatever comes next goes to both in the same bytes. */
  join(other: Audience<Page>): boolean {
    const { hasAll } = this;
    if (this.role !== other.role || !sameKeys(this.dirty, other.dirty)) return false;
    if (!hasAll && this.#seen !== other.#seen) return false;
    if (!sameHeld(this.#held, other.#held) || !sameEntries(this.#sent, other.#sent)) return false;
    for (const page of other.pages) this.pages.add(page);
    other.pages.clear();
    if (hasAll) this.#seen = this.record.last;
    return true;
  }

  /** A name's value is gone: the next one goes whole. */
  forget(name: string): void {
    this.#held.delete(name);
    this.#sent.delete(name);
  }

  /** The next of what its pages lack, in order of id, as one frame; what is more stays for another. Undefined: nothing. */
  batch(): Uint8Array<ArrayBuffer> | undefined {
    const lacks: LoggedEvent[] = [];
    let until = Infinity;
    for (const key of this.dirty) {
      const entry = this.record.latest.get(key), every = entry && this.record.everyOf(entry.event);
      if (!entry || !every) {
        if (entry) lacks.push(entry);
        this.dirty.delete(key);
        continue;
      }
      const from = this.#sent.get(nameOf(entry)) ?? this.#seen;
      const { values, missing, more } = every.after(from, !this.#sent.has(nameOf(entry)));
      if (missing && values.length) lacks.push(leftOut(values[0], every));
      lacks.push(...values);
      if (more) until = Math.min(until, values.at(-1)!.id);
      else this.dirty.delete(key);
    }
    const batch = lacks.filter(({ id }) => id <= until).toSorted((a, b) => a.id - b.id);
    for (const { id, event } of lacks) if (id > until) this.dirty.add(keyOf(event, id));
    if (batch.length === 0) return undefined;
    const events = batch.map((entry) => this.#packed(entry));
    return encode({ t: "batch", id: batch.at(-1)!.id, events } satisfies ToPage);
  }

  /** An event as it is sent, of which is noted what the pages have then. */
  #packed({ id, event }: LoggedEvent): Event {
    if (event.t === "kernel" && this.role === "viewer") return kernelForViewer(event);
    if (event.t !== "value") return event;
    if (isLatest(event)) {
      this.#sent.delete(event.name);
      return { ...event, value: this.record.tail(event.name, this.#heldOf(event.name)) };
    }
    this.#sent.set(event.name, id);
    this.#held.delete(event.name);
    return event;
  }

  #heldOf(name: string): Held {
    const held = this.#held.get(name) ?? new Map();
    this.#held.set(name, held);
    return held;
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

const sameKeys = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((key) => b.has(key));

const sameEntries = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

function sameHeld(a: ReadonlyMap<string, Held>, b: ReadonlyMap<string, Held>): boolean {
  return a.size === b.size && [...a].every(([name, mine]) => {
    const theirs = b.get(name);
    return theirs?.size === mine.size && [...mine].every(([path, [generation, length]]) => {
      const held = theirs.get(path);
      return held !== undefined && held[0] === generation && held[1] === length;
    });
  });
}
