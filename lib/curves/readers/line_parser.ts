/** Parsers of logs that hold one record in a line. */
import type { LogParser, ParsedLog } from "../logged.ts";
import { type Line, Lines, LONGEST_LINE } from "./lines.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { SparseTable } from "./sparse_table.ts";

/** How one format writes its records. */
export interface LineFormat {
  /** adds what a line says; a line that says nothing adds nothing */
  take(line: Line, table: SparseTable, warnings: ReaderWarnings): void;
  /** whether a line without its end is a record all the same: nothing that could follow would change it */
  whole(text: string): boolean;
  /** whether a line without its end is the beginning of a record */
  begins(text: string): boolean;
  /** what all rows together say */
  logs(table: SparseTable, warnings: ReaderWarnings): ParsedLog[];
}

/** A parser that keeps what was read as a table, so that only the last line is read twice. */
export function lineParser(format: LineFormat): LogParser {
  const table = new SparseTable(), warnings = new ReaderWarnings();
  const lines = new Lines((offset) => warnLongLine(warnings, offset));
  return {
    push(bytes) {
      for (const line of lines.push(bytes)) format.take(line, table, warnings);
    },
    result() {
      const tail = lines.tail(), before = table.offsets.length, found = warnings.copy();
      if (tail && format.whole(tail.text)) format.take(tail, table, found);
      else if (tail && format.begins(tail.text)) warnCutRecord(found, tail.offset);
      const logs = format.logs(table, found);
      table.keep(before);
      return logs;
    },
  };
}

/** A line was passed over because of its length. */
export const warnLongLine = (warnings: ReaderWarnings, offset: number): void =>
  warnings.add("long line skipped", `line of more than ${LONGEST_LINE} bytes skipped`, offset);

/** The file ends where a record has not ended. */
export const warnCutRecord = (warnings: ReaderWarnings, offset: number): void =>
  warnings.add("ends inside a record", "ends inside a record: skipped until the rest is there", offset);
