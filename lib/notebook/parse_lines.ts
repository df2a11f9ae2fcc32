/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Makes a function from an offset in `text` to its line and column (UTF-16 units, both from 1).
 *
 * @example
 * ```ts
 * import { lineIndex } from "./parse_lines.ts";
 * lineIndex("a\nbc")(3); // { line: 2, column: 2 }
 * ```
 */
export function lineIndex(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low] + 1 };
  };
}

/** The cell that a line of the file belongs to; undefined: the line stands before all of them. */
export const cellAtLine = <T extends { readonly line: number; readonly endLine: number }>(
  cells: readonly T[],
  line: number,
): T | undefined => cells.find((cell) => cell.line <= line && line <= cell.endLine);
