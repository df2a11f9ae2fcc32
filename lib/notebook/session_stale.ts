/** Which cells show what is no longer true, and why: they wait for a person, or for the first value of what runs. */
import type { Cell, Notebook } from "./notebook.ts";
import { below, heldBack, onServer } from "./session_reach.ts";
import type { State } from "./session_states.ts";

export interface Waiting {
  /** trainings whose values were lost with a kernel, by key */
  readonly held: ReadonlySet<string>;
  /** names of the inputs whose values wait for Run */
  readonly pending: Iterable<string>;
  /** the kernel's last word on a cell */
  base(cell: string): State | undefined;
}

/** Whether a person ended the cell's last run: its values, if it has any, are those of a part. */
export const wasStopped = (base: State | undefined): boolean =>
  base?.reason === "stopped" && (base.state === "done" || base.state === "error");

/** Cells that wait for Run with all that is below them: reasons by key. A later cause hides an earlier one. */
export function waitForRun(notebook: Notebook, { held, pending, base }: Waiting): Map<string, string> {
  const stale = new Map<string, string>();
  const mark = (cell: Cell, own: string, further: string) => {
    for (const { key } of below(notebook.cells, cell.defines)) stale.set(key, further);
    stale.set(cell.key, own);
  };
  for (const cell of notebook.cells) {
    const last = base(cell.key);
    if (!onServer(cell) || !wasStopped(last)) continue;
    // what was stopped with a value has dependents that are true to it; without one, they have nothing
    if (last!.state === "done") stale.set(cell.key, "stopped");
    else mark(cell, "stopped", `${cell.name} stopped`);
  }
  for (const cell of notebook.cells) {
    if (held.has(cell.key)) mark(cell, "the kernel ended", "the kernel ended");
  }
  for (const name of pending) {
    for (const key of heldBack(notebook, name)) stale.set(key, `${name} changed`);
  }
  return stale;
}

/** Cells of the page that read names whose new values are still to come: reasons by key. */
export function waitForValues(
  notebook: Notebook,
  awaited: ReadonlyMap<string, string>,
): Map<string, string> {
  const stale = new Map<string, string>();
  for (const [name, reason] of awaited) {
    for (const { key } of below(notebook.cells, [name], (cell) => !onServer(cell))) stale.set(key, reason);
  }
  return stale;
}
