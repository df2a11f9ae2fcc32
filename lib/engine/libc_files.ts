/** Folders and files through libc, on Linux: for a process that Deno lets see neither. */
import { libc } from "./libc.ts";
import { cName } from "./native_symbols.ts";

/** Where a name begins in a struct dirent of 64 bits. */
const ENTRY_NAME = 19;
/** A struct statx of linux/stat.h, the same on every processor: its length, and where its fields are. */
const FACTS = 256, OWNER = 20, MODE = 28, SIZE = 40, CHANGED = 112;
/** AT_FDCWD and STATX_BASIC_STATS */
const FROM_HERE = -100, BASIC = 0x7ff;

/** Of a file or folder. Plain data. */
export interface FileFacts {
  /** number of the user */
  readonly owner: number;
  /** the nine bits that chmod sets, and three more */
  readonly mode: number;
  readonly size: number;
  /** in seconds */
  readonly changed: number;
}

/** Names in a folder but `.` and `..`; none where it cannot be read. */
export function entriesOf(folder: string): string[] {
  const { opendir, readdir, closedir } = libc(), names: string[] = [];
  const stream = opendir(cName(folder));
  if (stream === null) return names;
  for (let entry = readdir(stream); entry !== null; entry = readdir(stream)) {
    names.push(new Deno.UnsafePointerView(entry).getCString(ENTRY_NAME));
  }
  closedir(stream);
  return names.filter((name) => name !== "." && name !== "..");
}

/** What the system knows of a path, links followed; null where it is not there, or glibc is older than 2.28. */
export function factsOf(path: string): FileFacts | null {
  const { statx } = libc(), bytes = new Uint8Array(FACTS);
  if (statx === null || statx(FROM_HERE, cName(path), 0, BASIC, bytes) !== 0) return null;
  const view = new DataView(bytes.buffer);
  return {
    owner: view.getUint32(OWNER, true),
    mode: view.getUint16(MODE, true) & 0o7777,
    size: Number(view.getBigUint64(SIZE, true)),
    changed: Number(view.getBigInt64(CHANGED, true)),
  };
}

/** Deletes a file; false where it could not. */
export function removeFile(path: string): boolean {
  return libc().unlink(cName(path)) === 0;
}
