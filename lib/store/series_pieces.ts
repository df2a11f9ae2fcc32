/** Pieces of series in their tables: stretches of one series, and the columns of rows that several of them share. */
import { columnBlob, columnFrom } from "./columns_blob.ts";
import { firstRows, joined, joinedRows, X_COLUMNS, type XColumns } from "./series_columns.ts";
import { all, one, places, type Sql } from "./sql.ts";
import type { Series } from "../curves/logged.ts";

export interface Piece {
  readonly number: number;
  readonly place: number;
  readonly chunk: number;
  readonly points: number;
  readonly value: Uint8Array;
}

/** A piece before it lies in the table. */
export interface NewPiece extends Omit<Piece, "number" | "value"> {
  readonly series: number;
  readonly level: number;
  readonly value: Float64Array;
}

export function* readChunk(number: number): Sql<XColumns> {
  const row = yield* one<Record<string, Uint8Array | null>>(
    "SELECT step, epoch, examples, seconds FROM chunks WHERE number = ?",
    number,
  );
  if (!row?.step) throw new RangeError(`invalid column: chunk ${number} is missing`);
  return Object.fromEntries(
    X_COLUMNS.flatMap((column) => row[column] ? [[column, columnFrom(row[column])]] : []),
  ) as unknown as XColumns;
}

/** @returns its number */
export function* writeChunk(run: number, x: XColumns): Sql<number> {
  const blobs = X_COLUMNS.map((column) => x[column] ? columnBlob(x[column]) : null);
  const sql =
    "INSERT INTO chunks (run, step, epoch, examples, seconds) VALUES (?, ?, ?, ?, ?) RETURNING number";
  return (yield* one(sql, run, ...blobs))!.number;
}

export function* addPieces(pieces: readonly NewPiece[]): Sql<void> {
  yield* all(
    `INSERT INTO pieces (series, place, level, chunk, points, value) VALUES ${places(pieces.length, 6)}`,
    ...pieces.flatMap((
      { series, place, level, chunk, points, value },
    ) => [series, place, level, chunk, points, columnBlob(value)]),
  );
}

/** The pieces of a series from a place on. */
export const piecesFrom = (series: number, place: number): Sql<readonly Piece[]> =>
  all<Piece>(
    "SELECT number, place, chunk, points, value FROM pieces WHERE series = ? AND place >= ? ORDER BY place",
    ...[series, place],
  );

export function* dropPieces(pieces: readonly Pick<Piece, "number" | "chunk">[]): Sql<void> {
  for (const { number } of pieces) yield* all("DELETE FROM pieces WHERE number = ?", number);
  for (const chunk of new Set(pieces.map(({ chunk }) => chunk))) {
    yield* all(
      "DELETE FROM chunks WHERE number = ? AND NOT EXISTS (SELECT 1 FROM pieces WHERE chunk = chunks.number)",
      chunk,
    );
  }
}

export function* readPieces(series: number, chunks = new Map<number, XColumns>()): Sql<Series> {
  const rows: XColumns[] = [], values: Float64Array[] = [];
  for (const { chunk, points, value } of yield* piecesFrom(series, 0)) {
    if (!chunks.has(chunk)) chunks.set(chunk, yield* readChunk(chunk));
    rows.push(firstRows(chunks.get(chunk)!, points));
    values.push(columnFrom(value).subarray(0, points));
    if (rows.at(-1)!.step.length === points && values.at(-1)!.length === points) continue;
    throw new RangeError(`invalid column: shorter than its ${points} points`);
  }
  return { ...joinedRows(rows), value: joined(values) };
}

/** Takes back the points of a series from a step on. */
export function* cutPieces(series: number, from: number): Sql<void> {
  for (;;) {
    const piece = yield* one<Piece>(
      "SELECT number, place, chunk, points FROM pieces WHERE series = ? ORDER BY place DESC LIMIT 1",
      series,
    );
    if (piece === null) return;
    const step = (yield* readChunk(piece.chunk)).step.subarray(0, piece.points);
    const keep = step.findIndex((each) => each >= from);
    if (keep < 0) return;
    if (keep > 0) {
      yield* all("UPDATE pieces SET points = ? WHERE number = ?", keep, piece.number);
      return;
    }
    yield* dropPieces([piece]);
  }
}
