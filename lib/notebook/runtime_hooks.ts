/** Who is told what cells do, and may have a say in it. */
import type { RuntimeCell } from "./runtime_cell.ts";
import type { CellNews, CellState } from "./wire.ts";

/** What is said of a state besides. */
export type StateDetail = Pick<CellNews, "error" | "seconds" | "reason" | "cached">;

/** What a run came to. */
export interface Outcome {
  /** what it read, in the order of the cell's reads */
  readonly reads: readonly unknown[];
  /** the last value of each name */
  readonly values: Readonly<Record<string, unknown>>;
  readonly detail: StateDetail;
}

/** The outcome of an earlier run, taken in place of a new one. */
export interface Recalled {
  readonly values: Readonly<Record<string, unknown>>;
  readonly detail: StateDetail;
}

export interface RuntimeHooks {
  /** addresses under which the notebook's own code runs, for the places of errors */
  modules(): readonly string[];
  /**
   * A run begins, on `reads` in the order of the cell's: what the cell showed before is over. Throwing refuses the run, a
   * promise delays it, and what was recalled takes its place.
   */
  begin(cell: RuntimeCell, reads: readonly unknown[]): void | Recalled | Promise<void | Recalled>;
  /** a run came to its end without an error, perhaps by a stop */
  ended?(cell: RuntimeCell, outcome: Outcome): void;
  display(cell: RuntimeCell, value: unknown): void;
  /** the value that an input has now */
  view(cell: RuntimeCell, name: string, input: unknown): unknown;
  state(cell: RuntimeCell, state: CellState, detail: StateDetail): void;
  /** whether the cell takes no value of a stream on its way, but waits for its end; default: none does */
  holds?(cell: RuntimeCell): boolean;
  /** runs a piece of a cell's work; default: calls it */
  within?<T>(cell: RuntimeCell, work: () => T): T;
}
