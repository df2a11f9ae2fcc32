/** A folder to work in that tells whether somebody still does: the system lets go of a lock when its process ends. */
import { join } from "node:path";

const LOCK = "held";

/** A folder that this process holds. */
export interface WorkFolder {
  readonly path: string;
  /** Deletes it with all that is in it. */
  remove(): Promise<void>;
}

/**
 * Makes a folder and holds it. On a file system without locks nobody can tell afterwards whether it is held.
 *
 * @param prefix of its name
 * @example
 * ```ts
 * import { workFolder } from "./work_folder.ts";
 * const work = await workFolder(await Deno.makeTempDir(), "unfinished-");
 * await work.remove();
 * ```
 */
export async function workFolder(parent: string, prefix: string): Promise<WorkFolder> {
  const path = await Deno.makeTempDir({ dir: parent, prefix });
  // it has its name once it is locked: who sees it before that sees none
  const unnamed = join(path, `${LOCK}.new`),
    lock = await Deno.open(unnamed, { createNew: true, write: true });
  const isLocked = await lock.tryLock(true).catch(() => false);
  if (isLocked) await Deno.rename(unnamed, join(path, LOCK));
  return {
    path,
    async remove() {
      try {
        await Deno.remove(path, { recursive: true });
      } finally {
        lock.close();
      }
    },
  };
}

/** Whether somebody works in a folder; null where that cannot be told. */
export async function isHeld(folder: string): Promise<boolean | null> {
  const lock = await Deno.open(join(folder, LOCK), { write: true }).catch(() => null);
  try {
    return lock === null ? null : !await lock.tryLock(true);
  } catch {
    return null; // a file system without locks
  } finally {
    lock?.close();
  }
}
