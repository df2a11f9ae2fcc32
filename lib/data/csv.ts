/** Comma-separated text: a header, then one example a row. */
// @ts-types="./papaparse.d.ts"
import Papa from "papaparse";
import { checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { BadData } from "./bad_data.ts";
import { type Bounds, type File, fileBytes } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";
import { type Table, table, type TableOptions } from "./table.ts";

export interface CsvOptions extends TableOptions, Bounds {
  /** default "," */
  readonly delimiter?: string;
}

/** JavaScript holds no longer text. */
const LONGEST = 2 ** 29 - 24;

/**
 * Reads a CSV file, gzipped or not, UTF-8 with or without a byte order mark, quoted as RFC 4180 says. Every cell that
 * is read has to be a finite number, but for the labels.
 *
 * @param file a path, a file URL or bytes
 * @param options the columns, and bounds
 * @returns arrays for `datasets.fromArrays`
 * @throws BadData that names file, row (from 1, without the header) and column:
 *   `invalid data: iris.csv, row 3, column petal: "abc" (a finite number)`
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const bytes = new TextEncoder().encode("size,weight,kind\n1,2,pear\n3,4,apple\n");
 * const arrays = await datasets.csv(bytes, { label: "kind" });
 * arrays.classes; // ["apple", "pear"]
 * ```
 */
export async function csv(file: File, options: CsvOptions): Promise<Arrays> {
  checkKeys("csv", options, ["label", "value", "columns", "delimiter", "maxBytes"]);
  const { delimiter = "," } = options;
  if (typeof delimiter !== "string" || delimiter.length !== 1 || /["\r\n\ufeff]/.test(delimiter)) {
    throw new RangeError(`invalid delimiter: ${shown(delimiter)} (one character)`);
  }
  const read = await fileBytes(file, options), name = read.file;
  let into: Table | null = null, places: number[] = [], width = 0, rows = 0;
  let fault: unknown = null;
  Papa.parse(textOf(name, read.bytes), {
    delimiter,
    skipEmptyLines: true,
    step: ({ data: cells, errors }, parser) => {
      try {
        const place = { row: into ? rows + 1 : undefined };
        if (errors.length > 0) throw new BadData(name, errors[0].message.toLowerCase(), place);
        if (into === null) {
          into = table(name, cells, options, null, read.maxBytes);
          places = into.columns.map((column) => cells.indexOf(column));
          width = cells.length;
          return;
        }
        if (cells.length !== width) {
          throw new BadData(name, `${cells.length} cells (the header has ${width})`, place);
        }
        for (let column = 0; column < places.length; column++) into.set(rows, column, cells[places[column]]);
        rows++;
      } catch (error) {
        // what is thrown in here would be lost
        fault = error;
        parser.abort();
      }
    },
  });
  if (fault) throw fault;
  if (into === null) throw new BadData(name, "no header");
  return (into as Table).arrays(rows);
}

function textOf(file: string, bytes: Uint8Array): string {
  if (bytes.length > LONGEST) {
    throw new BadData(
      file,
      `${bytes.length} bytes of text (at most ${LONGEST}: use npz, parquet or a stream)`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadData(file, "not UTF-8");
  }
}
