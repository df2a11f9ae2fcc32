/** One open SQLite file: statements by their text, and transactions of which nothing stands when they throw. */
import { fileAt } from "./file_at.ts";
import type { DatabaseSync } from "node:sqlite";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { type Database, type Durability, kept, type Row, type Sql, type Statement } from "./sql.ts";
import { onDatabase, ReadOnlyStore } from "./store_fault.ts";
import { storeWriters, type Writers } from "./writers.ts";

/** One writes at a time: there is nothing to lock, and no word for it. */
const LOCKS = / FOR UPDATE( OF \w+)?( SKIP LOCKED)?/g;

export class SqliteConnection implements Database {
  /** statements by their text */
  readonly #prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  readonly #file: string | null;
  readonly #writers: Writers;

  /** @param fault why nothing can be written; null when all is well */
  constructor(readonly path: string, readonly db: DatabaseSync, readonly fault: string | null) {
    this.#file = fileAt(path);
    this.#writers = storeWriters(`${path}-writers`);
    db.function("now_ms", () => Date.now());
    db.function("gone", (writer) => writer !== null && !this.#writers.alive(String(writer)) ? 1 : 0);
  }

  own(): string {
    return this.#writers.own();
  }

  get writes(): boolean {
    return this.#writers.writes;
  }

  // deno-lint-ignore require-await -- other databases have to be waited for
  async read<T>(act: () => Sql<T>): Promise<T> {
    return onDatabase(this.path, () => {
      this.db.exec("BEGIN");
      try {
        return this.#steps(act());
      } finally {
        if (this.db.isTransaction) this.db.exec("COMMIT");
      }
    });
  }

  // deno-lint-ignore require-await -- other databases have to be waited for
  async write<T>(how: Durability, act: () => Sql<T>): Promise<T> {
    if (this.fault !== null) throw new ReadOnlyStore(this.fault);
    // SQLite goes on writing a file that was deleted or moved away, where nobody finds it again
    if (fileAt(this.path) !== this.#file) {
      throw new StorageFault(this.path, "ENOENT", new Error("it is gone"));
    }
    return onDatabase(this.path, () => {
      this.db.exec(`PRAGMA synchronous = ${how === "durable" ? "FULL" : "NORMAL"}`);
      this.db.exec("BEGIN IMMEDIATE");
      try {
        const result = this.#steps(act());
        this.#rows({ sql: "UPDATE facts SET value = value + 1 WHERE name = 'changes'", given: [] });
        this.db.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.db.isTransaction) this.db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  close(): Promise<void> {
    if (this.db.isOpen) {
      this.#writers.close();
      this.#prepared.clear();
      this.db.close();
    }
    return Promise.resolve();
  }

  /** Does steps, each at once. */
  #steps<T>(steps: Sql<T>): T {
    let step = steps.next();
    while (!step.done) step = steps.next(this.#rows(step.value));
    return step.value;
  }

  #rows({ sql, given }: Statement): readonly Row[] {
    const known = this.#prepared.get(sql) ?? this.db.prepare(sql.replaceAll(LOCKS, ""));
    this.#prepared.set(sql, known);
    return known.all(...given.map(kept));
  }
}
