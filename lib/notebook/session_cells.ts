/**
 * What the cells of an open notebook are: what the kernel said of them, what earlier runs tell, and what waits. Each
 * change is said once.
 */
import type { KernelEnd } from "./process.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { endError } from "./session_death.ts";
import type { SessionPast } from "./session_past.ts";
import { above, below, inKernel, onServer } from "./session_reach.ts";
import { staleCells, wasStopped } from "./session_stale.ts";
import { SessionStates } from "./session_states.ts";
import type { CellError, CellNews } from "./wire.ts";

export interface CellHooks {
  /** the version that runs; undefined before the first */
  notebook(): Notebook | undefined;
  /** names of the inputs whose new values wait for the end of a training */
  readonly pending: ReadonlyMap<string, unknown>;
  /** whether pages have a value of a name */
  has(name: string): boolean;
  /** a cell came to its end: choices may have waited for it */
  freed(): void;
  say(state: CellNews): void;
}

/** Cells that are to run, by key, and why those that are stale were. */
export interface Wanted {
  readonly keys: ReadonlySet<string>;
  readonly stale: ReadonlyMap<string, string>;
}

export class SessionCells {
  readonly #states: SessionStates;
  /** why cells are stale, by key, as of the last refresh */
  #stale: ReadonlyMap<string, string> = new Map();
  /** names whose new values are on their way, and why those that the page has are old */
  readonly #awaited = new Map<string, string>();
  /** cells whose text has an error, by key */
  readonly #faulty = new Set<string>();

  constructor(readonly past: SessionPast, readonly hooks: CellHooks) {
    this.#states = new SessionStates((state) => hooks.say(state));
  }

  /** The kernel's last word on a cell. */
  base(key: string): CellNews | undefined {
    return this.#states.base(key);
  }

  /** Whether a cell is at work. */
  get work(): boolean {
    return this.#states.running().length > 0;
  }

  counts(): Record<string, number> {
    return this.#states.counts();
  }

  /** What an earlier process left: values that are true still, and cells that are not to run unasked. */
  restore(notebook: Notebook, states: ReadonlyMap<string, CellNews>): void {
    this.past.restore(notebook, states);
    for (const cell of notebook.cells) {
      const state = states.get(cell.key);
      if (state) this.#states.restore(cell, state);
    }
  }

  /** Drops what belongs to cells and names that are no more. */
  keep(notebook: Notebook): void {
    this.past.keep(new Set(notebook.cells.map((cell) => cell.key)));
    for (const name of this.#awaited.keys()) {
      if (!notebook.toBrowser.includes(name)) this.#awaited.delete(name);
    }
  }

  /** A cell with an error in its text says so; one that had an error no longer does. */
  blame(notebook: Notebook): void {
    for (const key of this.#faulty) this.#states.clear(key);
    this.#faulty.clear();
    for (const { level, cells, message, line, column } of notebook.diagnostics) {
      if (level !== "error") continue;
      for (const { key } of notebook.cells.filter((cell) => cells.includes(cell.id))) {
        this.#faulty.add(key);
        this.#fail(key, { name: "Error", message, line, column });
      }
    }
  }

  /** The kernel says what a cell is doing. */
  became(notebook: Notebook, state: CellNews): void {
    const cell = notebook.cells.find(({ key }) => key === state.cell)!;
    const works = state.state === "queued" || state.state === "running",
      ends = !works && state.state !== "stale";
    const base = this.base(cell.key), before = base?.state;
    const { size } = this.#awaited, pending = this.hooks.pending.size;
    this.#states.set(state);
    if (ends) this.past.ended(cell, state);
    if (!works) { for (const name of cell.defines) this.#awaited.delete(name); }
    else if (before !== "queued" && before !== "running" && this.past.isSlow(cell)) {
      this.#await(notebook, cell);
    }
    if (ends) this.hooks.freed();
    // what else is stale follows from these alone
    const alone = !waits(base) && !waits(state) && size === this.#awaited.size &&
      pending === this.hooks.pending.size;
    if (!alone) return this.refresh();
    this.#states.say(cell, this.#stale.get(cell.key), (cell) => this.past.price(cell));
  }

  /** The page has a new value of a name. */
  came(name: string): void {
    if (this.#awaited.delete(name)) this.refresh();
  }

  /** A kernel that ran them ended by itself: those at work ended it, the values of all are lost. */
  died(end: KernelEnd): void {
    const error = endError(end);
    const culprits = end.cell === undefined ? this.#states.running() : [end.cell];
    this.past.refuse(culprits, error);
    this.lost("the kernel ended");
    for (const key of culprits) this.#fail(key, error);
    this.refresh();
  }

  /** Values of a kernel that is gone are stale. */
  lost(reason: string): void {
    const keys = this.hooks.notebook()?.cells.map(({ key }) => key) ?? [];
    this.#awaited.clear();
    this.past.lost(keys, reason);
    for (const key of keys) {
      const base = this.base(key);
      if (base && base.state !== "error") this.#states.set({ t: "state", cell: key, state: "stale", reason });
    }
  }

  /** A person wants cells to run: those named or all that are stale, and what they wait for. */
  wanted(notebook: Notebook, named: readonly string[] | undefined): Wanted {
    const stale = this.#staleIn(notebook), keys = wantedCells(notebook, stale, named);
    this.past.permit(keys);
    return { keys, stale };
  }

  /** Of the cells wanted those that run whatever is known of them; choices of the inputs `chosen` run the others. */
  again(notebook: Notebook, { keys, stale }: Wanted, chosen: readonly string[]): string[] {
    const covered = new Set(below(notebook.cells, chosen).map(({ key }) => key));
    const again = [...keys].filter((key) =>
      !stale.has(key) || !covered.has(key) && wasStopped(this.base(key))
    );
    for (const key of again) {
      if (wasStopped(this.base(key))) this.#states.set({ t: "state", cell: key, state: "queued" });
    }
    return again;
  }

  /** Whether something costly runs that reads this input: a hand on a slider does not end it. */
  isBusyWith(notebook: Notebook, name: string): boolean {
    return below(notebook.cells, [name], onServer).some((cell) =>
      this.past.isCostly(cell) && this.base(cell.key)?.state === "running"
    );
  }

  /** Says what changed of any cell. */
  refresh(): void {
    const notebook = this.hooks.notebook();
    if (!notebook) return;
    const cells = notebook.cells.filter((cell) => cell.kind === "code");
    this.#stale = this.#staleIn(notebook);
    this.#states.refresh(cells, this.#stale, (cell) => this.past.price(cell));
  }

  #staleIn(notebook: Notebook): Map<string, string> {
    return staleCells(notebook, {
      pending: this.hooks.pending.keys(),
      awaited: this.#awaited,
      base: (key) => this.base(key),
    });
  }

  /** Until the first new value, the page has old ones. */
  #await(notebook: Notebook, cell: Cell) {
    for (const name of cell.defines) {
      if (notebook.toBrowser.includes(name) && this.hooks.has(name)) {
        this.#awaited.set(name, `waits for ${cell.name}`);
      }
    }
  }

  #fail(key: string, error: CellError) {
    this.#states.set({ t: "state", cell: key, state: "error", error });
  }
}

/** Whether what is below a cell in this state may be stale for it. */
const waits = (state: CellNews | undefined): boolean => state?.state === "stale" || wasStopped(state);

/** Cells to run, by key: those named, or all that are stale; with the stale ones above them. */
function wantedCells(
  notebook: Notebook,
  stale: ReadonlyMap<string, string>,
  named?: readonly string[],
): Set<string> {
  const cells = notebook.cells.filter((cell) => inKernel(notebook, cell));
  const wanted = cells.filter(({ key }) => named ? named.includes(key) : stale.has(key));
  const needed = wanted.flatMap((cell) => above(cells, cell)).filter(({ key }) => stale.has(key));
  return new Set([...wanted, ...needed].map(({ key }) => key));
}
