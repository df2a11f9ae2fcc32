/** The file in which Deno writes each permission that it checks, one JSON object a line, as it goes on. */
import { z } from "zod";
import { quiet } from "./kernel_reads_file.ts";

/** A path that was read or written. */
export interface Access {
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
  /** bytes taken in, and those of them that are still on disk */
  #at = 0;
  #held = 0;

  /**
   * @param path absolute; the file itself is never an access
   * @throws {Error} `missing file: …` when nobody writes it
   */
  constructor(path: string) {
    this.#path = quiet(path);
    if (!this.#bytes()) throw new Error(`missing file: ${path} (what DENO_AUDIT_PERMISSIONS names)`);
  }

  /** What has been written since the last call; null when the file is gone. */
  take(): Access[] | null {
    const bytes = this.#bytes();
    if (!bytes) return null;
    const end = bytes.lastIndexOf(10) + 1;
    this.#at += end;
    this.#held += end;
    if (this.#held > LET_GO) {
      // the writer goes on at its place: what lies before becomes a hole
      Deno.truncateSync(this.#path, 0);
      this.#held = 0;
    }
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).replaceAll("\0", "").split("\n");
    return lines.filter((line) => line !== "").flatMap(accessOf);
  }

  #bytes(): Uint8Array | null {
    try {
      using file = Deno.openSync(this.#path);
      const size = file.seekSync(0, Deno.SeekMode.End); // asking for its size would be a read in the log
      file.seekSync(this.#at, Deno.SeekMode.Start);
      const bytes = new Uint8Array(Math.max(0, size - this.#at));
      let length = 0;
      for (let n = 1; n > 0 && length < bytes.length; length += n) {
        n = file.readSync(bytes.subarray(length)) ?? 0;
      }
      return bytes.subarray(0, length);
    } catch {
      return null;
    }
  }
}

function accessOf(line: string): Access[] {
  const { datetime, permission, value } = lineSchema.parse(JSON.parse(line));
  if (permission !== "read" && permission !== "write") return [];
  return [{ kind: permission, path: value ?? "", second: Math.floor(Date.parse(datetime) / 1000) }];
}
