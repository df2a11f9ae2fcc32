/** Storage that does not do what it is asked: full, read-only, forbidden, broken. */
import { constants } from "node:os";

/** The file system refused. What was written before stands. */
export class StorageFault extends Error {
  override readonly name = "StorageFault";
  /** @param code the kernel's name of the fault, as `ENOSPC` */
  constructor(readonly path: string, readonly code: string, override readonly cause: Error) {
    super(`storage fault: ${path} (${REASONS[code] ?? cause.message}, ${code})`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left",
  EDQUOT: "quota used up",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "read-only file system",
  EIO: "input/output error",
  EMFILE: "too many open files",
  EFBIG: "file too large",
  ENOTDIR: "a part of the path is no folder",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "it hung up",
  EHOSTUNREACH: "no way leads there",
  ENOTFOUND: "no such host",
  EPIPE: "it hung up",
  ETIMEDOUT: "no answer",
};

/**
 * Does what may fail for want of storage.
 *
 * @param path what it is done to
 * @throws StorageFault for an error of the file system; every other error as it is
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * const read = (file: string) => onStorage(file, () => readFileSync(file));
 * ```
 */
export function onStorage<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof StorageFault ? null : codeOf(error as Error & { code?: unknown });
    throw code === null ? error : new StorageFault(path, code, error as Error);
  }
}

/** The kernel's name of a fault; null for an error of another origin. */
function codeOf({ code, message }: Error & { code?: unknown }): string | null {
  // errors of the runtime begin with ERR_
  if (typeof code === "string") return code.startsWith("ERR_") ? null : code;
  // some of the kernel's come without their name, but with their number
  const number = Number(/\(os error (\d+)\)/.exec(message)?.[1]);
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? null;
}
