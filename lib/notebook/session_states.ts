/** What each cell's state is, from what the kernel said and from what waits for a person. */
import { sameData } from "./codec.ts";
import type { Cell } from "./notebook.ts";
import { onServer } from "./session_reach.ts";
import type { CellNews } from "./wire.ts";

export type State = CellNews;

export class SessionStates {
  /** the kernel's last word on each cell, by key */
  readonly #base = new Map<string, State>();
  readonly #said = new Map<string, State>();

  constructor(readonly emit: (state: State) => void) {}

  base(cell: string): State | undefined {
    return this.#base.get(cell);
  }

  set(state: State) {
    this.#base.set(state.cell, state);
  }

  /** What pages know of a cell already: from the log of an earlier process. A cell of the page has no state of its own. */
  restore(cell: Cell, state: State) {
    const waited = state.error?.waitsFor !== undefined; // for what may be mended by now
    const reason = "the server was restarted";
    if (onServer(cell)) {
      this.#base.set(cell.key, waited ? { t: "state", cell: cell.key, state: "stale", reason } : state);
    }
    this.#said.set(cell.key, state);
  }

  /** Forgets what was said of a cell. */
  clear(cell: string) {
    this.#base.delete(cell);
  }

  /** Cells whose function, or stream, is at work. */
  running(): string[] {
    return [...this.#base.values()].filter(({ state }) => state === "running").map(({ cell }) => cell);
  }

  /** Says what changed. `stale` names the cells that wait and why, `price` the seconds that running one takes. */
  refresh(
    cells: readonly Cell[],
    stale: ReadonlyMap<string, string>,
    price: (cell: Cell) => number | undefined,
  ) {
    const keys = new Set(cells.map((cell) => cell.key));
    for (const key of this.#base.keys()) if (!keys.has(key)) this.#base.delete(key);
    for (const key of this.#said.keys()) if (!keys.has(key)) this.#said.delete(key);
    for (const cell of cells) this.say(cell, stale.get(cell.key), price);
  }

  /** Says what changed of one cell; `reason`: why it is stale, if it is. */
  say(cell: Cell, reason: string | undefined, price: (cell: Cell) => number | undefined) {
    const now = this.#now(cell, reason, price);
    const before = this.#said.get(cell.key);
    if (!now || before && sameData(before, now)) return;
    this.#said.set(cell.key, now);
    this.emit(now);
  }

  /** Counts by state, of the cells that have one. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { state } of this.#said.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  #now(
    cell: Cell,
    reason: string | undefined,
    price: (cell: Cell) => number | undefined,
  ): State | undefined {
    const base = this.#base.get(cell.key);
    if (reason === undefined) {
      // a cell of the page has no state here, but for having been stale
      return base ?? (this.#said.has(cell.key) ? { t: "state", cell: cell.key, state: "idle" } : undefined);
    }
    if (onServer(cell) && base?.state === "running") return { ...base, reason };
    if (base?.state === "error" && !base.error?.waitsFor && base.reason === undefined) return base;
    const seconds = base?.seconds === undefined ? {} : { seconds: base.seconds };
    const priced = onServer(cell) ? price(cell) : undefined;
    return {
      t: "state",
      cell: cell.key,
      state: "stale",
      reason,
      ...seconds,
      ...(priced === undefined ? {} : { price: priced }),
    };
  }
}
