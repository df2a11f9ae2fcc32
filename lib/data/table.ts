/** Tables: which columns are features and which is the target, and what their cells become. */
import { shown } from "../durations.ts";
import { BadData } from "./bad_data.ts";
import { checkSize, nameOf } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";

/** What of a table is read. Exactly one of `label` and `value` is given. */
export interface TableOptions {
  /** column of the classes: texts or whole numbers, in sorted order */
  readonly label?: string;
  /** column of the values, for regression */
  readonly value?: string;
  /** columns of the features, in this order; default all others */
  readonly columns?: readonly string[];
}

/** Rows are given one by one or column by column; at the end they are arrays. */
export interface Table {
  /** all columns to read: the features, then the target */
  readonly columns: readonly string[];
  /** cell `row`, counted from 0, of column `column`, counted in `columns` */
  set(row: number, column: number, cell: unknown): void;
  arrays(rows: number): Arrays;
}

/**
 * A table with these columns, of which some are read.
 * @param rows that it has; null when nobody knows yet
 * @throws BadData `invalid data: iris.csv: unknown column: specis (has petal, sepal, species)`
 */
export function table(
  file: string,
  header: readonly string[],
  options: TableOptions,
  rows: number | null,
  maxBytes: number,
): Table {
  const target = targetOf(options), names = columnsOf(file, header, options, target), features = names.length;
  const bound = (count: number) => checkSize(file, "the table", count * (features + 1) * 4, maxBytes);
  bound(rows ?? 0);
  let x = new Float32Array((rows ?? 1024) * features), y: unknown[] = [];
  return {
    columns: [...names, target],
    set(row, column, cell) {
      if (column === features) return void (y[row] = cell);
      if (row * features >= x.length) {
        bound(row);
        const grown = new Float32Array(2 * x.length);
        grown.set(x);
        x = grown;
      }
      x[row * features + column] = numberOf(file, row, names[column], cell);
    },
    arrays(count) {
      if (count === 0) throw new BadData(file, "no rows");
      const place = (row: number) => ({ row: row + 1, column: target });
      const targets = options.label === undefined
        ? {
          classes: [],
          y: Float32Array.from({ length: count }, (_, row) => numberOf(file, row, target, y[row])),
        }
        : labelled(y, (row, reason) => {
          throw new BadData(file, reason, place(row));
        });
      y = [];
      return { name: nameOf(file), x: x.slice(0, count * features), features, shape: [features], ...targets };
    },
  };
}

function targetOf({ label, value }: TableOptions): string {
  if ((label === undefined) === (value === undefined)) {
    throw new TypeError(`invalid label and value: ${shown(label)} and ${shown(value)} (one of the two)`);
  }
  return (label ?? value)!;
}

function columnsOf(file: string, header: readonly string[], options: TableOptions, target: string): string[] {
  const has = `has ${header.slice(0, 20).join(", ")}${header.length > 20 ? ", …" : ""}`;
  const columns = options.columns ?? header.filter((name) => name !== target);
  for (const name of [...columns, target]) {
    if (!header.includes(name)) {
      const other = header.length === 1 ? /[;\t|]/.exec(header[0])?.[0] : undefined;
      const hint = other === undefined ? "" : `; is the delimiter ${shown(other)}?`;
      throw new BadData(file, `unknown column: ${name} (${has}${hint})`);
    }
    if (header.indexOf(name) !== header.lastIndexOf(name)) throw new BadData(file, `two columns: ${name}`);
    // the row numbers that pandas writes beside the data: as a feature they would tell the order of the file
    if (options.columns === undefined && /^(__index_level_\d+__|)$/.test(name)) {
      throw new BadData(
        file,
        `column ${header.indexOf(name) + 1} is ${shown(name)}, an index (name the columns to read)`,
      );
    }
  }
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i || name === target);
  if (repeated !== undefined) throw new BadData(file, `column ${repeated} is asked for twice`);
  if (columns.length === 0) throw new BadData(file, `no columns of features (${has})`);
  return [...columns];
}

const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/;

/** A cell as a number that single precision holds. */
function numberOf(file: string, row: number, column: string, cell: unknown): number {
  const value = typeof cell === "string" ? (NUMBER.test(cell) ? Number(cell) : NaN) : asNumber(cell);
  if (Number.isFinite(Math.fround(value))) return value;
  throw new BadData(file, `${shownCell(cell)} (a finite number)`, { row: row + 1, column });
}

const asNumber = (cell: unknown): number =>
  typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean" ? Number(cell) : NaN;

const shownCell = (cell: unknown): string => {
  const text = typeof cell === "bigint" ? String(cell) : shown(cell);
  return text.length > 40 ? text.slice(0, 39) + "…" : text;
};

/**
 * Classes of labels, sorted: as numbers where all are whole numbers, else as texts by code unit.
 * @param refuse called with the row, from 0, and what is wrong with its label
 */
export function labelled(
  labels: ArrayLike<unknown>,
  refuse: (row: number, reason: string) => never,
): { readonly classes: readonly string[]; readonly y: Int32Array } {
  const first = new Map<string, number>(), y = new Int32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row], whole = typeof label === "bigint" || Number.isSafeInteger(label);
    const text = typeof label === "string" || typeof label === "boolean" || whole ? String(label) : "";
    if (text === "") refuse(row, `${shownCell(label)} (a label: a text or a whole number)`);
    if (!first.has(text)) first.set(text, first.size);
    y[row] = first.get(text)!;
  }
  const numeric = [...first.keys()].every((text) => /^-?\d{1,15}$/.test(text));
  const classes = [...first.keys()].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const place = new Map(classes.map((text, k) => [first.get(text)!, k]));
  return { classes, y: y.map((seen) => place.get(seen)!) };
}
