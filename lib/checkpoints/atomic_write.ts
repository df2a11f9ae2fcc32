/** Files that are there whole or not at all, whenever the machine stops. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { onStorage } from "./storage_fault.ts";

/** Ends the name of a file that is not whole yet. */
const TEMPORARY = ".tmp";

/**
 * Writes a file in place of what has its name: beside it first, then fsync, rename, and fsync of the folder. What was
 * there stays whole until the new is on the disk.
 *
 * @throws StorageFault; the old file then stands, and what was begun is removed
 * @example
 * ```ts ignore
 * atomicWrite("run/outcome.json", new TextEncoder().encode("{}"));
 * ```
 */
export function atomicWrite(file: string, bytes: Uint8Array): void {
  const temporary = file + TEMPORARY;
  onStorage(file, () => {
    try {
      const handle = openSync(temporary, "w");
      try {
        writeAll(handle, bytes);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(temporary, file);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    syncFolder(dirname(file));
  });
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
