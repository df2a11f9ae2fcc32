/** The bytes of a SQLite database that someone else may be writing. */

/** How often it is read again when it changed meanwhile, and how long is waited for that, in milliseconds. */
const TRIES = 4, PAUSE = 30;

export interface DatabaseBytes {
  readonly database: Uint8Array;
  /** null where there is none */
  readonly wal: Uint8Array | null;
  /** false when it changed each time that it was read */
  readonly steady: boolean;
}

/**
 * Reads a database and its write-ahead log as of one moment. No lock is taken and nothing is written beside the file, so
 * its writer is not disturbed and a folder without the right to write is no hindrance; instead it is read again until it
 * did not change meanwhile.
 *
 * @param full where the database is opened
 * @throws what reading the file throws
 *
 * @example
 * ```ts ignore
 * const { database, wal } = await databaseBytes("mlflow.db");
 * ```
 */
export async function databaseBytes(full: string, signal?: AbortSignal): Promise<DatabaseBytes> {
  for (let tries = 1;; tries++) {
    signal?.throwIfAborted();
    const before = await marks(full);
    const database = await Deno.readFile(full);
    const wal = await Deno.readFile(`${full}-wal`).catch(() => null);
    const steady = before !== null && before === await marks(full);
    if (steady || tries === TRIES) return { database, wal: wal?.length ? wal : null, steady };
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** How the first bytes of a journal read while a transaction is under way. */
const JOURNAL = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/** What changes with each write; null while a transaction writes the database itself. */
async function marks(full: string): Promise<string | null> {
  const journal = await Deno.readFile(`${full}-journal`).catch(() => null);
  if (journal && JOURNAL.every((byte, i) => journal[i] === byte)) return null;
  const stats = await Promise.all([full, `${full}-wal`].map((path) => Deno.stat(path).catch(() => null)));
  return stats.map((stat) => `${stat?.size} ${stat?.mtime?.getTime()}`).join();
}
