/** The rim of the readers: bytes of a file, unpacked from gzip, within a bound. */
import { whole } from "../option_checks.ts";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { BadData } from "./bad_data.ts";

/** What a reader reads: a path, a file URL, or the bytes themselves. */
export type File = string | URL | Uint8Array;

export interface Bounds {
  /** most bytes that the file, what is packed in it, or the numbers made of it may have; default 2³⁰ */
  readonly maxBytes?: number;
}

export interface FileBytes {
  /** for errors: the path */
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxBytes: number;
}

/** @throws BadData for a file that is missing, too large, or damaged gzip */
export async function fileBytes(given: File, bounds: Bounds): Promise<FileBytes> {
  const maxBytes = whole("maxBytes", bounds.maxBytes ?? 2 ** 30, 1);
  const file = given instanceof Uint8Array
    ? `${given.length} bytes`
    : given instanceof URL
    ? fileURLToPath(given)
    : given;
  if (!(given instanceof Uint8Array)) {
    const { size, isFile } = await Deno.stat(given).catch((error) => {
      throw error instanceof Deno.errors.NotFound ? new BadData(file, "no such file") : error;
    });
    if (!isFile) throw new BadData(file, "not a file");
    checkSize(file, "the file", size, maxBytes);
  }
  const bytes = given instanceof Uint8Array ? Uint8Array.from(given) : await Deno.readFile(given);
  checkSize(file, "the file", bytes.length, maxBytes);
  return {
    file,
    maxBytes,
    bytes: bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(file, bytes, maxBytes) : bytes,
  };
}

/** @throws BadData `invalid data: a.npy: 4000000000 bytes of numbers (at most 1073741824; raise maxBytes)` */
export function checkSize(file: string, what: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new BadData(file, `${what} takes ${bytes} bytes (at most ${maxBytes}; raise maxBytes)`);
}

function gunzipped(file: string, bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new BadData(file, `unpacked, it takes more than ${maxBytes} bytes (raise maxBytes)`);
    }
    throw new BadData(file, `damaged gzip (${(error as Error).message})`);
  }
}

/** What data of a file is called where no one names it. */
export const nameOf = (file: string): string => basename(file);
