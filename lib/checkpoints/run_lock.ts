/** One process at a time writes a run: a lock that the system lets go of when its owner dies, however it dies. */
import { join } from "node:path";
import { onStorage } from "./storage_fault.ts";

/** Another training writes this run. */
export class RunInUse extends Error {
  override readonly name = "RunInUse";
  constructor(readonly folder: string, readonly owner: string) {
    super(
      `run in use: ${folder} (${
        owner || "another training"
      } writes it): wait for its end, or name another run`,
    );
  }
}

export interface RunLock {
  release(): void;
}

/**
 * @returns the lock, held until it is released or this process ends
 * @throws RunInUse; StorageFault
 * @example
 * ```ts ignore
 * const lock = lockRun(".plateau/runs/first");
 * ```
 */
export function lockRun(folder: string): RunLock {
  const path = join(folder, "lock");
  return onStorage(path, () => {
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    if (!file.tryLockSync(true)) {
      file.close();
      throw new RunInUse(folder, Deno.readTextFileSync(path).trim());
    }
    // Who holds it, for whom it keeps out.
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`process ${Deno.pid} since ${new Date().toISOString()}\n`));
    return { release: () => file.close() };
  });
}
