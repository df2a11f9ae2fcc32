/** Writes one run of a SQLite store, as long as it is this writer's. */
import { exactJson } from "../checkpoints/exact_json.ts";
import type { LogWarning } from "../curves/logged.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { type Ended, endedOf, type StoredRun } from "./run_row.ts";
import type { SeriesTables, Tails } from "./series_tables.ts";
import type { Durability } from "./sql.ts";
import type { SqliteConnection } from "./sqlite_connection.ts";
import type { RunWriter, SeriesRows } from "./store.ts";
import { UnknownRun } from "./store_fault.ts";

export class SqliteWriter implements RunWriter {
  /** what the last append knew of the series; null: to be read */
  #tails: Tails | null = null;

  /** @param name of whoever writes: another one that has gone on with the run keeps this one out */
  constructor(
    readonly connection: SqliteConnection,
    readonly tables: SeriesTables,
    readonly number: number,
    readonly id: string,
    readonly name: string,
  ) {}

  // deno-lint-ignore require-await -- other stores have to wait
  async recorded(): Promise<Readonly<Record<string, number>>> {
    const rows = this.connection.read(() => this.tables.all(this.number));
    return Object.fromEntries(rows.flatMap(({ tag, last }) => last === null ? [] : [[tag, last]]));
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async append(rows: SeriesRows): Promise<void> {
    const before = this.#tails;
    this.#tails = null; // of an append that throws nothing stands
    this.#tails = this.#write("quick", () => {
      const tails = before ?? this.tables.tails(this.number);
      this.connection.run("UPDATE runs SET ended = NULL WHERE number = ? AND ended IS NOT NULL", this.number);
      this.tables.append(this.number, tails, rows);
      return tails;
    });
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async checkpoint(step: number, path: string, sha256: string): Promise<void> {
    const sql = "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)";
    this.#write("durable", () => void this.connection.run(sql, this.number, step, path, sha256));
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async end(state: EndReason, because: string, final: EvaluationRow | null): Promise<void> {
    this.#write("durable", () => endRun(this.connection, this.number, { state, because, final }));
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async release(): Promise<void> {
    const sql = "UPDATE runs SET state = 'interrupted', writer = NULL WHERE number = ?";
    this.#write("durable", () => void this.connection.run(sql, this.number));
  }

  // deno-lint-ignore require-await -- other stores have to wait
  async warn(warnings: readonly LogWarning[]): Promise<void> {
    this.#write("durable", () => {
      const before = this.connection.one("SELECT warnings FROM runs WHERE number = ?", this.number)!;
      const all = [...JSON.parse(String(before.warnings)), ...warnings];
      this.connection.run("UPDATE runs SET warnings = ? WHERE number = ?", JSON.stringify(all), this.number);
    });
  }

  #write<T>(how: Durability, act: () => T): T {
    return this.connection.write(how, () => {
      const run = this.connection.one("SELECT writer FROM runs WHERE number = ?", this.number);
      if (!run) throw new UnknownRun(this.id, "it was removed");
      if (run.writer !== this.name) throw new UnknownRun(this.id, "it is no longer written here");
      touchRun(this.connection, this.number);
      return act();
    });
  }
}

/** A run has changed. */
export function touchRun(connection: SqliteConnection, number: number): void {
  connection.run("UPDATE runs SET updated = ?, version = version + 1 WHERE number = ?", Date.now(), number);
}

/** An end at which nothing was trained lets that stand which was recorded before. */
export function endRun(connection: SqliteConnection, number: number, ended: Ended): void {
  const before = endedOf(
    connection.one("SELECT ended FROM runs WHERE number = ?", number) as unknown as StoredRun,
  );
  const { state, because, final } = ended.state === "alreadyComplete" && before ? before : ended;
  connection.run(
    "UPDATE runs SET state = ?, because = ?, ended = ?, writer = NULL WHERE number = ?",
    state,
    because,
    exactJson({ state, because, final }),
    number,
  );
}
