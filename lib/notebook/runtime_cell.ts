/** What a runtime is given of a cell, and what a cell is given in return. */
import type { Cell } from "./notebook.ts";
import type { LiveOptions, Stream } from "./stream.ts";

/** What a runtime needs to know of a cell. */
export type RuntimeCell = Pick<Cell, "id" | "key" | "name" | "reads" | "defines" | "views">;

/** What a compiled cell gets before the values it reads. */
export interface Capabilities {
  /** shows a value under the cell and returns it */
  display<T>(value: T): T;
  view(name: string, input: unknown): unknown;
  live(name: string, source: AsyncIterable<unknown>, options?: LiveOptions): Stream;
  /** aborted when the run is superseded or interrupted; a cell that takes it may end early, and then was stopped */
  readonly signal: AbortSignal;
  /** the same for who runs the cell in another place, as a thread: to take it says nothing of the cell */
  readonly ending: AbortSignal;
  /** settles when the run is superseded */
  readonly invalidation: Promise<void>;
}

/** One compiled cell: `fn` returns (a promise of) an object of the cell's names. */
export interface Program {
  readonly id: number;
  // deno-lint-ignore no-explicit-any -- compiled code: the values a cell reads have any type
  readonly fn: (capabilities: Capabilities, ...values: any[]) => unknown;
}
