/** Formats that are kept in SQLite: which one a database is, and what it says. */
import type { LogFormat, ParsedLog } from "../logged.ts";
import { sqliteTables, type Tables } from "./sqlite_tables.ts";
import { sqliteWithWal } from "./sqlite_wal.ts";

/** One format that is kept in SQLite. */
export interface DatabaseReader {
  readonly format: LogFormat;
  /** whether the database is of this format, by its tables */
  recognises(tables: Tables): boolean;
  logs(tables: Tables): ParsedLog[];
}

export interface DatabaseLogs {
  /** null where no reader knows the tables */
  readonly format: LogFormat | null;
  readonly logs: readonly ParsedLog[];
  readonly warnings: ParsedLog["warnings"];
}

/**
 * Reads a SQLite file. It never throws: what cannot be read is a warning.
 *
 * @param database bytes of the file
 * @param wal bytes of its write-ahead log; null where there is none
 * @param readers the formats to choose from
 *
 * @example
 * ```ts
 * import { databaseLogs } from "./database_reader.ts";
 * import { trackio } from "./trackio.ts";
 *
 * const { format, warnings } = databaseLogs(new Uint8Array(512), null, [trackio]);
 * console.assert(format === null && warnings.length === 1);
 * ```
 */
export function databaseLogs(
  database: Uint8Array,
  wal: Uint8Array | null,
  readers: readonly DatabaseReader[],
): DatabaseLogs {
  let tables: Tables | null = null;
  try {
    tables = sqliteTables(sqliteWithWal(database, wal));
    const reader = readers.find((each) => each.recognises(tables!));
    const logs = reader?.logs(tables) ?? [];
    return { format: reader?.format ?? null, logs, warnings: said(tables.faults) };
  } catch (error) {
    const reason = (error as Error).message;
    return { format: null, logs: [], warnings: said([`damaged database: ${reason}`]) };
  } finally {
    tables?.close();
  }
}

const said = (messages: readonly string[]): ParsedLog["warnings"] =>
  messages.map((message) => ({ offset: null, message }));
