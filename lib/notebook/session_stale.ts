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
  base?.reason === STOPPED && (base.state === "done" || base.state === "error");

/** Whether a cell is stale because a person ended its last run, whatever else changed since. */
export const saysStopped = (reason: string | undefined): boolean =>
  reason === STOPPED || reason?.startsWith(`${STOPPED}; `) === true;

/** The reason of a cell whose last run a person ended, and that is stale for another reason too. */
export const stoppedAnd = (reason: string): string => saysStopped(reason) ? reason : `${STOPPED}; ${reason}`;

const STOPPED = "stopped";

/** Reasons by key of the cells that are stale. A cell that waits makes all stale that is below it. */
export function staleCells(
  notebook: Notebook,
  { pending, awaited, base }: Waiting,
): Map<string, string> {
  const stale = new Map<string, string>();
  const set = (key: string, reason: string) =>
    stale.set(key, saysStopped(stale.get(key)) ? stoppedAnd(reason) : reason);
  const mark = (cell: Cell, own: string, further: string) => {
    for (const { key } of below(notebook.cells, cell.defines)) set(key, further);
    set(cell.key, own);
  };
  for (const [name, reason] of awaited) {
    for (const { key } of below(notebook.cells, [name], (cell) => !onServer(cell))) stale.set(key, reason);
  }
  for (const cell of notebook.cells) {
    const last = base(cell.key);
    if (!onServer(cell) || !wasStopped(last)) continue;
    // what was stopped with a value has dependents that are true to it; without one, they have nothing
    if (last!.state === "done") stale.set(cell.key, STOPPED);
    else mark(cell, STOPPED, `${cell.name} stopped`);
  }
  for (const cell of notebook.cells) {
    const last = base(cell.key);
    if (last?.state !== "stale") continue;
    mark(cell, last.reason!, last.reason!.replace(`${STOPPED}; `, ""));
  }
  for (const name of pending) {
    for (const { key } of below(notebook.cells, [name], onServer)) set(key, `${name} changed`);
    const further = below(
      notebook.cells,
      below(notebook.cells, [name], onServer).flatMap((cell) => cell.defines),
    );
    for (const { key } of further) set(key, `${name} changed`);
  }
  return stale;
}
