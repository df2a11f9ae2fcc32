/** LevelDB's log format, in which W&B writes its records: blocks of 32 kB, with records cut where a block ends. */
import { crc32 } from "node:zlib";
import { joinedBytes } from "../../joined_bytes.ts";
import type { LogWarning } from "../logged.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import { PendingBytes } from "./pending_bytes.ts";

const BLOCK = 32_768, HEADER = 7;
/** The parts that a record is written in. */
const FULL = 1, FIRST = 2, MIDDLE = 3, LAST = 4;

/**
 * Finds the records as the bytes come. A part whose checksum is wrong is skipped by its length, which the checksum does
 * not cover; if what follows is wrong as well, the length is not to be believed, and the rest of the block is skipped.
 * Source: LevelDB, doc/log_format.md; but W&B's checksum is a plain CRC-32.
 */
export class LevelLog {
  readonly #take: (record: Uint8Array, offset: number) => void;
  readonly #warnings: ReaderWarnings;
  readonly #pending = new PendingBytes();
  /** place in the file of the first byte that waits */
  #offset: number;
  /** up to where nothing is read */
  #skipTo = 0;
  /** where the part that follows the last damaged one begins */
  #doubted = -1;
  /** the record at hand, as far as it has come, and where it began */
  #parts: Uint8Array[] = [];
  #began = 0;
  /** whether parts of a record may be missing because of damage that was told already */
  #torn = false;

  /** @param offset place in the file of the first byte that is pushed: a header of the file's own may stand before */
  constructor(offset: number, take: (record: Uint8Array, offset: number) => void, warnings: ReaderWarnings) {
    this.#offset = offset;
    this.#take = take;
    this.#warnings = warnings;
  }

  push(bytes: Uint8Array): void {
    const whole = this.#pending.joined(bytes);
    const base = this.#offset;
    let at = 0;
    for (;;) {
      const place = base + at, left = BLOCK - place % BLOCK;
      if (left < HEADER) this.#skipTo = place + left;
      if (this.#skipTo > place) {
        at = Math.min(this.#skipTo - base, whole.length);
        if (base + at < this.#skipTo) break;
        continue;
      }
      if (whole.length - at < HEADER) break;
      const length = whole[at + 4] | whole[at + 5] << 8, end = at + HEADER + length;
      const isBelieved = HEADER + length <= left;
      if (isBelieved && end > whole.length) break;
      if (isBelieved && isGood(whole, at, end)) {
        this.#part(whole[at + 6], whole.slice(at + HEADER, end), place);
        at = end;
      } else if (isBelieved && this.#doubted !== place) this.#damaged(place, base + end);
      else this.#lost(place, place + left);
    }
    this.#offset = base + at;
    this.#pending.keep(whole, at);
  }

  /** What is wrong with the end as it is now. */
  tail(): Omit<LogWarning, "file">[] {
    const message = "ends inside a record";
    if (this.#parts.length > 0) return [{ offset: this.#began, message }];
    return this.#pending.length === 0 ? [] : [{ offset: this.#offset, message }];
  }

  #part(type: number, part: Uint8Array, place: number): void {
    const begins = type === FULL || type === FIRST, ends = type === FULL || type === LAST;
    if (!begins && !ends && type !== MIDDLE) return this.#skipped("its type is unknown", place);
    if (begins) {
      if (this.#parts.length > 0) this.#skipped("its end is missing", place);
      this.#began = place;
      this.#torn = false;
    } else if (this.#parts.length === 0) {
      if (!this.#torn) this.#skipped("its beginning is missing", place);
      return;
    }
    this.#parts.push(part);
    if (!ends) return;
    this.#take(joinedBytes(this.#parts), this.#began);
    this.#parts = [];
  }

  /** A part whose length leads to `next`. */
  #damaged(place: number, next: number): void {
    this.#skipped("its checksum is wrong", place);
    this.#skipTo = this.#doubted = next;
  }

  /** Nothing at this place can be believed, until the next block begins. */
  #lost(place: number, block: number): void {
    const message = `damaged bytes skipped: no record begins in ${block - place}`;
    this.#warnings.add("damaged bytes", message, place);
    this.#forget();
    this.#skipTo = block;
  }

  #skipped(because: string, place: number): void {
    const offset = this.#parts.length > 0 ? this.#began : place;
    this.#warnings.add("damaged records", `damaged record skipped: ${because}`, offset);
    this.#forget();
  }

  #forget(): void {
    this.#parts = [];
    this.#torn = true;
  }
}

function isGood(bytes: Uint8Array, at: number, end: number): boolean {
  const stated = (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
  return crc32(bytes.subarray(at + 6, end)) === stated;
}
