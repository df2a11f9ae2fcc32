import type { Diagnostic } from "./notebook.ts";
import type { LinkedCell } from "./graph.ts";

/** One error for each ring of cells that wait for each other, worded as the chain with its lines. */
export function cycles(
  cells: readonly LinkedCell[],
  owner: ReadonlyMap<string, number>,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const done = new Set<number>();
  const path: number[] = [];
  const visit = (id: number): void => {
    const at = path.indexOf(id);
    if (at >= 0) {
      found.push(cycleProblem(path.slice(at).map((each) => cells[each])));
      return;
    }
    if (done.has(id)) return;
    path.push(id);
    for (const read of cells[id].reads) visit(owner.get(read)!);
    path.pop();
    done.add(id);
  };
  for (const cell of cells) visit(cell.id);
  return found;
}

function cycleProblem(ring: readonly LinkedCell[]): Diagnostic {
  const chain = [...ring, ring[0]].map((cell) => `${cell.name} (line ${cell.line})`).join(" → ");
  const message = `cycle: ${chain}: put what they share in a cell of its own`;
  return {
    level: "error",
    line: ring[0].line,
    column: 1,
    code: "cycle",
    message,
    cells: ring.map((cell) => cell.id),
  };
}
