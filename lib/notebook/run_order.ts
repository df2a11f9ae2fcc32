import { fewestMoves } from "./graph_order.ts";
import type { Cell } from "./notebook.ts";

/**
 * Cells in the order that a script runs them in: as in the file, but that what a function reads comes before the cell
 * that declares the function, though it may stand below. In the file's own module the function would find it later; a
 * cell is given what it reads when it runs.
 *
 * @param cells of a notebook without errors: no ring among them
 *
 * @example
 * ```ts
 * import { runOrder } from "./run_order.ts";
 * runOrder([{ defines: ["f"], reads: ["x"] }, { defines: ["x"], reads: [] }]); // the second, then the first
 * ```
 */
export function runOrder<C extends Pick<Cell, "defines" | "reads">>(cells: readonly C[]): C[] {
  const owner = new Map(
    cells.flatMap(({ defines }, i) => defines.map((name): [string, number] => [name, i])),
  );
  const needs = cells.map(({ reads }) => reads.flatMap((name) => owner.get(name) ?? []));
  return fewestMoves(needs).order.map((i) => cells[i]);
}
