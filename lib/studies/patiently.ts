/** Waits for a database. */
import { setTimeout as delay } from "node:timers/promises";
import { isPassing } from "../store/postgres_fault.ts";

/** Milliseconds between two tries. */
const AGAIN = 500;

/**
 * Does it again while the database is away or full.
 * @param first told of the first fault; default nobody
 * @returns null when the signal came before
 * @throws what is no such fault
 * @example
 * ```ts ignore
 * const store = await patiently(() => openStore(address), signal, ({ message }) => console.error(message));
 * ```
 */
export async function patiently<T>(
  act: () => Promise<T>,
  signal: AbortSignal,
  first: (fault: Error) => void = () => {},
): Promise<T | null> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      return await act();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (isFirst) first(error as Error);
      await delay(AGAIN, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}
