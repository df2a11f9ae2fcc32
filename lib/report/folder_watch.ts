/** A look, now and then, at how much a folder holds. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface FolderWatchOptions {
  /** bytes that it may hold */
  readonly bytes: number;
  /** files and folders that it may hold; default 100,000 */
  readonly files?: number;
  /** milliseconds between two looks; default 500 */
  readonly pause?: number;
}

/**
 * Tells, once, that a folder holds more than it may. What is written between two looks is seen at the second.
 * @returns ends it; settles when no look is under way
 * @example
 * ```ts ignore
 * const stop = folderWatch(folder, { bytes: 1e9 }, () => controller.abort());
 * await stop();
 * ```
 */
export function folderWatch(
  folder: string,
  { bytes, files = 100_000, pause = 500 }: FolderWatchOptions,
  onMore: () => void,
): () => Promise<void> {
  let over = false, timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    if (await holdsMore(folder, bytes, files, () => over)) {
      if (!over) onMore();
      return;
    }
    if (!over) timer = setTimeout(() => looking = look(), pause);
  };
  let looking = look();
  return async () => {
    over = true;
    clearTimeout(timer);
    await looking;
  };
}

/** Folders are looked through one after the other, and no link is followed. */
async function holdsMore(
  root: string,
  bytes: number,
  files: number,
  isOver: () => boolean,
): Promise<boolean> {
  let size = 0, count = 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined && !isOver(); folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // it is gone meanwhile
    for (const entry of entries) {
      if (++count > files) return true;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else size += await heldBy(path);
      if (size > bytes) return true;
    }
  }
  return false;
}

/** What it takes on the disk: a file with a hole says that it is large, and is not. */
async function heldBy(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  return stat === null ? 0 : Math.min(stat.size, 512 * (stat.blocks ?? Infinity));
}
