/** Opens a store, whatever stands behind it. */
import { openSqliteStore } from "./sqlite_store.ts";
import type { Store } from "./store.ts";

/** Whether a store's place is a database that many machines share. */
export const isAddress = (place: string): boolean => /^postgres(ql)?:\/\//.test(place);

/**
 * Opens a store, and makes it where there is none.
 *
 * @param place of a file, as `.plateau/runs.sqlite`, or of a PostgreSQL database, as `postgres://user@host/database`
 * @throws LaterStore; DamagedStore when nothing in the file can be read; StorageFault; StoreRefused
 * @example
 * ```ts ignore
 * const store = await openStore(".plateau/runs.sqlite");
 * for (const { id, name, best } of await store.runs()) console.log(id, name, best?.value);
 * await store.close();
 * ```
 */
export async function openStore(place: string): Promise<Store> {
  if (!isAddress(place)) return await openSqliteStore(place);
  const { openPostgresStore } = await import("./postgres_store.ts"); // late: its client is loaded by nobody else
  return await openPostgresStore(place);
}
