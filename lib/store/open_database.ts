/** Opens the file of a store: checked, of this program's version, and for reading alone where it cannot be written. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { onStorage, StorageFault } from "../checkpoints/storage_fault.ts";
import { APPLICATION, migrate, MIGRATIONS, schemaVersion, tablesSince } from "./schema.ts";
import { DamagedStore, LaterStore, onDatabase } from "./store_fault.ts";

/** How long one waits for another process' turn, in milliseconds. */
const PATIENCE = 10_000;
/** Bytes of a store that is checked whole when it is opened; of a larger one damage shows where it is read. */
const CHECKED = 16e6;

export interface Opened {
  readonly db: DatabaseSync;
  /** why nothing can be written; null when all is well */
  readonly fault: string | null;
}

/**
 * Makes the file where there is none. A damaged file, and one that may not be written, is opened to be read.
 * @throws LaterStore; DamagedStore when nothing in it can be read; StorageFault
 */
export async function openDatabase(path: string): Promise<Opened> {
  try {
    onStorage(dirname(path), () => mkdirSync(dirname(path), { recursive: true }));
    const db = await patiently(() => writable(path));
    const damage = checked(path, db);
    if (damage === null) return { db, fault: null };
    db.close();
    return { db: readable(path), fault: damage.message };
  } catch (error) {
    if (error instanceof LaterStore || isBusy(error)) throw error;
    const reading = readableIfAny(path);
    if (reading === null) throw error;
    return { db: reading, fault: (error as Error).message };
  }
}

const isBusy = (error: unknown) => error instanceof StorageFault && error.code === "EBUSY";

function writable(path: string): DatabaseSync {
  const db = onDatabase(path, () => new DatabaseSync(path));
  try {
    onDatabase(path, () => {
      db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
      refuseOthers(path, db);
      db.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
      migrate(db);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseOthers(path: string, db: DatabaseSync): void {
  const version = schemaVersion(db);
  const { application_id } = db.prepare("PRAGMA application_id").get()!;
  const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()!;
  if (Number(tables) > 0 && Number(application_id) !== APPLICATION) {
    throw new DamagedStore(path, "it is not a store of runs");
  }
  if (version > MIGRATIONS.length) throw new LaterStore(path, version, MIGRATIONS.length);
}

/** The file to be read alone, with what is damaged in it left where it is. */
function readable(path: string): DatabaseSync {
  return onDatabase(path, () => {
    const db = new DatabaseSync(path, { readOnly: true });
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}; PRAGMA temp_store = MEMORY`);
    for (const table of tablesSince(schemaVersion(db))) db.exec(table);
    return db;
  });
}

/** Null when not even its runs can be read. */
function readableIfAny(path: string): DatabaseSync | null {
  let db: DatabaseSync | undefined;
  try {
    db = readable(path);
    refuseOthers(path, db);
    db.prepare("SELECT count(*) FROM runs").get();
    return db;
  } catch {
    db?.close();
    return null;
  }
}

/** What is damaged; null when nothing is, or the file is too large to look. */
function checked(path: string, db: DatabaseSync): DamagedStore | null {
  if (statSync(path).size > CHECKED) return null;
  try {
    const { quick_check } = db.prepare("PRAGMA quick_check(1)").get()!;
    return quick_check === "ok" ? null : new DamagedStore(path, String(quick_check).replaceAll("\n", " "));
  } catch (error) {
    return new DamagedStore(path, (error as Error).message);
  }
}

/** Again while another process sets the file up: SQLite does not wait for that by itself. */
async function patiently<T>(act: () => T): Promise<T> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof StorageFault && error.code === "EBUSY") || performance.now() > until) {
        throw error;
      }
    }
    await delay(20 + Math.random() * 30);
  }
}
