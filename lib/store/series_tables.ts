/**
 * The series of runs in their tables. An append writes one small piece a series; when 64 pieces of a level have come
 * together they become one of the next, so that each point is moved a few times in all and a million are read from some
 * hundred pieces. Every method is part of a transaction of its caller.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Series } from "../curves/logged.ts";
import { columnBlob, columnFrom } from "./columns_blob.ts";
import {
  byRows,
  checkLengths,
  type Extremes,
  extremes,
  firstRows,
  joined,
  joinedRows,
  NO_EXTREMES,
  X_COLUMNS,
  type XColumns,
} from "./series_columns.ts";
import { keptText } from "./sql.ts";
import type { SeriesRows } from "./store.ts";

/** Pieces of a level that become one of the next. */
const MERGED = 64;

/** What is known of a series that is written, so that an append reads nothing. */
interface Tail extends Extremes {
  readonly number: number;
  points: number;
  /** step of its last point; null before the first */
  last: number | null;
  /** level of each piece, by place */
  levels: { readonly place: number; readonly level: number }[];
}

/** The series of one run, as its one writer knows them. */
export type Tails = Map<string, Tail>;

interface Piece {
  readonly number: number;
  readonly chunk: number;
  readonly points: number;
  readonly value: Uint8Array;
}

const ADD_SERIES =
  "INSERT INTO series (run, tag, points, last, lowest, lowest_step, highest, highest_step) VALUES (?, ?, 0, NULL, NULL, NULL, NULL, NULL)";

export type SeriesTables = ReturnType<typeof seriesTables>;

export function seriesTables(db: DatabaseSync) {
  const sql = {
    series: db.prepare("SELECT * FROM series WHERE run = ? ORDER BY number"),
    one: db.prepare("SELECT * FROM series WHERE run = ? AND tag = ?"),
    add: db.prepare(ADD_SERIES),
    sums: db.prepare(
      "UPDATE series SET points = ?, last = ?, lowest = ?, lowest_step = ?, highest = ?, highest_step = ? WHERE number = ?",
    ),
    levels: db.prepare("SELECT place, level FROM pieces WHERE series = ? ORDER BY place"),
    pieces: db.prepare(
      "SELECT number, chunk, points, value FROM pieces WHERE series = ? AND place >= ? ORDER BY place",
    ),
    lastPiece: db.prepare(
      "SELECT number, place, chunk, points FROM pieces WHERE series = ? ORDER BY place DESC LIMIT 1",
    ),
    addPiece: db.prepare(
      "INSERT INTO pieces (series, place, level, chunk, points, value) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    cutPiece: db.prepare("UPDATE pieces SET points = ? WHERE number = ?"),
    dropPiece: db.prepare("DELETE FROM pieces WHERE number = ?"),
    chunk: db.prepare("SELECT step, epoch, examples, seconds FROM chunks WHERE number = ?"),
    addChunk: db.prepare("INSERT INTO chunks (run, step, epoch, examples, seconds) VALUES (?, ?, ?, ?, ?)"),
    dropChunk: db.prepare(
      "DELETE FROM chunks WHERE number = ? AND NOT EXISTS (SELECT 1 FROM pieces WHERE chunk = chunks.number)",
    ),
    clear: db.prepare("DELETE FROM series WHERE run = ?"),
    clearChunks: db.prepare("DELETE FROM chunks WHERE run = ?"),
  };

  const readChunk = (number: number): XColumns => {
    const row = sql.chunk.get(number) as Record<string, Uint8Array | null> | undefined;
    if (!row?.step) throw new RangeError(`invalid column: chunk ${number} is missing`);
    return Object.fromEntries(
      X_COLUMNS.flatMap((column) => row[column] ? [[column, columnFrom(row[column])]] : []),
    ) as unknown as XColumns;
  };
  const writeChunk = (run: number, x: XColumns): number => {
    const blobs = X_COLUMNS.map((column) => x[column] ? columnBlob(x[column]) : null);
    return Number(sql.addChunk.run(run, ...blobs).lastInsertRowid);
  };
  const piecesFrom = (series: number, place: number) =>
    sql.pieces.all(series, place) as unknown as readonly Piece[];
  const drop = (pieces: readonly { readonly number: number; readonly chunk: number }[]) => {
    for (const { number } of pieces) sql.dropPiece.run(number);
    for (const chunk of new Set(pieces.map(({ chunk }) => chunk))) sql.dropChunk.run(chunk);
  };
  const save = (tail: Tail) => {
    const { number, points, last, lowest, lowestStep, highest, highestStep } = tail;
    sql.sums.run(points, last, lowest, lowestStep, highest, highestStep, number);
  };

  function readPieces(series: number, chunks = new Map<number, XColumns>()): Series {
    const pieces = piecesFrom(series, 0), rows: XColumns[] = [], values: Float64Array[] = [];
    for (const { chunk, points, value } of pieces) {
      if (!chunks.has(chunk)) chunks.set(chunk, readChunk(chunk));
      rows.push(firstRows(chunks.get(chunk)!, points));
      values.push(columnFrom(value).subarray(0, points));
      if (rows.at(-1)!.step.length === points && values.at(-1)!.length === points) continue;
      throw new RangeError(`invalid column: shorter than its ${points} points`);
    }
    return { ...joinedRows(rows), value: joined(values) };
  }

  /** All points, as many as the sums say. */
  function readWhole({ number, points }: SeriesRow, chunks?: Map<number, XColumns>): Series {
    const series = readPieces(number, chunks);
    if (series.value.length === points) return series;
    throw new RangeError(`invalid column: ${series.value.length} points of ${points}`);
  }

  /** Takes back the points from a step on. */
  function cut(tail: Tail, from: number): void {
    for (;;) {
      const piece = sql.lastPiece.get(tail.number) as unknown as (Piece & { place: number }) | undefined;
      if (!piece) break;
      const step = readChunk(piece.chunk).step.subarray(0, piece.points);
      const keep = step.findIndex((each) => each >= from);
      if (keep < 0) break;
      if (keep > 0) {
        sql.cutPiece.run(keep, piece.number);
        break;
      }
      drop([piece]);
    }
    const { step, value } = readPieces(tail.number);
    const levels = sql.levels.all(tail.number) as unknown as Tail["levels"];
    Object.assign(tail, extremes(NO_EXTREMES, step, value), {
      points: step.length,
      last: step.at(-1) ?? null,
      levels,
    });
  }

  /** Pieces at the end of a series that are of one level. */
  const atEnd = ({ levels }: Tail, level: number) => {
    let from = levels.length;
    while (from > 0 && levels[from - 1].level === level) from--;
    return levels.slice(from);
  };

  /** Makes one piece of 64, of all series that share them. */
  function merge(run: number, tails: readonly Tail[], level: number): void {
    const due = tails.filter((tail) => atEnd(tail, level).length >= MERGED);
    const groups = new Map<string, { tail: Tail; pieces: readonly Piece[] }[]>();
    for (const tail of due) {
      const pieces = piecesFrom(tail.number, atEnd(tail, level)[0].place);
      const rows = pieces.map(({ chunk, points }) => `${chunk}:${points}`).join();
      groups.set(rows, [...groups.get(rows) ?? [], { tail, pieces }]);
    }
    for (const group of groups.values()) {
      const [{ pieces: [...shared] }] = group;
      const chunk = writeChunk(
        run,
        joinedRows(shared.map((piece) => firstRows(readChunk(piece.chunk), piece.points))),
      );
      for (const { tail, pieces } of group) {
        const { place } = atEnd(tail, level)[0];
        const value = joined(pieces.map((piece) => columnFrom(piece.value).subarray(0, piece.points)));
        drop(pieces);
        sql.addPiece.run(tail.number, place, level + 1, chunk, value.length, columnBlob(value));
        tail.levels = [...tail.levels.filter((each) => each.place < place), { place, level: level + 1 }];
      }
    }
    if (due.length > 0) merge(run, due, level + 1);
  }

  return {
    /** Tags, points and extremes of a run's series, in the order in which they came. */
    all: (run: number) => sql.series.all(run) as unknown as readonly SeriesRow[],

    tails(run: number): Tails {
      return new Map(
        this.all(run).map((row) => [row.tag, {
          number: row.number,
          points: row.points,
          last: row.last,
          levels: sql.levels.all(row.number) as unknown as Tail["levels"],
          lowest: row.lowest,
          lowestStep: row.lowest_step,
          highest: row.highest,
          highestStep: row.highest_step,
        }]),
      );
    },

    /** Adds points; those at or before the last step of a series take the place of what is there from their first on. */
    append(run: number, tails: Tails, given: SeriesRows): void {
      const rows = Object.fromEntries(Object.entries(given).map(([tag, series]) => [keptText(tag), series]));
      for (const [tag, series] of Object.entries(rows)) {
        checkLengths(tag, series);
        if (!tails.has(tag)) {
          const number = Number(sql.add.run(run, tag).lastInsertRowid);
          tails.set(tag, { number, points: 0, last: null, levels: [], ...NO_EXTREMES });
        }
        const tail = tails.get(tag)!;
        if (tail.last !== null && series.step[0] <= tail.last) cut(tail, series.step[0]);
      }
      for (const { x, tags } of byRows(rows)) {
        if (x.step.length === 0) continue;
        const chunk = writeChunk(run, x), level = levelOf(x.step.length);
        for (const tag of tags) {
          const tail = tails.get(tag)!, { value } = rows[tag], place = (tail.levels.at(-1)?.place ?? -1) + 1;
          sql.addPiece.run(tail.number, place, level, chunk, value.length, columnBlob(value));
          tail.levels.push({ place, level });
          Object.assign(tail, extremes(tail, x.step, value));
          tail.points += value.length;
          tail.last = x.step.at(-1)!;
        }
        const tailsOf = tags.map((tag) => tails.get(tag)!);
        merge(run, tailsOf, level);
        tailsOf.forEach(save);
      }
    },

    /** Forgets every series of a run. */
    clear(run: number): void {
      sql.clear.run(run);
      sql.clearChunks.run(run);
    },

    read(run: number, tag: string): Series | null {
      const row = sql.one.get(run, keptText(tag)) as unknown as SeriesRow | undefined;
      return row ? readWhole(row) : null;
    },

    /** All of a run's series: rows that they share are read once. */
    readAll(run: number): Map<string, Series> {
      const chunks = new Map<number, XColumns>();
      return new Map(this.all(run).map((row) => [row.tag, readWhole(row, chunks)]));
    },
  };
}

/** A series in its table. */
export interface SeriesRow {
  readonly number: number;
  readonly run: number;
  readonly tag: string;
  readonly points: number;
  readonly last: number | null;
  readonly lowest: number | null;
  readonly lowest_step: number | null;
  readonly highest: number | null;
  readonly highest_step: number | null;
}

/** A long append is a piece of the level that so many points mostly have. */
const levelOf = (points: number): number =>
  Math.floor(Math.log(Math.max(1, points / MERGED)) / Math.log(MERGED));
