/** The frame of event files (TFRecord): length, its checksum, data, its checksum. */
import type { LogWarning } from "../logged.ts";
import { crc32c, masked } from "./crc32c.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import { PendingBytes } from "./pending_bytes.ts";

const HEADER = 12, FOOTER = 4;
/** No protocol buffer is longer. */
const LONGEST = 2 ** 31 - 1;

/** What takes a record: it lies in `bytes` from `from` up to `to`, and at `offset` in the file. */
export type TakeRecord = (bytes: Uint8Array, from: number, to: number, offset: number) => void;

/**
 * Finds the records of a file as its bytes come. Data whose checksum is wrong is skipped by its length, which has a
 * checksum of its own; where that is wrong too, the next bytes that are a good header are searched for.
 */
export class TensorboardRecords {
  readonly #take: TakeRecord;
  readonly #warnings: ReaderWarnings;
  readonly #pending = new PendingBytes();
  /** place in the file of the first byte that waits */
  #offset = 0;
  /** place in the file from which a header is searched for; null while there is none to find */
  #lost: number | null = null;

  constructor(take: TakeRecord, warnings: ReaderWarnings) {
    this.#take = take;
    this.#warnings = warnings;
  }

  push(bytes: Uint8Array): void {
    const whole = this.#pending.joined(bytes);
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    let at = 0;
    while (whole.length - at >= HEADER) {
      const length = lengthAt(whole, view, at);
      if (length === null) {
        this.#lost ??= this.#offset + at;
        at++;
        continue;
      }
      if (this.#lost !== null) this.#found(this.#offset + at);
      const from = at + HEADER, to = from + length;
      if (to + FOOTER > whole.length) break;
      const offset = this.#offset + at;
      if (masked(crc32c(whole, from, to)) === view.getUint32(to, true)) this.#take(whole, from, to, offset);
      else this.#warnings.add("damaged records", "damaged record skipped: its checksum is wrong", offset);
      at = to + FOOTER;
    }
    this.#offset += at;
    this.#pending.keep(whole, at);
  }

  /** What is wrong with the end as it is now. */
  tail(): Omit<LogWarning, "file">[] {
    const { length } = this.#pending;
    if (this.#lost !== null) {
      return [{ offset: this.#lost, message: lost(this.#offset + length - this.#lost) }];
    }
    return length === 0 ? [] : [{ offset: this.#offset, message: "ends inside a record" }];
  }

  #found(at: number): void {
    this.#warnings.add("damaged bytes", lost(at - this.#lost!), this.#lost);
    this.#lost = null;
  }
}

function lost(bytes: number): string {
  return `damaged bytes skipped: no record begins in ${bytes}`;
}

/** The length that a header states; null where there is none: its checksum is wrong, or it is longer than can be. */
function lengthAt(bytes: Uint8Array, view: DataView, at: number): number | null {
  const length = view.getUint32(at, true);
  if (length > LONGEST || view.getUint32(at + 4, true) !== 0) return null;
  return masked(crc32c(bytes, at, at + 8)) === view.getUint32(at + 8, true) ? length : null;
}
