/** What a change reaches, and what must wait for a person because it trains. */
import type { Cell, Notebook } from "./notebook.ts";

/** Cells below these names, by key, in file order; with `through`, only by way of such cells. */
export function below(
  cells: readonly Cell[],
  names: Iterable<string>,
  through: (cell: Cell) => boolean = () => true,
): Cell[] {
  const reached = new Set(names);
  const found = new Set<Cell>();
  for (let grew = true; grew;) {
    grew = false;
    for (const cell of cells) {
      if (found.has(cell) || !through(cell) || !cell.reads.some((name) => reached.has(name))) continue;
      found.add(cell);
      for (const name of cell.defines) reached.add(name);
      grew = true;
    }
  }
  return cells.filter((cell) => found.has(cell));
}

/** A cell whose run costs so much that it waits for Run: it holds a live stream and is not marked `auto`. */
export const trains = (cell: Cell): boolean => cell.lives.length > 0 && !cell.auto;

/** Whether the cell runs in the kernel and nowhere else. */
export const onServer = (cell: Cell): boolean => cell.kind === "code" && cell.place === "server";

/** Whether the kernel needs the cell: server cells, functions for both, and inputs that a server cell reads. */
export function inKernel(notebook: Notebook, cell: Cell): boolean {
  if (cell.kind !== "code") return false;
  if (cell.place === "input") return cell.views.some((name) => notebook.toServer.includes(name));
  return cell.place === "server" || cell.place === "both";
}

/** Keys of the cells that wait when this input changes; none when the change trains nothing. */
export function heldBack(notebook: Notebook, input: string): string[] {
  const reached = below(notebook.cells, [input], (cell) => inKernel(notebook, cell));
  if (!reached.some(trains)) return [];
  const further = below(notebook.cells, reached.flatMap((cell) => cell.defines));
  return notebook.cells.filter((cell) => reached.includes(cell) || further.includes(cell)).map((cell) =>
    cell.key
  );
}
