/** Which cells show what is no longer true, and why: they wait for a person, or for the first value of what runs. */
import type { Cell, Notebook } from "./notebook.ts";
import { below, onServer } from "./session_reach.ts";
import type { State } from "./session_states.ts";

export interface Waiting {
  /** names of the inputs whose new values wait for the end of a training */
  readonly pending: Iterable<string>;
  /** names whose new values are on their way, and why those that a page has are old */
  readonly awaited: ReadonlyMap<string, string>;
  /** the kernel's last word on a cell */
  base(cell: string): State | undefined;
}

/** Whether a person ended the cell's last run: its values, if it has any, are those of a part. */
export const wasStopped = (base: State | undefined): boolean =>
  base?.reason === "stopped" && (base.state === "done" || base.state === "error");

/** Reasons by key of the cells that are stale. A cell that waits makes all stale that is below it. */
export function staleCells(
  notebook: Notebook,
  { pending, awaited, base }: Waiting,
): Map<string, string> {
  const stale = new Map<string, string>();
  const mark = (cell: Cell, own: string, further: string) => {
    for (const { key } of below(notebook.cells, cell.defines)) stale.set(key, further);
    stale.set(cell.key, own);
  };
  for (const [name, reason] of awaited) {
    for (const { key } of below(notebook.cells, [name], (cell) => !onServer(cell))) stale.set(key, reason);
  }
  for (const cell of notebook.cells) {
    const last = base(cell.key);
    if (!onServer(cell) || !wasStopped(last)) continue;
    // what was stopped with a value has dependents that are true to it; without one, they have nothing
    if (last!.state === "done") stale.set(cell.key, "stopped");
    else mark(cell, "stopped", `${cell.name} stopped`);
  }
  for (const cell of notebook.cells) {
    const last = base(cell.key);
    if (last?.state !== "stale") continue;
    mark(cell, last.reason!, last.reason!);
  }
  for (const name of pending) {
    for (const { key } of below(notebook.cells, [name], onServer)) stale.set(key, `${name} changed`);
    const further = below(
      notebook.cells,
      below(notebook.cells, [name], onServer).flatMap((cell) => cell.defines),
    );
    for (const { key } of further) stale.set(key, `${name} changed`);
  }
  return stale;
}
