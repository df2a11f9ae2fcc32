/** What a store of runs refuses, and what of its storage fails. */
import { StorageFault } from "../checkpoints/storage_fault.ts";

/** A file that is no store, or no whole one. */
export class DamagedStore extends Error {
  override readonly name = "DamagedStore";
  /** @param reason as `file is not a database` */
  constructor(readonly path: string, readonly reason: string) {
    super(`damaged store: ${path} (${reason}): move it away, and a new one is begun`);
  }
}

/** A store that a later version of Plateau wrote. */
export class LaterStore extends Error {
  override readonly name = "LaterStore";
  /** @param version that of its schema */
  constructor(readonly path: string, readonly version: number, reads: number) {
    super(
      `store of a later version: ${path} (version ${version}, this program reads ${reads}): update Plateau`,
    );
  }
}

/** A database that does not let this one in. */
export class StoreRefused extends Error {
  override readonly name = "StoreRefused";
  /** @param reason in the words of the database, as `password authentication failed for user "a"` */
  constructor(readonly place: string, readonly reason: string) {
    super(`store refused: ${place} (${reason}): check its address, user and password`);
  }
}

/** A database whose queue cannot be used: another program's, of a later version, or not to be made. */
export class QueueRefused extends Error {
  override readonly name = "QueueRefused";
  /** @param reason in the words of the queue or the database */
  constructor(readonly place: string, readonly reason: string) {
    super(
      `queue refused: schema graphile_worker of ${place} (${
        reason.replace(/\.$/, "")
      }): let this user make it, update Plateau, or take a database of its own`,
    );
  }
}

/** Someone else writes this run now. */
export class RunBeingWritten extends Error {
  override readonly name = "RunBeingWritten";
  constructor(readonly run: string, readonly pid: number) {
    super(`run being written: ${run} (by process ${pid}): wait for its end, or stop it`);
  }
}

/** There is no such run, or no longer: it was removed, or another process has gone on with it. */
export class UnknownRun extends Error {
  override readonly name = "UnknownRun";
  constructor(readonly run: string, detail = "") {
    super(`unknown run: ${run}${detail && ` (${detail})`}`);
  }
}

/** Nothing can be written. */
export class ReadOnlyStore extends Error {
  override readonly name = "ReadOnlyStore";
}

/** SQLite tells its errors by words alone: those that mean the storage, by the kernel's name for the like. */
const STORAGE: readonly (readonly [RegExp, string])[] = [
  [/database or disk is full/, "ENOSPC"],
  [/disk I\/O error/, "EIO"],
  [/database is locked|database table is locked/, "EBUSY"],
  [/readonly database/, "EROFS"],
  [/unable to open database/, "EACCES"],
];
/** An error of SQLite that is none of the storage's: our statements are sound, so the tables are not. */
const isDamage = (error: Error & { code?: unknown }): boolean =>
  error.code === "ERR_SQLITE_ERROR" && !/constraint failed/.test(error.message) ||
  /^invalid column/.test(error.message) ||
  error instanceof SyntaxError; // what is JSON was written by this program

/**
 * Does what may fail for want of storage, or because the file is damaged.
 * @throws StorageFault; DamagedStore; every other error as it is
 */
export function onDatabase<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { message } = error as Error;
    const code = STORAGE.find(([words]) => words.test(message))?.[1];
    if (code !== undefined) throw new StorageFault(path, code, error as Error);
    throw isDamage(error as Error) ? new DamagedStore(path, message) : error;
  }
}
