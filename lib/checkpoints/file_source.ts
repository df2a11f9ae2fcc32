/** A file that is read in parts, open only as long as it is read. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "./safetensors.ts";

export interface FileSource extends ByteSource {
  read(at: number, length: number): Uint8Array<ArrayBuffer>;
}

/**
 * What `read` makes of a file.
 * @throws the file system's errors, and those of `read`
 * @example
 * ```ts ignore
 * const head = fromFile("run/result.safetensors", (source) => source.read(0, 8));
 * ```
 */
export function fromFile<T>(file: string, read: (source: FileSource) => T): T {
  const handle = openSync(file, "r");
  try {
    return read({ size: fstatSync(handle).size, read: (at, length) => readAll(handle, at, length) });
  } finally {
    closeSync(handle);
  }
}

/** Reads until all is read: the system may give less at once. */
export function readAll(handle: number, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = readSync(handle, bytes, done, length - done, at + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}
