/** Files of the owner alone, as those that say who is let in: what others could have changed counts for nothing. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { platform } from "node:os";
import { dirname } from "node:path";
import { atomicWrite } from "./atomic_write.ts";

/** A file that is not to be trusted, or cannot be read. */
export class NotPrivate extends Error {
  override readonly name = "NotPrivate";
  constructor(readonly path: string, readonly reason: string) {
    super(`cannot use ${path}: ${reason}`);
  }
}

/** Bits of a file's mode that let others in. */
const OTHERS = 0o077;
/** A link is not followed, and nothing that is no file is waited for. Not every system knows both. */
const PLAIN = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The text of a file that its owner alone can read and change; null where there is none.
 * @param largest bytes that it may have
 * @throws NotPrivate
 * @example
 * ```ts
 * import { readPrivateFile } from "./private_file.ts";
 * readPrivateFile("no such file", 1000); // null
 * ```
 */
export function readPrivateFile(path: string, largest: number): string | null {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | PLAIN);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "ENOENT") return null;
    throw new NotPrivate(path, code === "ELOOP" ? "it is no file (remove it)" : message);
  }
  try {
    const found = fstatSync(handle), { mode, size } = found;
    if (!found.isFile()) throw new NotPrivate(path, "it is no file (remove it)");
    if (mode & OTHERS && platform() !== "win32") {
      throw new NotPrivate(path, "others can read or change it (chmod 600 makes it yours)");
    }
    if (size > largest) throw new NotPrivate(path, `it has more than ${largest} bytes`);
    return readFileSync(handle, "utf8");
  } finally {
    closeSync(handle);
  }
}

/**
 * Puts such a file in place of what is there.
 * @param durable wait until it is on the disk; default true
 * @throws StorageFault
 */
export function writePrivateFile(path: string, text: string, durable = true): void {
  atomicWrite(path, new TextEncoder().encode(text), { mode: 0o600, durable });
}

/** Tells the folder of a file from every copy of it on its disk; a folder that was restored or went to another disk is new. */
export const folderId = (path: string): string => String(statSync(dirname(path), { bigint: true }).ino);
