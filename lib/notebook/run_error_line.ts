import type { CellError } from "./wire.ts";

/**
 * What a cell threw, as a terminal shows it: `notebook.ts:43:14  TypeError  x is not a function`.
 * @param line where the cell begins, for errors without a place
 * @example
 * ```ts
 * import { errorLine } from "./run_error_line.ts";
 * errorLine("a.ts", { name: "Error", message: "no", line: 3, column: 7 }); // "a.ts:3:7  Error  no"
 * ```
 */
export function errorLine(file: string, error: CellError, line?: number): string {
  const { name, message, column, mayNotRead } = error;
  const at = error.line === undefined ? line : error.line;
  const place = [file, at, error.line === undefined ? undefined : column].filter((part) =>
    part !== undefined
  );
  const allow = mayNotRead === undefined ? "" : ` (allow it with --allow-read=${mayNotRead})`;
  return `${place.join(":")}  ${name}  ${message.trimEnd()}${allow}`;
}
