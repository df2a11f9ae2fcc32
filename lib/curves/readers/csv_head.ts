/** What the first lines of a file would be as CSV. */
import type { FileHead } from "../logged.ts";
import { cellsOf, separatorOf } from "./csv_rows.ts";
import { headLines } from "./lines.ts";

/** Cells of the header and of the rows that the head holds, without quotes that go over lines. */
export function csvHead({ head }: FileHead): { header: readonly string[]; rows: readonly string[][] } {
  const [first = "", ...rest] = headLines(head), separator = separatorOf(first);
  const cells = (line: string) => cellsOf(line, separator).cells.map((cell) => cell.trim());
  return { header: cells(first), rows: rest.slice(0, 20).map(cells) };
}

/** Whether names stand in the order of their letters, as Python sorts them. */
export const areSorted = (names: readonly string[]): boolean =>
  names.every((name, i) => i === 0 || names[i - 1] <= name);
