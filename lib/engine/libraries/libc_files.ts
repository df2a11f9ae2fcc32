/** Folders and files through libc, on Linux: for a process that Deno lets see neither. */
import { libc } from "./libc.ts";
import { cName } from "./c_text.ts";

/** Where a name begins in a struct dirent of 64 bits. */
const ENTRY_NAME = 19;
/** A struct statx of linux/stat.h, the same on every processor: its length, and where its fields are. */
const FACTS = 256,
  OWNER = 20,
  MODE = 28,
  INODE = 32,
  SIZE = 40,
  ENTRY_CHANGED = 96,
  CHANGED = 112,
  DEVICE = 136;
const WORD = 8;
/** O_RDONLY; O_NONBLOCK, which waits for no other end of a pipe; O_WRONLY, O_CREAT and O_EXCL of Linux, for a file that its owner alone reads and writes. */
const READ_ONLY = 0, AT_ONCE = 0o4000, CREATE_NEW = 0o301, PRIVATE = 0o600;
const PART = 1 << 20;
/** Bits of a mode that tell what it is of, S_IFMT, and those of a file, S_IFREG. */
const KIND = 0o170000, FILE = 0o100000;
/** Nothing that is kept is longer. */
const LONGEST = 256e6;
/** AT_FDCWD and STATX_BASIC_STATS */
const FROM_HERE = -100, BASIC = 0x7ff;

/** Of a file or folder. Plain data. */
export interface FileFacts {
  /** number of the user */
  readonly owner: number;
  /** the nine bits that chmod sets, and three more */
  readonly mode: number;
  /** false of folders, pipes and devices */
  readonly isFile: boolean;
  readonly size: number;
  /** in seconds */
  readonly changed: number;
  /** another one for another file, and for the same after any change: device, inode, size, times of changes */
  readonly identity: string;
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
  const view = new DataView(bytes.buffer), mode = view.getUint16(MODE, true);
  return {
    owner: view.getUint32(OWNER, true),
    mode: mode & 0o7777,
    isFile: (mode & KIND) === FILE,
    size: Number(view.getBigUint64(SIZE, true)),
    changed: Number(view.getBigInt64(CHANGED, true)),
    identity: [DEVICE, INODE, SIZE, CHANGED, CHANGED + WORD, ENTRY_CHANGED, ENTRY_CHANGED + WORD]
      .map((at) => view.getBigUint64(at, true)).join(" "),
  };
}

/** All of a file; null where it cannot be read, is none, or is longer than 256 MB. */
export function readFile(path: string): Uint8Array<ArrayBuffer> | null {
  const { open, read, close } = libc(), facts = factsOf(path);
  if (facts === null || !facts.isFile || facts.size > LONGEST) return null;
  const file = open(cName(path), READ_ONLY | AT_ONCE);
  if (file < 0) return null;
  const bytes = new Uint8Array(facts.size);
  let at = 0;
  for (let more = 1; more > 0 && at < bytes.length; at += Math.max(0, more)) {
    more = Number(read(file, bytes.subarray(at), BigInt(bytes.length - at)));
  }
  close(file);
  return at === bytes.length ? bytes : null;
}

/** A file in parts, each good until the next one is asked for; none where it cannot be read. */
export function* partsOf(path: string): Generator<Uint8Array<ArrayBuffer>> {
  const { open, read, close } = libc(), file = open(cName(path), READ_ONLY);
  if (file < 0) return;
  try {
    const bytes = new Uint8Array(PART);
    for (let more = 1; more > 0;) {
      more = Number(read(file, bytes, BigInt(bytes.length)));
      if (more > 0) yield bytes.subarray(0, more);
    }
  } finally {
    close(file);
  }
}

/** Writes a file of this user's in one step; false where it could not, and then nothing is left of it. */
export function writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): boolean {
  const { create, write, close, rename } = libc(), unfinished = `${path}.${crypto.randomUUID()}`;
  const file = create(cName(unfinished), CREATE_NEW, PRIVATE);
  if (file < 0) return false;
  let at = 0;
  for (let more = 1; more > 0 && at < bytes.length; at += Math.max(0, more)) {
    more = Number(write(file, bytes.subarray(at), BigInt(bytes.length - at)));
  }
  const whole = close(file) === 0 && at === bytes.length;
  if (whole && rename(cName(unfinished), cName(path)) === 0) return true;
  removeFile(unfinished);
  return false;
}

/** Deletes a file; false where it could not. */
export function removeFile(path: string): boolean {
  return libc().unlink(cName(path)) === 0;
}
