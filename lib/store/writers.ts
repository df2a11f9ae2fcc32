/**
 * Who writes: each open store that writes a run holds a lock on a file of its own, which the system lets go of when the
 * process dies, however it dies. So no clock says who is gone, and a process that computes for minutes is not given up.
 */
import { basename, join } from "node:path";

export interface Writers {
  /** the name of this one; made with its file when first asked for */
  own(): string;
  /** whether this one has been asked for */
  readonly writes: boolean;
  /** whether the process behind a name lives and still has its store open */
  alive(name: string): boolean;
  /** lets go, and removes the file */
  close(): void;
}

/** Process of a writer's name. */
export const pidOf = (name: string): number => Number(name.split("-")[0]);

/**
 * @param folder where the files lie
 * @example
 * ```ts ignore
 * const writers = storeWriters(".plateau/runs.sqlite-writers");
 * writers.alive("4711-3f2a90bc"); // false once process 4711 is gone
 * ```
 */
export function storeWriters(folder: string): Writers {
  let held: { name: string; file: Deno.FsFile } | null = null;
  const gone = new Set<string>();
  const remove = (name: string) => {
    try {
      Deno.removeSync(join(folder, name));
    } catch {
      // another process was first, or this one may only read
    }
  };
  return {
    own() {
      if (held) return held.name;
      Deno.mkdirSync(folder, { recursive: true });
      const name = `${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
      const file = Deno.openSync(join(folder, name), { read: true, write: true, createNew: true });
      file.lockSync(true);
      held = { name, file };
      return name;
    },
    get writes() {
      return held !== null;
    },
    alive(name) {
      if (name === held?.name) return true;
      if (gone.has(name)) return false; // a name is never used again
      const alive = isLocked(join(folder, basename(name)));
      if (!alive) {
        gone.add(name);
        remove(basename(name));
      }
      return alive;
    },
    close() {
      if (!held) return;
      remove(held.name);
      held.file.close();
      held = null;
    },
  };
}

function isLocked(path: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  try {
    return !file.tryLockSync(false); // shared: two who look at once do not take each other for the writer
  } finally {
    file.close();
  }
}
