/** Comma-separated text made a table: a header, then rows. */
import type { LogParser, ParsedLog } from "../logged.ts";
import { type CsvRow, CsvRows } from "./csv_rows.ts";
import { warnCutRecord } from "./line_parser.ts";
import { loggedNumber } from "./logged_number.ts";
import { shortName } from "./mapping.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { SparseTable } from "./sparse_table.ts";

export interface CsvFormat {
  /**
   * whether the last line is a row also without its end, as in files that people and spreadsheets write. A tool that ends
   * each line was cut off in it
   */
  readonly endless: boolean;
  /** whether cells of a row that is longer or shorter than the header stand under the names above them */
  readonly ragged: boolean;
  /** whether a row is another header, as in a file joined from several. One equal to the first is passed over anyway */
  readonly isHeader?: (cells: readonly string[]) => boolean;
  logs(table: SparseTable, warnings: ReaderWarnings, header: readonly string[]): ParsedLog[];
}

/** What stands for nothing, in small letters. NaN is something. */
const NOTHING = new Set(["", "na", "n/a", "<na>", "none", "null", "nil", "-", "--"]);

/** A parser of one kind of CSV file. */
export function csvParser(format: CsvFormat): LogParser {
  const warnings = new ReaderWarnings(), rows = new CsvRows(warnings);
  const filled = new FilledTable(format);
  return {
    push(bytes) {
      for (const row of rows.push(bytes)) filled.add(row, warnings);
    },
    result() {
      const found = warnings.copy(), tail = rows.tail(found), before = filled.table.offsets.length;
      const names = filled.names;
      if (tail.length > 0 && !format.endless) warnCutRecord(found, tail[0].offset);
      else if (tail.length > 0) {
        for (const row of tail) filled.add(row, found);
        found.add("no end", "last row has no end: read as it stands", tail[0].offset);
      }
      const logs = format.logs(filled.table, found, filled.names ?? []);
      filled.table.keep(before);
      filled.names = names;
      return logs;
    },
  };
}

/** A table as it is filled row by row. */
class FilledTable {
  readonly table = new SparseTable();
  /** of the columns; null before the header */
  names: readonly string[] | null = null;
  readonly #format: CsvFormat;

  constructor(format: CsvFormat) {
    this.#format = format;
  }

  add({ cells, offset }: CsvRow, warnings: ReaderWarnings): void {
    const { table } = this, { ragged, isHeader } = this.#format;
    if (this.names === null || isHeader?.(cells)) {
      this.names = columnNames(cells, offset, warnings);
      return;
    }
    const { names } = this;
    if (cells.length === names.length && cells.every((cell, i) => cell === names[i])) return;
    const filled = cells.findLastIndex((cell) => cell !== "") + 1;
    if (filled > names.length || cells.length < names.length) {
      const what = `row of ${cells.length} cells, the header has ${names.length}`;
      const made = ragged ? "cells without a name skipped" : "which is which cannot be told: row skipped";
      warnings.add("row of another length than the header", `${what}: ${made}`, offset);
      if (!ragged) return;
    }
    table.row(offset);
    cells.slice(0, names.length).forEach((written, i) => {
      const cell = written.trim(), value = loggedNumber(cell);
      if (value !== null) table.number(names[i], value);
      else if (!NOTHING.has(cell.toLowerCase())) table.text(names[i], cell);
    });
  }
}

/** Names of columns, so that no two are the same. */
function columnNames(cells: readonly string[], offset: number, warnings: ReaderWarnings): string[] {
  const names = new Set<string>(), counts = new Map<string, number>();
  cells.forEach((cell, i) => {
    const bare = cell.trim() || `column ${i + 1}`;
    let nth = counts.get(bare) ?? 1, name = bare;
    while (names.has(name)) name = `${bare} (${++nth})`;
    counts.set(bare, nth);
    if (name !== bare) {
      warnings.add(
        "column that stands twice",
        `column ${shortName(bare)} stands twice: read as ${shortName(name)}`,
        offset,
      );
    }
    names.add(name);
  });
  return [...names];
}
