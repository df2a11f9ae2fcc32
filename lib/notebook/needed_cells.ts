import type { Cell } from "./notebook.ts";

/**
 * These cells and all that they need, by what they read, in file order.
 * @example
 * ```ts
 * import { loadNotebook } from "./load.ts";
 * import { memoryModules } from "./modules.ts";
 * import { neededCells } from "./needed_cells.ts";
 * const text = "// %% a\nconst a = 1;\n// %% b\nconst b = 2;\n// %% c\nconst c = a;\n";
 * const { cells } = await loadNotebook("file:///n.ts", memoryModules({ "file:///n.ts": text }));
 * neededCells(cells, [cells[2]]).map(({ name }) => name); // ["a", "c"]
 * ```
 */
export function neededCells<C extends Pick<Cell, "defines" | "reads">>(
  cells: readonly C[],
  wanted: readonly C[],
): C[] {
  const owner = new Map(cells.flatMap((cell) => cell.defines.map((name) => [name, cell] as const)));
  const needed = new Set(wanted);
  // a set is walked in the order of insertion, what is added on the way included
  for (const cell of needed) {
    for (const name of cell.reads) {
      const maker = owner.get(name);
      if (maker) needed.add(maker);
    }
  }
  return cells.filter((cell) => needed.has(cell));
}
