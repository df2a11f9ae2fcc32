/** What a change reaches, and what must wait for a person because it trains. */
import type { Cell, Notebook } from "./notebook.ts";

type Linked = Pick<Cell, "reads" | "defines">;

/** Cells below these names, in file order; with `through`, only by way of such cells. */
export function below<C extends Linked>(
  cells: readonly C[],
  names: Iterable<string>,
  through: (cell: C) => boolean = () => true,
): C[] {
  const reached = new Set(names);
  const found = new Set<C>();
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

/** Cells that a cell depends on, in file order. */
export function above<C extends Linked>(cells: readonly C[], cell: Linked): C[] {
  const read = new Set(cell.reads);
  const found = new Set<C>();
  for (let grew = true; grew;) {
    grew = false;
    for (const each of cells) {
      if (found.has(each) || !each.defines.some((name) => read.has(name))) continue;
      found.add(each);
      for (const name of each.reads) read.add(name);
      grew = true;
    }
  }
  return cells.filter((each) => found.has(each));
}

/** A cell that took longer waits for Run when it is to run again. */
export const DEAR_SECONDS = 10;

/** A cell that waits for Run when it is to run again: it holds a live stream and is not marked `auto`. */
export const trains = (cell: Pick<Cell, "lives" | "auto">): boolean => cell.lives.length > 0 && !cell.auto;

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
