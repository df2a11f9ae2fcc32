/** Files that are there whole or not at all, whenever the machine stops. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { onStorage } from "./storage_fault.ts";

/** Ends the name of a file that is not whole yet. */
const TEMPORARY = ".tmp";

/** What follows a file's name in that of what is written in its place. */
const UNFINISHED = /^\.[0-9a-f]{8}\.tmp$/;
/** Nothing takes that long to write: what is older was left by a crash. */
const ABANDONED_MILLISECONDS = 3_600_000;

export interface WriteOptions {
  /** who may read and write a file that is new, before the process's mask; default 0o666 */
  readonly mode?: number;
  /** wait until it is on the disk; default true. Without, a power cut may leave the old file, or an empty one */
  readonly durable?: boolean;
}

/**
 * Writes a file in place of what has its name: beside it first, under a name that nobody can foresee and that follows no
 * link, then fsync, rename, and fsync of the folder. What was there stays whole until the new is on the disk. What a crash
 * left of this file's earlier writes is removed by a later one, an hour after.
 *
 * @throws StorageFault; the old file then stands, and what was begun is removed
 * @example
 * ```ts ignore
 * atomicWrite("run/outcome.json", new TextEncoder().encode("{}"));
 * ```
 */
export function atomicWrite(
  file: string,
  bytes: Uint8Array,
  { mode = 0o666, durable = true }: WriteOptions = {},
): void {
  const temporary = `${file}.${crypto.randomUUID().slice(0, 8)}${TEMPORARY}`;
  onStorage(file, () => {
    removeUnfinished(file, ABANDONED_MILLISECONDS);
    const handle = openSync(temporary, "wx", mode);
    try {
      try {
        writeAll(handle, bytes);
        if (durable) fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(temporary, file);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    if (durable) syncFolder(dirname(file));
  });
}

/**
 * Removes what crashes left of writes of a file. What may not be removed stays.
 * @param milliseconds how long ago it was written at least; 0 only where nobody else writes the file
 */
export function removeUnfinished(file: string, milliseconds = 0): void {
  const folder = dirname(file), name = basename(file);
  if (!existsSync(folder)) return;
  for (const each of readdirSync(folder)) {
    if (!each.startsWith(name) || !UNFINISHED.test(each.slice(name.length))) continue;
    const left = join(folder, each), found = lstatSync(left, { throwIfNoEntry: false });
    if (found === undefined || Date.now() - found.mtimeMs < milliseconds) continue;
    try {
      unlinkSync(left);
    } catch {
      // another's, or gone: it is in nobody's way
    }
  }
}

/** Writes until all is written: the system may take less at once. */
export function writeAll(handle: number, bytes: Uint8Array, at: number | null = null): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(handle, bytes, done, bytes.length - done, at === null ? null : at + done);
  }
}

/** Makes a folder and those above it, each found again after a power cut. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made)) {
    syncFolder(dirname(made));
  }
}

/** What has been created, renamed or removed in a folder survives a power cut from here on. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes what a crash left unfinished. Call it only where nobody else writes. */
export function removeTemporaries(folder: string): void {
  onStorage(folder, () => {
    for (const name of readdirSync(folder)) if (name.endsWith(TEMPORARY)) removeIfThere(join(folder, name));
  });
}

/** Removes a file; one that is not there is as it should be. */
export function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
}
