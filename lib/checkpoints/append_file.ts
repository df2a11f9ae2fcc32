/** A file that only grows, known by its beginning: what a crash left behind that is cut off, nothing before it moves. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { writeAll } from "./atomic_write.ts";
import { fromFile, readAll } from "./file_source.ts";
import { onStorage } from "./storage_fault.ts";

/** The first bytes of a file. */
export interface Prefix {
  readonly bytes: number;
  /** SHA-256 of them, in hex */
  readonly sha256: string;
}

/** A file does not begin with what it should. */
export class BadPrefix extends Error {
  override readonly name = "BadPrefix";
}

export interface AppendFile {
  /**
   * Adds bytes, and waits until they are on the disk.
   * @returns the whole file
   * @throws StorageFault
   */
  append(bytes: Uint8Array): Prefix;
}

/** @throws BadPrefix `updates.f64 has 80 bytes of 120`; StorageFault */
export function readPrefix(
  file: string,
  name: string,
  { bytes: wanted, sha256 }: Prefix,
): Uint8Array<ArrayBuffer> {
  if (!existsSync(file)) throw new BadPrefix(`${name} is missing`);
  const bytes = onStorage(file, () =>
    fromFile(file, ({ size, read }) => {
      if (size < wanted) throw new BadPrefix(`${name} has ${size} bytes of ${wanted}`);
      return read(0, wanted);
    }));
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  throw new BadPrefix(`${name} does not match its SHA-256`);
}

/**
 * A file to append to, of which only a beginning counts; the rest is cut off when the first bytes come.
 *
 * @param from null: nothing counts
 * @example
 * ```ts ignore
 * appendFile("run/updates.f64", null).append(new Uint8Array(48)); // { bytes: 48, sha256: "…" }
 * ```
 */
export function appendFile(file: string, from: Prefix | null): AppendFile {
  let bytes = from?.bytes ?? 0, hash: Hash | null = null;
  return {
    append(more) {
      return onStorage(file, () => {
        const handle = openSync(file, hash === null && bytes === 0 ? "w" : "r+");
        try {
          if (hash === null) {
            hash = createHash("sha256").update(readAll(handle, 0, bytes));
            ftruncateSync(handle, bytes);
          }
          writeAll(handle, more, bytes);
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        bytes += more.length;
        hash.update(more);
        return { bytes, sha256: hash.copy().digest("hex") };
      });
    },
  };
}
