/** Logs that a training prints, among whatever else is printed: one record in a line, found by its form. */
import type { Counting, FileHead, LogFormat, LogReader } from "../logged.ts";
import { headLines, withoutColours } from "./lines.ts";
import { lineParser } from "./line_parser.ts";
import { loggedNumber } from "./logged_number.ts";
import type { SparseTable } from "./sparse_table.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import { tableLogs, type TableMeaning } from "./table_logs.ts";

/** One form of line. */
export interface LineForm {
  /** linear in the length of the line: between two groups stands what neither can hold */
  readonly pattern: RegExp;
  /** columns of the groups, in their order; those that begin with U+0000 are no metrics */
  readonly tags: readonly string[];
}

export interface TextLog {
  readonly format: LogFormat;
  /** a line of the log, or of the program that prints it, where that stands before it */
  readonly sign: RegExp;
  readonly forms: readonly LineForm[];
  /** the beginning of a record */
  readonly begins: RegExp;
  /** a line that ends so is whole also without its end */
  readonly whole?: RegExp;
  readonly counting: Counting;
  /** what all records together tell beside the metrics: settings, and the clock by row */
  readonly told?: (
    table: SparseTable,
    warnings: ReaderWarnings,
  ) => Pick<TableMeaning, "config" | "seconds">;
}

/** Programs and documents hold the same words as logs, and are none. */
export const isProgram = (path: string): boolean =>
  /\.(?:py|ipynb|md|sh|c|cu|ts|js|html?|ya?ml|toml)$/i.test(path);

/** A reader of such logs. Colours, progress bars and prefixes of lines do not disturb it. */
export function textLog(log: TextLog): LogReader {
  const { format, sign, begins, whole, forms, told, counting } = log;
  return {
    format,
    grows: true,
    recognises: ({ path, head }: FileHead) =>
      !isProgram(path) && headLines(head).some((line) => sign.test(line)),
    parser: () =>
      lineParser({
        take: (line, table, warnings) => {
          const text = withoutColours(line.text);
          if (!begins.test(text)) return;
          if (forms.some((form) => addRecord(form, text, line.offset, table, warnings))) return;
          const fault = "damaged record skipped";
          warnings.add(fault, `${fault}: it is not of the form of its kind`, line.offset);
        },
        whole: (text) => whole?.test(withoutColours(text)) ?? false,
        begins: (text) => begins.test(withoutColours(text)),
        logs: (table, warnings) => {
          const metrics = [...table.columns.keys()].filter((name) => name !== "step" && name[0] !== "\u0000");
          const mapping = { step: "step", epoch: null, examples: null, seconds: null, run: [], metrics };
          return tableLogs(table, warnings, {
            mapping,
            counting,
            restarts: true,
            ...told?.(table, warnings),
          });
        },
      }),
  };
}

/** Writes down what a line says; false when it is not of this form. */
function addRecord(
  { pattern, tags }: LineForm,
  text: string,
  offset: number,
  table: SparseTable,
  warnings: ReaderWarnings,
): boolean {
  const groups = pattern.exec(text)?.slice(1);
  if (groups === undefined) return false;
  table.row(offset);
  groups.forEach((group, i) => {
    if (group === undefined) return;
    const value = loggedNumber(group);
    if (value !== null) table.number(tags[i], value);
    else {
      const tag = tags[i].replace("\u0000", "");
      const message = `not a number: ${JSON.stringify(group.slice(0, 40))} for ${tag}`;
      warnings.add("not a number", message, offset);
    }
  });
  return true;
}
