/**
 * Where the server of a project is reached, left for commands that a person types beside it. It counts while the process
 * that left it holds a lock, which the system takes from it however it ends.
 */
import { z } from "zod";

const LEFT = "server.json", LOCK = "server.lock";
const Left = z.strictObject({ version: z.literal(1), address: z.url({ protocol: /^https?$/ }).max(1000) });

/**
 * Leaves the address of a server. Of several servers of one project the first has left its own.
 * @param folder `.plateau` of the project; it is there
 * @param address without a slash at its end, with the base path
 * @returns takes it away again, once
 * @throws what a disk throws that takes nothing
 * @example
 * ```ts ignore
 * import { leaveAddress } from "./own_address.ts";
 * const forget = leaveAddress(".plateau", "http://127.0.0.1:8001/plateau");
 * ```
 */
export function leaveAddress(folder: string, address: string): () => void {
  const path = `${folder}/${LEFT}`;
  const lock = Deno.openSync(`${folder}/${LOCK}`, { create: true, write: true, mode: 0o600 });
  let over = false;
  const forget = () => {
    if (over) return;
    over = true;
    removed(path);
    lock.close();
  };
  if (!lock.tryLockSync(true)) {
    lock.close();
    return () => {};
  }
  try {
    removed(path); // by a server that was killed
    const text = JSON.stringify({ version: 1, address });
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
    return forget;
  } catch (error) {
    forget();
    throw error;
  }
}

/**
 * The address of the server that runs in a project; null where none does.
 * @example
 * ```ts ignore
 * import { runningAddress } from "./own_address.ts";
 * runningAddress(".plateau"); // "http://127.0.0.1:8001/plateau"
 * ```
 */
export function runningAddress(folder: string): string | null {
  try {
    using lock = Deno.openSync(`${folder}/${LOCK}`, { write: true });
    if (lock.tryLockSync(true)) return null; // nobody holds it
    const left = Left.safeParse(JSON.parse(Deno.readTextFileSync(`${folder}/${LEFT}`)));
    return left.success ? left.data.address : null;
  } catch {
    return null; // never left, or half: the server begins or ends just now
  }
}

function removed(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
