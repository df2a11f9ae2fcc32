/** Opens a store, whatever stands behind it. */
import type { PostgresOptions } from "./postgres_database.ts";
import { openSqliteStore } from "./sqlite_store.ts";
import { isAddress } from "./place.ts";
import type { Store } from "./store.ts";

/**
 * Opens a store, and makes it where there is none.
 *
 * @param place of a file, as `.plateau/runs.sqlite`, or of a PostgreSQL database, as `postgres://user@host/database`
 * @param options of a database; a file needs none
 * @throws LaterStore; DamagedStore when nothing in the file can be read; StorageFault; StoreRefused
 * @example
 * ```ts ignore
 * const store = await openStore(".plateau/runs.sqlite");
 * for (const { id, name, best } of await store.runs()) console.log(id, name, best?.value);
 * await store.close();
 * ```
 */
export async function openStore(place: string, options: PostgresOptions = {}): Promise<Store> {
  if (!isAddress(place)) return await openSqliteStore(place);
  const { openPostgresStore } = await import("./postgres_store.ts"); // late: its client is loaded by nobody else
  return await openPostgresStore(place, options);
}
