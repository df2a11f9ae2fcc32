/** The tables of a SQLite file, read from its bytes: whatever the file says, no more is read than it can hold. */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

export type Cell = SQLOutputValue;

export interface Tables {
  /** columns of each table; a name that is no table has none */
  columns(table: string): ReadonlySet<string>;
  /**
   * Rows in the order in which they were inserted. Where the file is damaged it ends, with a line in `faults`.
   * @param columns those that the table lacks are null
   */
  rows(table: string, columns: readonly string[]): Generator<readonly Cell[]>;
  /** what could not be read */
  readonly faults: readonly string[];
  close(): void;
}

/** Bytes that a row takes at least, rows that are read at once, and how much longer a number is as text. */
const LEAST_ROW = 4, CHUNK = 4096, AS_TEXT = 4;

const MAGIC = "SQLite format 3\0";

/** Whether a file is a SQLite database, by its first bytes. */
export const isSqlite = (head: Uint8Array): boolean =>
  head.length >= 16 && [...MAGIC].every((letter, i) => head[i] === letter.charCodeAt(0));

/**
 * Opens a database in memory. Only plain tables are read: a view or a virtual table would compute what the file says.
 *
 * @param bytes as `sqliteWithWal` gives them
 * @throws Error when they are no database
 *
 * @example
 * ```ts
 * import { sqliteTables } from "./sqlite_tables.ts";
 *
 * const losses = (bytes: Uint8Array) => {
 *   const tables = sqliteTables(bytes);
 *   try {
 *     return [...tables.rows("metrics", ["step", "value"])].map(([step, value]) => [Number(step), Number(value)]);
 *   } finally {
 *     tables.close();
 *   }
 * };
 * ```
 */
export function sqliteTables(bytes: Uint8Array): Tables {
  const database = new DatabaseSync(":memory:");
  const faults: string[] = [], fault = (what: string) => void faults.push(what);
  try {
    database.deserialize(bytes);
    database.exec("PRAGMA trusted_schema = OFF");
    const schema = schemaOf(database, bytes.length);
    return {
      columns: (table) => schema.get(table) ?? new Set(),
      rows: (table, columns) => rowsOf(database, bytes.length, schema, table, columns, fault),
      faults,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function schemaOf(database: DatabaseSync, size: number): Map<string, ReadonlySet<string>> {
  const schema = new Map<string, ReadonlySet<string>>();
  const named = database.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' LIMIT ${size}`,
  );
  for (const { name } of named.all()) {
    if (typeof name !== "string" || name.startsWith("sqlite_")) continue;
    // hidden 0 is a column as it is stored: others are computed
    const columns = database.prepare(`SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0`).all(name);
    const names = columns.map((column) => String(column.name));
    // a column of this name would hide the order of the rows
    if (!names.some((column) => column.toLowerCase() === "rowid")) schema.set(name, new Set(names));
  }
  return schema;
}

/**
 * Reads by the chunk, which is several times as fast as row by row, and measures each chunk first: pages of a damaged
 * file may be those of several rows at once, or follow each other in a circle.
 */
function* rowsOf(
  database: DatabaseSync,
  size: number,
  schema: Map<string, ReadonlySet<string>>,
  table: string,
  columns: readonly string[],
  fault: (what: string) => void,
): Generator<readonly Cell[]> {
  const has = schema.get(table);
  if (!has) return;
  const chosen = columns.map((column) => has.has(column) ? quoted(column) : "NULL");
  const part = `FROM ${quoted(table)} NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT ${CHUNK}`;
  const bytes = chosen.map((cell) => `ifnull(octet_length(${cell}), 0)`).join(" + ");
  let left = size * AS_TEXT, last = -(2n ** 63n), read = 0;
  const asCells = (row: Record<string, Cell>) => columns.map((_, i) => row[`c${i}`]);
  try {
    const measure = database.prepare(
      `SELECT count(*) AS count, sum(bytes) AS bytes FROM (SELECT ${bytes} AS bytes ${part})`,
    );
    const select = database.prepare(
      `SELECT rowid AS id, ${chosen.map((cell, i) => `${cell} AS c${i}`).join(", ")} ${part}`,
    );
    select.setReadBigInts(true); // a whole number past 2⁵³ would end the reading
    for (;;) {
      const chunk = orNull(() => measure.get(last));
      left -= Number(chunk?.bytes ?? 0) + LEAST_ROW * Number(chunk?.count ?? 0);
      if (left < 0) throw new Error("it says more than the file holds");
      const rows = chunk && orNull(() => select.all(last));
      if (!rows) {
        // row by row it comes as far as the damage, where it ends without a word
        for (const row of select.iterate(last)) {
          left -= rowBytes(row);
          if (left < 0) break;
          read++;
          yield asCells(row);
        }
        throw new Error("a row after it cannot be read");
      }
      read += rows.length;
      for (const row of rows) yield asCells(row);
      if (rows.length < CHUNK) return;
      const next = rows[rows.length - 1].id;
      if (typeof next !== "bigint" || next <= last) throw new Error("its rows are not in order");
      last = next;
    }
  } catch (error) {
    fault(`damaged table ${table}: read up to row ${read} (${(error as Error).message})`);
  }
}

/** What cannot be read is null. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const rowBytes = (row: Record<string, Cell>): number =>
  Object.values(row).reduce<number>(
    (sum, cell) => sum + (typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 1),
    LEAST_ROW,
  );

const decoder = new TextDecoder();

/** A cell as text, also where it was stored as bytes; null for none. */
export const textOf = (cell: Cell): string | null =>
  cell === null ? null : cell instanceof Uint8Array ? decoder.decode(cell) : String(cell);

/** A cell as a number; NaN where it is none. */
export const numberOf = (cell: Cell): number =>
  typeof cell === "number" || typeof cell === "bigint" || (typeof cell === "string" && cell.trim() !== "")
    ? Number(cell)
    : NaN;
