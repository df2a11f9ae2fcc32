/** One open SQLite file: statements by their text, and transactions of which nothing stands when they throw. */
import { fileAt } from "./file_at.ts";
import type { DatabaseSync } from "node:sqlite";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { type Durability, type Given, keptText, type Sql } from "./sql.ts";
import { onDatabase, ReadOnlyStore } from "./store_fault.ts";

/** One writes at a time: there is nothing to lock, and no word for it. */
const LOCKS = / FOR UPDATE( OF \w+)?( SKIP LOCKED)?/g;

const kept = (value: Given): Given => typeof value === "string" ? keptText(value) : value;

export class SqliteConnection {
  /** statements by their text */
  readonly #prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  readonly #file: string | null;

  /** @param fault why nothing can be written; null when all is well */
  constructor(readonly path: string, readonly db: DatabaseSync, readonly fault: string | null) {
    this.#file = fileAt(path);
  }

  /** What is read within sees one moment of the store. */
  read<T>(act: () => T): T {
    return onDatabase(this.path, () => {
      if (this.db.isTransaction) return act();
      this.db.exec("BEGIN");
      try {
        return act();
      } finally {
        if (this.db.isTransaction) this.db.exec("COMMIT");
      }
    });
  }

  /**
   * One change, counted as such.
   * @throws ReadOnlyStore; StorageFault; DamagedStore; what `act` throws
   */
  write<T>(how: Durability, act: () => T): T {
    if (this.fault !== null) throw new ReadOnlyStore(this.fault);
    // SQLite goes on writing a file that was deleted or moved away, where nobody finds it again
    if (fileAt(this.path) !== this.#file) {
      throw new StorageFault(this.path, "ENOENT", new Error("it is gone"));
    }
    return onDatabase(this.path, () => {
      if (this.db.isTransaction) this.db.exec("COMMIT"); // of what was only read
      this.db.exec(`PRAGMA synchronous = ${how === "durable" ? "FULL" : "NORMAL"}`);
      this.db.exec("BEGIN IMMEDIATE");
      try {
        const result = act();
        this.run("UPDATE facts SET value = value + 1 WHERE name = 'changes'");
        this.db.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.db.isTransaction) this.db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  one = (sql: string, ...given: Given[]) => this.#statement(sql).get(...given.map(kept));
  all = (sql: string, ...given: Given[]) => this.#statement(sql).all(...given.map(kept));
  run = (sql: string, ...given: Given[]) => this.#statement(sql).run(...given.map(kept));

  /** Does steps, each at once. */
  steps<T>(steps: Sql<T>): T {
    let step = steps.next();
    while (!step.done) step = steps.next(this.all(step.value.sql, ...step.value.given));
    return step.value;
  }

  close(): void {
    this.#prepared.clear();
    this.db.close();
  }

  #statement(sql: string) {
    const known = this.#prepared.get(sql) ?? this.db.prepare(sql.replaceAll(LOCKS, ""));
    this.#prepared.set(sql, known);
    return known;
  }
}
