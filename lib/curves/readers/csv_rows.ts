/** Lines of comma-separated text, made rows of cells. */
import { type Line, Lines, LONGEST_LINE } from "./lines.ts";
import { warnLongLine } from "./line_parser.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";

export interface CsvRow {
  readonly cells: readonly string[];
  /** byte in the file at which it begins */
  readonly offset: number;
}

const SEPARATORS = [",", ";", "\t"];

/** A cell in quotes goes over this many lines at most: more are a quote that was never closed. */
const MOST_LINES = 20;

/**
 * Rows by RFC 4180: a cell may be quoted, may then hold separators and line ends, and doubled quotes stand for one. The
 * separator is the one of comma, semicolon and tab that the first line holds most often outside of quotes. A quote that
 * is not closed ends with its line.
 *
 * @example
 * ```ts
 * import { CsvRows } from "./csv_rows.ts";
 * import { ReaderWarnings } from "./reader_warnings.ts";
 *
 * const rows = new CsvRows(new ReaderWarnings());
 * const [{ cells }] = rows.push(new TextEncoder().encode('Step,"a, b"\n1,'));
 * console.assert(cells[1] === "a, b" && rows.tail(new ReaderWarnings())[0].offset === 12);
 * ```
 */
export class CsvRows {
  readonly #warnings: ReaderWarnings;
  readonly #lines: Lines;
  #waiting: Line[] = [];
  #separator: string | null = null;

  constructor(warnings: ReaderWarnings) {
    this.#warnings = warnings;
    this.#lines = new Lines((offset) => warnLongLine(warnings, offset));
  }

  /** The rows that end in these bytes. */
  push(bytes: Uint8Array): CsvRow[] {
    return this.#lines.push(bytes).flatMap((line) => {
      this.#separator ??= separatorOf(line.text);
      this.#waiting.push(line);
      return this.#take(this.#waiting, this.#warnings, false);
    });
  }

  /** The rows that what is left would be, if nothing more came. */
  tail(warnings: ReaderWarnings): CsvRow[] {
    const tail = this.#lines.tail(), waiting = [...this.#waiting, ...(tail ? [tail] : [])];
    if (waiting.length === 0) return [];
    this.#separator ??= separatorOf(waiting[0].text);
    return this.#take(waiting, warnings, true);
  }

  /** Takes whole rows from the lines that wait. */
  #take(waiting: Line[], warnings: ReaderWarnings, atEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    while (waiting.length > 0) {
      const [{ text, offset }] = waiting, found = rowOf(waiting, this.#separator!);
      if (found !== null) {
        rows.push({ cells: found.cells, offset });
        waiting.splice(0, found.lines);
      } else if (atEnd || waiting.length >= MOST_LINES) {
        warnings.add("quote that is not closed", "quote that is not closed: it ends with its line", offset);
        rows.push({ cells: cellsOf(text, this.#separator!).cells, offset });
        waiting.shift();
      } else break;
    }
    return rows;
  }
}

/** The row that begins with the first line, and of how many lines it is; null where a quote is still open. */
function rowOf(waiting: readonly Line[], separator: string): { cells: string[]; lines: number } | null {
  let text = "";
  for (let lines = 1; lines <= waiting.length && text.length <= LONGEST_LINE; lines++) {
    const added = waiting[lines - 1].text;
    text = lines === 1 ? added : `${text}\n${added}`;
    if (lines > 1 && !added.includes('"')) continue;
    const { cells, closed } = cellsOf(text, separator);
    if (closed) return { cells, lines };
  }
  return null;
}

/** Of comma, semicolon and tab the one that stands most often outside of quotes. */
export function separatorOf(header: string): string {
  const count = (separator: string) => cellsOf(header, separator).cells.length;
  return SEPARATORS.reduce((best, each) => count(each) > count(best) ? each : best);
}

/** The cells of one row; not closed where a quote is still open at its end. */
export function cellsOf(text: string, separator: string): { cells: string[]; closed: boolean } {
  if (!text.includes('"')) return { cells: text.split(separator), closed: true };
  const cells: string[] = [];
  for (let at = 0;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      cells.push(end < 0 ? text.slice(at) : text.slice(at, end));
      if (end < 0) return { cells, closed: true };
      at = end + 1;
      continue;
    }
    const quoted = quotedCell(text, at + 1);
    if (quoted === null) return { cells: [...cells, text.slice(at + 1)], closed: false };
    // what follows a closing quote up to the separator belongs to the cell
    const end = text.indexOf(separator, quoted.end);
    cells.push(quoted.cell + text.slice(quoted.end, end < 0 ? text.length : end));
    if (end < 0) return { cells, closed: true };
    at = end + 1;
  }
}

/** From after an opening quote to after the closing one; null where there is none. */
function quotedCell(text: string, start: number): { cell: string; end: number } | null {
  for (let at = start;; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return null;
    if (text[at + 1] !== '"') return { cell: text.slice(start, at).replaceAll('""', '"'), end: at + 1 };
  }
}
