/**
 * Runs and studies in a SQLite file, for any number of processes of one machine at once.
 *
 * What a call has resolved for outlives a killed process. A power cut may take rows that were appended since the last
 * begin, checkpoint or end, never more, and never what makes the file whole: those wait for the disk, appends do not.
 */
import { openDatabase } from "./open_database.ts";
import { SqlStore } from "./sql_store.ts";
import { SqliteConnection } from "./sqlite_connection.ts";
import type { Store } from "./store.ts";

/**
 * Opens the file of a store, and makes it where there is none.
 *
 * @param path of the file, as `.plateau/runs.sqlite`; beside it lie `-wal`, `-shm` and the folder `-writers`
 * @throws LaterStore; DamagedStore when nothing in the file can be read; StorageFault
 */
export async function openSqliteStore(path: string): Promise<Store> {
  const { db, fault } = await openDatabase(path);
  try {
    return new SqlStore(new SqliteConnection(path, db, fault));
  } catch (error) {
    db.close();
    throw error;
  }
}
