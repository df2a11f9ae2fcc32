/** One file as it is read: once, or again and again while it grows. */
import type { LogParser, LogReader, ParsedLog } from "../logged.ts";

/** Bytes read at once. */
const CHUNK = 1 << 20;

/** The first bytes of a file, by which its format is told. */
export const HEAD = 1 << 16;

/** Bytes by which a file that was written anew is told from one that grew. */
const MARK = 1 << 10;

/** Keeps a parser, so that what was read is not read again. */
export class FileLog {
  readonly #full: string;
  readonly #path: string;
  readonly reader: LogReader;
  #parser: LogParser;
  #offset = 0;
  #begins: Uint8Array;

  /**
   * @param full where it is opened
   * @param path relative to what was opened
   * @param head its first bytes
   */
  constructor(full: string, path: string, reader: LogReader, head: Uint8Array) {
    this.#full = full;
    this.#path = path;
    this.reader = reader;
    this.#parser = reader.parser({ path, head });
    this.#begins = head.slice(0, MARK);
  }

  /**
   * Says that the file is another than it was. One that shrank, or that begins with something else than before, will be
   * read anew; so will one of a format that does not only grow.
   * @param head its first bytes, as they are now
   */
  changed(head: Uint8Array, size: number): void {
    const same = this.#begins.every((byte, i) => byte === head[i]);
    if (!this.reader.grows || size < this.#offset || !same) {
      this.#parser = this.reader.parser({ path: this.#path, head });
      this.#offset = 0;
    }
    this.#begins = head.slice(0, MARK);
  }

  /**
   * What the file says now: what came since the last time is read.
   * @throws what opening and reading it throws
   */
  async read(signal?: AbortSignal): Promise<ParsedLog[]> {
    using file = await Deno.open(this.#full);
    const { size } = await file.stat();
    await file.seek(this.#offset, Deno.SeekMode.Start);
    while (this.#offset < size) { // what is written meanwhile is read the next time
      signal?.throwIfAborted();
      // a new buffer each time: a parser may keep what it was given
      const chunk = new Uint8Array(Math.min(CHUNK, size - this.#offset)), length = await file.read(chunk);
      if (length === null) break;
      this.#parser.push(chunk.subarray(0, length));
      this.#offset += length;
    }
    return this.#parser.result();
  }
}

/** The first bytes of a file. */
export async function headOf(full: string): Promise<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(full);
  const head = new Uint8Array(HEAD);
  let length = 0;
  for (;;) {
    const more = await file.read(head.subarray(length));
    if (more === null || (length += more) === HEAD) return head.slice(0, length);
  }
}
