/** The file in which Deno writes each permission that it checks, one JSON object a line, as it goes on. */
import { z } from "zod";
import { quiet } from "./kernel_reads_file.ts";

/** A path that was read or written. */
export interface Access {
  /** of its line, in bytes from the beginning */
  readonly at: number;
  readonly kind: "read" | "write";
  /** as it was given */
  readonly path: string;
  /** when, in whole seconds since 1970 */
  readonly second: number;
}

/** Bytes that were taken in are let go from here on. */
const LET_GO = 4 * 2 ** 20;
const lineSchema = z.object({
  datetime: z.iso.datetime(),
  permission: z.string(),
  value: z.string().nullish(),
});

export class AccessLog {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** bytes taken in, and those of them that are still on disk */
  #at = 0;
  #held = 0;

  /**
   * @param path absolute; the file itself is never an access
   * @throws {Error} `missing file: …` when nobody writes it
   */
  constructor(path: string) {
    this.#path = quiet(path);
    try {
      this.#file = Deno.openSync(this.#path);
    } catch {
      throw new Error(`missing file: ${path} (what DENO_AUDIT_PERMISSIONS names)`);
    }
  }

  /** Where the next line will be, in bytes from the beginning. */
  end(): number {
    return this.#file.seekSync(0, Deno.SeekMode.End); // asking for its size would be a read in the log
  }

  /** Bytes that wait to be taken in. */
  waiting(): number {
    return this.end() - this.#at;
  }

  /** What has been written since the last call. */
  take(): Access[] {
    const bytes = new Uint8Array(Math.max(0, this.waiting()));
    this.#file.seekSync(this.#at, Deno.SeekMode.Start);
    let length = 0;
    for (let n = 1; n > 0 && length < bytes.length; length += n) {
      n = this.#file.readSync(bytes.subarray(length)) ?? 0;
    }
    const accesses: Access[] = [], decoder = new TextDecoder();
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      const line = decoder.decode(bytes.subarray(from, end)).replaceAll("\0", "");
      accesses.push(...accessOf(line, this.#at + from));
      from = end + 1;
    }
    this.#at += from;
    this.#held += from;
    this.#letGo();
    return accesses;
  }

  close(): void {
    this.#file.close();
  }

  /** The writer goes on at its place: what lies before becomes a hole. */
  #letGo() {
    if (this.#held <= LET_GO) return;
    this.#held = 0;
    try {
      Deno.truncateSync(this.#path, 0);
    } catch {
      // a cell has removed the file: it is let go of when the process ends
    }
  }
}

function accessOf(line: string, at: number): Access[] {
  const { datetime, permission, value } = lineSchema.parse(JSON.parse(line));
  if (permission !== "read" && permission !== "write") return [];
  return [{ at, kind: permission, path: value ?? "", second: Math.floor(Date.parse(datetime) / 1000) }];
}
