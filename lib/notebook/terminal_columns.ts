/**
 * Characters of a line of the terminal; 80 where there is none, or one that does not know its size.
 * @example
 * ```ts
 * import { terminalColumns } from "./terminal_columns.ts";
 * terminalColumns(() => ({ columns: 0 })); // 80
 * ```
 */
export function terminalColumns(size: () => { readonly columns: number } = consoleSize): number {
  try {
    return size().columns || 80;
  } catch {
    return 80; // not a terminal
  }
}

/** Without naming Deno: pages display too. */
function consoleSize(): { readonly columns: number } {
  const { Deno: deno } = globalThis as { Deno?: { consoleSize(): { columns: number } } };
  return deno?.consoleSize() ?? { columns: 0 };
}
