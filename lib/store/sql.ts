/**
 * What is asked of a database, step by step: each step is a statement, its rows come back. So a change is written once,
 * for a database that answers at once and for one that has to be waited for.
 *
 * Statements are of the dialect that SQLite and PostgreSQL share; `?` is what is given; `now_ms()` is the database's
 * clock in milliseconds since 1970, and `gone(writer)` says whether a writer is: each database defines them.
 */
export type Given = string | number | null | Uint8Array;

// deno-lint-ignore no-explicit-any -- columns are what the statement names
export type Row = Readonly<Record<string, any>>;

export interface Statement {
  readonly sql: string;
  readonly given: readonly Given[];
}

export type Sql<T> = Generator<Statement, T, readonly Row[]>;

/** The rows that a statement answers with. */
export function* all<R = Row>(sql: string, ...given: readonly Given[]): Sql<readonly R[]> {
  return (yield { sql, given }) as readonly R[];
}

/** The first of them; null when there is none. */
export function* one<R = Row>(sql: string, ...given: readonly Given[]): Sql<R | null> {
  return ((yield { sql, given })[0] ?? null) as R | null;
}

/** As many places for rows of so many columns as there are, for one statement that brings them in together. */
export const places = (rows: number, columns: number): string =>
  Array(rows).fill(`(${Array(columns).fill("?").join()})`).join();

/** Whether a change waits for the disk, or a power cut may take it. */
export type Durability = "durable" | "quick";

/** A database that does such steps: what is read sees one moment, of what throws nothing stands. */
export interface Database {
  /** why nothing can be written; null when all is well */
  readonly fault: string | null;
  /** the name of whoever writes through it: unique, never used again, and gone when its process is */
  own(): string;
  /** whether it has been asked for */
  readonly writes: boolean;
  /** @throws StorageFault; DamagedStore; what `act` throws */
  read<T>(act: () => Sql<T>): Promise<T>;
  /**
   * One change, counted as such. `act` may be done again from its beginning where the database asks for it.
   * @throws ReadOnlyStore; StorageFault; DamagedStore; what `act` throws
   */
  write<T>(how: Durability, act: () => Sql<T>): Promise<T>;
  /** lets go; the second time does nothing */
  close(): Promise<void>;
}

/** A text as it comes back: SQLite's ends at a NUL, PostgreSQL takes none, and both have no half characters. */
export const keptText = (text: string): string => text.replaceAll("\0", "␀").toWellFormed();
export const kept = (value: Given): Given => typeof value === "string" ? keptText(value) : value;
