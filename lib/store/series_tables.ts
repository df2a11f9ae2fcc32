/**
 * The series of runs in their tables. An append writes one small piece a series; when 64 pieces of a level have come
 * together they become one of the next, so that each point is moved a few times in all and a million are read from some
 * hundred pieces.
 */
import type { Series } from "../curves/logged.ts";
import { columnFrom } from "./columns_blob.ts";
import {
  byRows,
  checkLengths,
  type Extremes,
  extremes,
  firstRows,
  joined,
  joinedRows,
  NO_EXTREMES,
  type XColumns,
} from "./series_columns.ts";
import {
  addPieces,
  cutPieces,
  dropPieces,
  type Piece,
  piecesFrom,
  readChunk,
  readPieces,
  writeChunk,
} from "./series_pieces.ts";
import { all, keptText, one, places, type Sql } from "./sql.ts";
import type { SeriesRows } from "./store.ts";

/** Pieces of a level that become one of the next. */
const MERGED = 64;

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

/** What is known of a series that is written, so that an append reads nothing. */
interface Tail extends Extremes {
  readonly number: number;
  readonly tag: string;
  points: number;
  /** step of its last point; null before the first */
  last: number | null;
  /** level of each piece, by place */
  levels: readonly { readonly place: number; readonly level: number }[];
}

/** The series of one run, as its one writer knows them. */
export type Tails = Map<string, Tail>;

/** Tags, points and extremes of a run's series, in the order in which they came. */
export const seriesOf = (run: number): Sql<readonly SeriesRow[]> =>
  all<SeriesRow>("SELECT * FROM series WHERE run = ? ORDER BY number", run);

const levelsOf = (series: number): Sql<Tail["levels"]> =>
  all<Tail["levels"][number]>("SELECT place, level FROM pieces WHERE series = ? ORDER BY place", series);

export function* tailsOf(run: number): Sql<Tails> {
  const tails: Tails = new Map();
  for (
    const { number, tag, points, last, lowest, lowest_step, highest, highest_step } of yield* seriesOf(run)
  ) {
    const levels = yield* levelsOf(number), sums = { lowest, lowestStep: lowest_step, highest };
    tails.set(tag, { number, tag, points, last, levels, ...sums, highestStep: highest_step });
  }
  return tails;
}

/** Adds points; those at or before the last step of a series take the place of what is there from their first on. */
export function* appendSeries(run: number, tails: Tails, given: SeriesRows): Sql<void> {
  const rows = Object.fromEntries(Object.entries(given).map(([tag, series]) => [keptText(tag), series]));
  for (const [tag, series] of Object.entries(rows)) {
    checkLengths(tag, series);
    if (!tails.has(tag)) tails.set(tag, yield* addSeries(run, tag));
    const tail = tails.get(tag)!;
    if (tail.last !== null && series.step[0] <= tail.last) yield* cut(tail, series.step[0]);
  }
  for (const { x, tags } of byRows(rows)) {
    if (x.step.length === 0) continue;
    const chunk = yield* writeChunk(run, x), level = levelOf(x.step.length), points = x.step.length;
    const adding = tags.map((tag) => {
      const tail = tails.get(tag)!, place = (tail.levels.at(-1)?.place ?? -1) + 1;
      return { tail, piece: { series: tail.number, place, level, chunk, points, value: rows[tag].value } };
    });
    yield* addPieces(adding.map(({ piece }) => piece));
    for (const { tail, piece: { place, value } } of adding) {
      tail.levels = [...tail.levels, { place, level }];
      Object.assign(tail, extremes(tail, x.step, value));
      tail.points += points;
      tail.last = x.step.at(-1)!;
    }
    const grown = adding.map(({ tail }) => tail);
    yield* merge(run, grown, level);
    yield* save(run, grown);
  }
}

/** A long append is a piece of the level that so many points mostly have. */
const levelOf = (points: number): number =>
  Math.floor(Math.log(Math.max(1, points / MERGED)) / Math.log(MERGED));

function* addSeries(run: number, tag: string): Sql<Tail> {
  const row = yield* one("INSERT INTO series (run, tag, points) VALUES (?, ?, 0) RETURNING number", run, tag);
  return { number: row!.number, tag, points: 0, last: null, levels: [], ...NO_EXTREMES };
}

/** Sums, all in one statement. */
function* save(run: number, tails: readonly Tail[]): Sql<void> {
  yield* all(
    `INSERT INTO series (number, run, tag, points, last, lowest, lowest_step, highest, highest_step)
      VALUES ${
      places(tails.length, 9)
    } ON CONFLICT (number) DO UPDATE SET points = excluded.points, last = excluded.last,
      lowest = excluded.lowest, lowest_step = excluded.lowest_step, highest = excluded.highest,
      highest_step = excluded.highest_step`,
    ...tails.flatMap((tail) => {
      const { number, tag, points, last, lowest, lowestStep, highest, highestStep } = tail;
      return [number, run, tag, points, last, lowest, lowestStep, highest, highestStep];
    }),
  );
}

/** Takes back the points from a step on. */
function* cut(tail: Tail, from: number): Sql<void> {
  yield* cutPieces(tail.number, from);
  const { step, value } = yield* readPieces(tail.number), levels = yield* levelsOf(tail.number);
  const last = step.at(-1) ?? null;
  Object.assign(tail, extremes(NO_EXTREMES, step, value), { points: step.length, last, levels });
}

/** Pieces at the end of a series that are of one level. */
function atEnd({ levels }: Tail, level: number): Tail["levels"] {
  let from = levels.length;
  while (from > 0 && levels[from - 1].level === level) from--;
  return levels.slice(from);
}

/** Makes one piece of 64, of all series that share them. */
function* merge(run: number, tails: readonly Tail[], level: number): Sql<void> {
  const due = tails.filter((tail) => atEnd(tail, level).length >= MERGED);
  const groups = new Map<string, { tail: Tail; pieces: readonly Piece[] }[]>();
  for (const tail of due) {
    const pieces = yield* piecesFrom(tail.number, atEnd(tail, level)[0].place);
    const rows = pieces.map(({ chunk, points }) => `${chunk}:${points}`).join();
    groups.set(rows, [...groups.get(rows) ?? [], { tail, pieces }]);
  }
  for (const group of groups.values()) yield* mergeGroup(run, group, level);
  if (due.length > 0) yield* merge(run, due, level + 1);
}

function* mergeGroup(
  run: number,
  group: readonly { tail: Tail; pieces: readonly Piece[] }[],
  level: number,
): Sql<void> {
  const stretches: XColumns[] = [];
  for (const { chunk, points } of group[0].pieces) stretches.push(firstRows(yield* readChunk(chunk), points));
  const chunk = yield* writeChunk(run, joinedRows(stretches));
  for (const { tail, pieces } of group) {
    const { place } = pieces[0];
    const value = joined(pieces.map((piece) => columnFrom(piece.value).subarray(0, piece.points)));
    yield* dropPieces(pieces);
    const points = value.length;
    yield* addPieces([{ series: tail.number, place, level: level + 1, chunk, points, value }]);
    tail.levels = [...tail.levels.filter((each) => each.place < place), { place, level: level + 1 }];
  }
}

/** Forgets every series of a run. */
export function* clearSeries(run: number): Sql<void> {
  yield* all("DELETE FROM series WHERE run = ?", run);
  yield* all("DELETE FROM chunks WHERE run = ?", run);
}

/** Null where the run has no such series. */
export function* readSeries(run: number, tag: string): Sql<Series | null> {
  const row = yield* one<SeriesRow>("SELECT * FROM series WHERE run = ? AND tag = ?", run, keptText(tag));
  return row && (yield* readWhole(row));
}

/** All of a run's series: rows that they share are read once. */
export function* readAllSeries(run: number): Sql<Map<string, Series>> {
  const chunks = new Map<number, XColumns>(), series = new Map<string, Series>();
  for (const row of yield* seriesOf(run)) series.set(row.tag, yield* readWhole(row, chunks));
  return series;
}

/** All points, as many as the sums say. */
function* readWhole({ number, points }: SeriesRow, chunks?: Map<number, XColumns>): Sql<Series> {
  const series = yield* readPieces(number, chunks);
  if (series.value.length === points) return series;
  throw new RangeError(`invalid column: ${series.value.length} points of ${points}`);
}
