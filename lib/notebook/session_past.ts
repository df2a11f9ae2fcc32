/** What is known of a notebook's cells from their earlier runs: what they cost, and what must not run unasked. */
import { CellCosts } from "./cell_costs.ts";
import type { ToKernel } from "./kernel_messages.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { endedKernel } from "./session_death.ts";
import { below, DEAR_SECONDS, inKernel, trains } from "./session_reach.ts";
import type { CellError, CellNews } from "./wire.ts";

type Load = Extract<ToKernel, { t: "load" }>;

/** While a cell runs that took longer, what is below it on the page says that it is old. */
const SLOW_SECONDS = 0.3;

export class SessionPast {
  readonly #costs: CellCosts;
  /** cells that have run, in any kernel */
  readonly #ran = new Set<string>();
  /** why cells are to run again in the next kernel or version, by key */
  readonly #reasons = new Map<string, string>();
  /** cells that ended a kernel: not run again until they or their inputs change */
  readonly #refused = new Map<string, CellError>();

  /** @param path of the file that prices are kept in */
  constructor(path: string) {
    this.#costs = new CellCosts(path);
  }

  /** What an earlier process left: `states` by key. */
  restore(notebook: Notebook, states: ReadonlyMap<string, CellNews>): void {
    for (const cell of notebook.cells) {
      const state = states.get(cell.key), ran = state ?? this.price(cell);
      if (ran === undefined || !inKernel(notebook, cell)) continue;
      this.#ran.add(cell.key);
      const known = state?.state === "stale" ? state.reason : undefined;
      this.#reasons.set(cell.key, known ?? (state ? "the server was restarted" : "changed since it ran"));
      if (endedKernel(state?.error)) this.#refused.set(cell.key, state!.error!);
    }
  }

  /** What is new makes old what is below it. A cell of the same text whose modules or place changed has run before. */
  compare(before: Notebook, now: Notebook): void {
    const known = new Set(before.cells.map((cell) => cell.key));
    for (const cell of now.cells) {
      if (known.has(cell.key)) continue;
      for (const { key } of below(now.cells, cell.defines)) this.#reasons.set(key, `${cell.name} changed`);
      const same = before.cells.find((each) => each.name === cell.name && each.source === cell.source);
      if (!same || !this.#ran.has(same.key)) continue;
      this.#ran.add(cell.key);
      this.#reasons.set(cell.key, "its modules changed");
    }
  }

  /** Drops what belongs to other cells than these. */
  keep(keys: ReadonlySet<string>): void {
    for (const known of [this.#ran, this.#refused, this.#reasons]) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    }
  }

  /** A cell came to an end, or waits for one that failed. */
  ended({ key, name }: Cell, { state, seconds, cached, reason, error }: CellNews): void {
    if (!error?.waitsFor) this.#ran.add(key);
    if (state === "done" && !cached && !reason) this.#costs.note(key, name, seconds!);
  }

  /** Values of these cells are gone with their kernel. */
  lost(keys: readonly string[], reason: string): void {
    for (const key of keys) this.#reasons.set(key, reason);
  }

  /** These cells ended their kernel. */
  refuse(keys: readonly string[], error: CellError): void {
    for (const key of keys) this.#refused.set(key, error);
  }

  /** A person wants these cells to run, or gave them other inputs: what ended a kernel may try again. */
  permit(keys: Iterable<string>): void {
    for (const key of keys) this.#refused.delete(key);
  }

  /** These cells run in the next kernel, whatever they cost. */
  release(keys: Iterable<string>): void {
    for (const key of keys) this.#ran.delete(key);
  }

  /** What a kernel is told of it, once. */
  told(notebook: Notebook): Pick<Load, "again" | "dear" | "reasons" | "refused"> {
    const told = {
      again: [...this.#ran],
      dear: notebook.cells.filter((cell) => (this.price(cell) ?? 0) > DEAR_SECONDS).map(({ key }) => key),
      reasons: Object.fromEntries(this.#reasons),
      refused: Object.fromEntries(this.#refused),
    };
    this.#reasons.clear();
    return told;
  }

  /** Seconds that a run of the cell takes, when it has run. */
  price({ key, name }: Cell): number | undefined {
    return this.#costs.of(key, name);
  }

  /** Whether it waits for Run when it is to run again. */
  isCostly(cell: Cell): boolean {
    return trains(cell) || !cell.auto && (this.price(cell) ?? 0) > DEAR_SECONDS;
  }

  /** Whether people see that it runs. */
  isSlow(cell: Cell): boolean {
    return trains(cell) || (this.price(cell) ?? 0) > SLOW_SECONDS;
  }

  close(): void {
    this.#costs.close();
  }
}
