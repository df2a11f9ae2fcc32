import type { FileHead, LogReader } from "../logged.ts";
import { mappingOf, missingColumns } from "./column_mapping.ts";
import { csvHead } from "./csv_head.ts";
import { csvParser } from "./csv_parser.ts";
import { loggedNumber } from "./logged_number.ts";
import { widened } from "./widened.ts";
import { type Mapping, mappingText, shortName } from "./mapping.ts";
import { tableLogs } from "./table_logs.ts";

/**
 * Any other comma-separated file with a header: what its columns mean is guessed, see `guessMapping`, and told in a
 * warning at offset 0, so that it can be checked. Separators are `,`, `;` or a tab. An empty cell, `NA`, `None` and such
 * are nothing, `nan` is a value. Rows may be sparse, of several runs, and of one metric each that a column names. Columns
 * of one text throughout are settings.
 */
export const csv: LogReader = reader(null);

/**
 * A reader of CSV files whose columns are known: a guess that was confirmed or changed.
 * @param mapping names of columns, as the header has them; one that a file lacks is a warning
 *
 * @example
 * ```ts
 * import { csvWith } from "./csv.ts";
 *
 * const reader = csvWith({ step: "it", epoch: null, examples: null, seconds: null, run: [], metrics: ["loss"] });
 * const parser = reader.parser({ path: "a.csv", head: new Uint8Array() });
 * parser.push(new TextEncoder().encode("it,loss\n10,0.5\n"));
 * console.assert(parser.result()[0].segments[0].series.loss.step[0] === 10);
 * ```
 */
export const csvWith = (mapping: Mapping): LogReader => reader(mapping);

function reader(given: Mapping | null): LogReader {
  return {
    format: "csv",
    grows: false, // people and programs write such files anew
    recognises: (file) => isCsv(file, given),
    parser: () =>
      csvParser({
        endless: true,
        ragged: true,
        logs: (table, warnings, header) => {
          const mapping = given ?? mappingOf(table, header);
          if (given === null && header.length > 0) warnings.add("columns", mappingText(mapping), 0);
          for (const name of missingColumns(mapping, header)) {
            warnings.add("unknown column", `unknown column: ${shortName(name)} (has ${has(header)})`, 0);
          }
          const names = [...mapping.metrics, ...(mapping.long ? [mapping.long.value] : [])];
          if (!names.some((name) => table.columns.get(name)?.rows.length)) {
            warnings.add("no column of numbers", "no column of numbers that could be a metric", 0);
          }
          const wide = widened(table, mapping);
          return tableLogs(wide.table, warnings, { mapping: wide.mapping });
        },
      }),
  };
}

const has = (header: readonly string[]): string =>
  header.slice(0, 12).map(shortName).join(", ") + (header.length > 12 ? ", …" : "");

function isCsv(file: FileHead, given: Mapping | null): boolean {
  const { header } = csvHead(file);
  if (given !== null && missingColumns(given, header).length === 0) return true;
  const named = header.length > 0 && header.some((name) => name !== "" && loggedNumber(name) === null);
  return /\.(?:csv|tsv)$/i.test(file.path) && named && !header.some((name) => name.includes("\u0000"));
}
