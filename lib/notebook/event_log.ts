/**
 * The events of a session in a file that grows at its end: `[u32 length][u32 CRC-32][frame of the codec]` a record. The
 * first record of each opening is a mark: it names the log, and the ids that no event has.
 *
 * What is appended survives the end of this process at once, but not a power cut: that loses what the system had not
 * written yet (on Linux the last half minute). Marks and what is rewritten are on the disk when the call returns.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { crc32 } from "node:zlib";
import { atomicWrite, makeFolder, removeUnfinished, writeAll } from "../checkpoints/atomic_write.ts";
import { onStorage } from "../checkpoints/storage_fault.ts";
import { joinedBytes } from "../joined_bytes.ts";
import { decode, encode } from "./codec.ts";
import type { Event } from "./wire.ts";

export interface LoggedEvent {
  readonly id: number;
  /** milliseconds since 1970 */
  readonly at: number;
  readonly event: Event;
}

/** Ids that no event of the log has, both ends excluded: a page that has seen one saw what a power cut took. */
export type Gap = readonly [last: number, first: number];

/** What opens a log, and each later life of it. */
interface Mark {
  readonly log: typeof VERSION;
  readonly epoch: string;
  readonly gaps: readonly Gap[];
  /** bytes of the events that it was last rewritten with */
  readonly base: number;
}

/** What was no record: it is put aside in a file of its own. */
export interface Damage {
  readonly path: string;
  /** where it began, and how long it was, in bytes */
  readonly at: number;
  readonly bytes: number;
  readonly aside: string;
}

const VERSION = 2;
const HEAD = 8;
const CHUNK = 1 << 20;
/** Bytes that a log grows by, and at least by half, before it should be rewritten. */
const GROWTH = 16 * 2 ** 20;
/** More ids than one life of a session gives within what a power cut can take. */
const LIFE = 1_000_000;
const GAPS = 100;

export class EventLog {
  #handle: number;
  #size = 0;
  /** bytes of the events that it was last rewritten with */
  #base = 0;
  #epoch = crypto.randomUUID().slice(0, 8);
  #gaps: readonly Gap[] = [];
  #damage?: Damage;

  /**
   * Opens or makes the file, and reads it: `take` is given every event, oldest first.
   *
   * @param growth bytes after which `due` is true; default 16 MB
   * @throws StorageFault
   */
  constructor(
    readonly path: string,
    take: (entry: LoggedEvent) => void = () => {},
    readonly growth = GROWTH,
  ) {
    onStorage(path, () => removeUnfinished(path));
    this.#handle = open(path);
    onStorage(path, () => this.#read(take));
  }

  /** Names the log: ids of another one mean nothing here. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Ids that no event has; the next id is at least the end of the last. */
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** What could not be read when the file was opened. */
  get damage(): Damage | undefined {
    return this.#damage;
  }

  /** Bytes that it has grown by since it was last rewritten. */
  get grown(): number {
    return this.#size - this.#base;
  }

  /** Whether it has grown so much that it should be rewritten. */
  get due(): boolean {
    return this.grown > Math.max(this.growth, this.#base / 2);
  }

  /**
   * Adds events.
   * @throws StorageFault; the file then ends where it ended before
   */
  append(...entries: readonly LoggedEvent[]): void {
    this.#write(joinedBytes(entries.map(record)));
  }

  /**
   * Puts these events in place of all that the log has. Until they are on the disk, the file is as it was.
   * @throws StorageFault; the log then goes on as it was
   */
  rewrite(entries: Iterable<LoggedEvent>): void {
    const events = Array.from(entries, record);
    const base = events.reduce((sum, { length }) => sum + length, 0);
    const bytes = joinedBytes([record({ ...this.#mark(), base }), ...events]);
    onStorage(this.path, () => makeFolder(dirname(this.path)));
    atomicWrite(this.path, bytes);
    closeSync(this.#handle);
    this.#handle = open(this.path);
    this.#size = bytes.length;
    this.#base = base;
  }

  close(): void {
    closeSync(this.#handle);
  }

  #mark(): Mark {
    return { log: VERSION, epoch: this.#epoch, gaps: this.#gaps, base: this.#base };
  }

  #write(bytes: Uint8Array) {
    onStorage(this.path, () => {
      try {
        writeAll(this.#handle, bytes);
      } catch (error) {
        ftruncateSync(this.#handle, this.#size);
        throw error;
      }
    });
    this.#size += bytes.length;
  }

  /** Reads what is whole, puts the rest aside, and marks where this life begins. */
  #read(take: (entry: LoggedEvent) => void) {
    let last = 0;
    const { size } = fstatSync(this.#handle);
    for (const { value, end } of records(this.#handle, size)) {
      if (isMark(value)) {
        this.#epoch = value.epoch;
        this.#gaps = value.gaps;
        this.#base = value.base;
        last = Math.max(last, value.gaps.at(-1)?.[1] ?? 0);
      } else if (this.#size > 0) {
        take(value);
        last = Math.max(last, value.id); // what was rewritten comes after the mark of a later life
      } else break; // a log begins with a mark
      this.#size = end;
    }
    if (this.#size < size) this.#damage = putAside(this.path, this.#handle, this.#size, size);
    if (this.#size > 0) this.#gaps = withGap(this.#gaps, [last, last + LIFE]);
    this.#write(record(this.#mark()));
    fsyncSync(this.#handle);
  }
}

const open = (path: string) => onStorage(path, () => openSync(path, "a+"));
const isMark = (value: Mark | LoggedEvent): value is Mark => "log" in value;

/** When there are too many, the two oldest become one: all ids before its end then count as unknown. */
function withGap(gaps: readonly Gap[], gap: Gap): readonly Gap[] {
  const all = [...gaps, gap];
  return all.length > GAPS ? [[-1, all[1][1]], ...all.slice(2)] : all;
}

function record(value: Mark | LoggedEvent): Uint8Array {
  const frame = encode(value), bytes = new Uint8Array(HEAD + frame.length), view = new DataView(bytes.buffer);
  view.setUint32(0, frame.length, true);
  view.setUint32(4, crc32(frame), true);
  bytes.set(frame, HEAD);
  return bytes;
}

/** The records of a file up to the first that is not whole, each with where it ends. */
function* records(handle: number, size: number): Generator<{ value: Mark | LoggedEvent; end: number }> {
  let buffer = new Uint8Array(CHUNK), from = 0, to = 0;
  /** whether so many bytes are in the buffer from `from` on */
  const has = (length: number, left: number): boolean => {
    if (length > left) return false;
    if (from + length > buffer.length) {
      const larger = length > buffer.length ? new Uint8Array(length + CHUNK) : buffer;
      larger.set(buffer.subarray(from, to));
      [buffer, from, to] = [larger, 0, to - from];
    }
    while (to - from < length) {
      const read = readSync(handle, buffer, to, buffer.length - to, null);
      if (read === 0) return false;
      to += read;
    }
    return true;
  };
  for (let at = 0; has(HEAD, size - at);) {
    const view = new DataView(buffer.buffer, from), length = view.getUint32(0, true);
    const sum = view.getUint32(4, true);
    if (length === 0 || !has(HEAD + length, size - at)) return;
    const frame = buffer.subarray(from + HEAD, from + HEAD + length);
    if (crc32(frame) !== sum) return;
    from += HEAD + length;
    at += HEAD + length;
    const value = decoded(frame);
    if (value === undefined) return;
    yield { value, end: at };
  }
}

function decoded(frame: Uint8Array): Mark | LoggedEvent | undefined {
  try {
    return decode(frame) as Mark | LoggedEvent;
  } catch {
    return undefined; // whole, but not ours
  }
}

/** Copies the end of a file to `<path>.damaged`, and cuts it off. */
function putAside(path: string, handle: number, at: number, size: number): Damage {
  const rest = new Uint8Array(size - at), aside = `${path}.damaged`;
  for (let done = 0; done < rest.length;) {
    const read = readSync(handle, rest, done, rest.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  atomicWrite(aside, rest);
  ftruncateSync(handle, at);
  return { path, at, bytes: rest.length, aside };
}

/** Damage as one line: `damaged log: events.bin at byte 4,096 (312 bytes put aside as events.bin.damaged)`. */
export function damageText({ path, at, bytes, aside }: Damage): string {
  const count = (n: number) => n.toLocaleString("en-US");
  const put = `${count(bytes)} bytes put aside as ${basename(aside)}`;
  return `damaged log: ${basename(path)} at byte ${count(at)} (${put})`;
}

/** The events of a log file, up to the first that is not whole; the file stays as it is. */
export function readEventLog(path: string): LoggedEvent[] {
  const handle = onStorage(path, () => openSync(path, "r"));
  try {
    const events: LoggedEvent[] = [];
    for (const { value } of records(handle, fstatSync(handle).size)) if (!isMark(value)) events.push(value);
    return events;
  } finally {
    closeSync(handle);
  }
}
