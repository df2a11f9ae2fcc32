/** Where each row of a table stands: its run, its step, its epoch, its time. */
import type { Mapping } from "./mapping.ts";
import type { Cells, SparseTable } from "./sparse_table.ts";

/** One value a row; NaN where a row has none, null where no row has one. */
export interface RowAxes {
  readonly step: Float64Array;
  readonly epoch: Float64Array | null;
  readonly examples: Float64Array | null;
  readonly seconds: Float64Array | null;
  /** index into `runs` */
  readonly run: Int32Array;
  /** names of the runs, in the order of the log; one that is null where rows name none */
  readonly runs: readonly (string | null)[];
  /** by run: when its first record was written, in seconds since 1970 */
  readonly began: readonly (number | null)[];
}

/** Clocks that show more are not counting from the beginning of a run: seconds since 1970, and milliseconds. */
const SINCE_1970 = 1e9, IN_MILLISECONDS = 1e11;

export function rowAxes(table: SparseTable, mapping: Mapping): RowAxes {
  const count = table.offsets.length;
  const column = (name: string | null) => {
    const cells = name === null ? undefined : table.columns.get(name);
    return cells === undefined ? null : dense(cells, count);
  };
  const { run, runs } = runsOf(table, mapping.run);
  const seconds = clock(table, mapping.seconds);
  return {
    step: column(mapping.step) ?? (mapping.step === null ? numbered(run, runs.length) : none(count)),
    epoch: column(mapping.epoch),
    examples: column(mapping.examples),
    seconds,
    run,
    runs,
    began: seconds ? sinceBegun(seconds, run, runs.length) : runs.map(() => null),
  };
}

const none = (count: number): Float64Array => new Float64Array(count).fill(NaN);

function dense({ rows, values }: Cells, count: number): Float64Array {
  const column = none(count);
  for (let i = 0; i < rows.length; i++) column[rows[i]] = values[i];
  return column;
}

/** Records counted from 1, run by run. */
function numbered(run: Int32Array, runs: number): Float64Array {
  const counts = new Float64Array(runs);
  return Float64Array.from(run, (index) => ++counts[index]);
}

/** What stands in the columns that name a run, joined by slashes. */
function runsOf(table: SparseTable, names: readonly string[]): Pick<RowAxes, "run" | "runs"> {
  const count = table.offsets.length, run = new Int32Array(count);
  if (names.length === 0) return { run, runs: [null] };
  const parts = names.map((name) => spelled(table, name));
  const known = new Map<string, number>();
  for (let row = 0; row < count; row++) {
    const name = parts.map((part) => part[row]).join("/");
    const index = known.get(name) ?? known.size;
    known.set(name, index);
    run[row] = index;
  }
  return { run, runs: known.size > 0 ? [...known.keys()] : [null] };
}

/** A column as text, empty where a row has nothing. */
function spelled(table: SparseTable, name: string): string[] {
  const column = new Array<string>(table.offsets.length).fill("");
  const cells = table.columns.get(name);
  cells?.rows.forEach((row, i) => column[row] = String(cells.values[i]));
  cells?.textRows.forEach((row, i) => column[row] = cells.texts[i]);
  return column;
}

/** A column of times, dates turned to seconds since 1970. */
function clock(table: SparseTable, name: string | null): Float64Array | null {
  const cells = name === null ? undefined : table.columns.get(name);
  if (cells === undefined) return null;
  const times = dense(cells, table.offsets.length);
  cells.textRows.forEach((row, i) => times[row] = isoSeconds(cells.texts[i]) ?? NaN);
  return times;
}

/**
 * A date in seconds since 1970; null for another text. Without a zone it is read as UTC: only differences count.
 * @example
 * ```ts
 * import { isoSeconds } from "./row_axes.ts";
 *
 * console.assert(isoSeconds("1970-01-01 00:01:00") === 60);
 * ```
 */
export function isoSeconds(text: string): number | null {
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (iso === null) return null;
  const milliseconds = Date.parse(`${iso[1]}T${iso[2].replace(",", ".")}${iso[3] ?? "Z"}`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1_000;
}

/** Turns clocks since 1970 to ones since the first record of their run, in place; by run when that was. */
function sinceBegun(seconds: Float64Array, run: Int32Array, runs: number): (number | null)[] {
  const first = new Float64Array(runs).fill(NaN);
  for (let row = 0; row < seconds.length; row++) {
    if (!Number.isFinite(seconds[row])) continue;
    if (Number.isNaN(first[run[row]])) first[run[row]] = seconds[row];
    const began = first[run[row]];
    if (began >= SINCE_1970) seconds[row] = (seconds[row] - began) / unitOf(began);
  }
  return Array.from(first, (began) => began >= SINCE_1970 ? began / unitOf(began) : null);
}

const unitOf = (began: number): number => began < IN_MILLISECONDS ? 1 : 1_000;
