/** Where a run from the command line keeps its compiled modules, apart from every other run and from open pages. */
import { join, resolve } from "node:path";
import { onStorage } from "../checkpoints/storage_fault.ts";
import { notebookSlug } from "./session_folder.ts";

export interface RunFolder {
  /** for the modules of this run alone; gone when it ends */
  readonly modules: string;
  /** the folder that kernels of the notebook may write; it stays */
  readonly run: string;
  /** removes the modules */
  close(): void;
}

const PREFIX = "script.";
const LOCK = "lock";

/**
 * Makes the folder of one run of a notebook, and removes those that runs left behind which were killed. A run holds a
 * lock in its folder, which the system lets go of however the process ends.
 *
 * @param project folder that holds `.plateau`
 * @throws StorageFault where it cannot be made
 * @example
 * ```ts ignore
 * import { openRunFolder } from "./run_folder.ts";
 * const { modules, run, close } = openRunFolder(Deno.cwd(), "notebooks/rates.ts");
 * close();
 * ```
 */
export function openRunFolder(project: string, file: string): RunFolder {
  const home = join(resolve(project), ".plateau", "notebooks", notebookSlug(project, file));
  return onStorage(home, () => {
    const run = join(home, "run");
    Deno.mkdirSync(run, { recursive: true });
    // one at a time: a folder that has just been made and is not locked yet looks like one that was left behind
    const turn = openLock(join(home, "scripts.lock"));
    try {
      turn.lockSync(true);
      sweep(home);
      const modules = Deno.makeTempDirSync({ dir: home, prefix: PREFIX });
      const lock = openLock(join(modules, LOCK));
      lock.lockSync(true);
      const close = () => {
        lock.close();
        removed(modules);
      };
      return { modules, run, close };
    } finally {
      turn.close();
    }
  });
}

const openLock = (path: string) => Deno.openSync(path, { read: true, write: true, create: true });

function sweep(home: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(home)) {
    if (!isDirectory || !name.startsWith(PREFIX)) continue;
    const folder = join(home, name), lock = openLock(join(folder, LOCK));
    const left = lock.tryLockSync(true);
    lock.close();
    if (left) removed(folder);
  }
}

/** The next run may have swept it, between its lock and here. */
function removed(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
