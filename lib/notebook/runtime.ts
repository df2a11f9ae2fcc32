/**
 * The reactive engine of kernel and page: Observable's runtime under a thin layer. A cell is one variable whose value
 * is the object of its definitions; each definition is a variable that picks its own. Cells that did not change keep
 * their values over a reload; work that is superseded is aborted and what it still says is dropped.
 */
import { cellNamed } from "./cell_named.ts";
import type { Program, RuntimeCell } from "./runtime_cell.ts";
import { RuntimeExternals } from "./runtime_externals.ts";
import type { RuntimeHooks } from "./runtime_hooks.ts";
import { LiveCell, type LiveHooks } from "./runtime_live.ts";
import { type Around, settled } from "./runtime_settled.ts";
import { given, newVariables, remove, restartable, type Variable } from "./runtime_variable.ts";
import { Stream } from "./stream.ts";

export type { Capabilities, Program, RuntimeCell } from "./runtime_cell.ts";
export type { Outcome, Recalled, RuntimeHooks, StateDetail } from "./runtime_hooks.ts";

/**
 * Runs cells as their inputs change.
 * @example
 * ```ts
 * import { NotebookRuntime } from "./runtime.ts";
 * const runtime = new NotebookRuntime({
 *   modules: () => [],
 *   begin: () => {},
 *   display: (cell, value) => console.log(cell.name, value),
 *   view: () => 1,
 *   state: (cell, state) => console.log(cell.name, state),
 * });
 * const cell = { id: 0, key: "a1", name: "twice", reads: ["x"], defines: ["y"], views: [] };
 * runtime.load([cell], [{ id: 0, fn: (_, x) => ({ y: 2 * x }) }], ["x"], { y: console.log });
 * runtime.set("x", 21);
 * ```
 */
export class NotebookRuntime {
  readonly #variables = newVariables();
  readonly #externals = new RuntimeExternals(this.#variables);
  readonly #cells = new Map<string, LiveCell>();
  readonly #taps = new Map<string, Variable>();
  /** settles at the next end of a run */
  #over = Promise.withResolvers<void>();
  readonly #around: Around;
  readonly #cellHooks: LiveHooks;

  constructor(readonly hooks: RuntimeHooks) {
    this.#around = {
      cells: this.#cells,
      taps: this.#taps,
      awaited: () => this.#externals.awaited,
      holds: (cell) => hooks.holds?.(cell) ?? false,
    };
    this.#cellHooks = {
      ...hooks,
      over: () => {
        this.#over.resolve();
        this.#over = Promise.withResolvers();
      },
      settled: (names) => settled(names, this.#around),
      root: (name) => this.#owner(name)?.error?.waitsFor ?? this.#externals.waitsFor(name) ?? name,
    };
  }

  /**
   * Takes a new version of the notebook. A cell whose key is known keeps its value and takes the new function for its
   * next run. `externals` are names whose values come by `set`; `taps` are told each value of a name.
   * Returns the keys of the cells that are new.
   */
  load(
    cells: readonly RuntimeCell[],
    programs: readonly Program[],
    externals: readonly string[],
    taps: Readonly<Record<string, (value: unknown) => void>>,
  ): string[] {
    const keys = new Set(cells.map((cell) => cell.key));
    for (const [key, live] of this.#cells) if (!keys.has(key)) this.#remove(key, live);
    this.#externals.keep(externals);
    const fresh: string[] = [];
    for (const cell of cells) {
      const fn = programs.find((program) => program.id === cell.id)?.fn;
      if (!fn) throw new Error(`missing program: ${cellNamed(cell.name)}`);
      const known = this.#cells.get(cell.key);
      if (known) Object.assign(known, { cell, fn });
      else {
        this.#cells.set(cell.key, new LiveCell(this.#variables, cell, fn, this.#cellHooks));
        fresh.push(cell.key);
      }
    }
    this.#tap(taps);
    return fresh;
  }

  /** What the last run of a cell read and gave, by name. */
  known(key: string): { reads: Record<string, unknown>; values: Record<string, unknown> } | undefined {
    const { cell, run } = this.#cells.get(key) ?? {};
    if (!cell || !run?.defined) return undefined;
    const reads = cell.reads.map((name, i) => [name, run.reads[i]]);
    return { reads: Object.fromEntries(reads), values: run.defined };
  }

  /** Gives an external name or a view its value; what reads it runs again. */
  set(name: string, value: unknown): void {
    if (this.#externals.has(name)) return this.#externals.give(name, value);
    const live = this.#owner(name);
    if (!live?.cell.views.includes(name)) throw new Error(`unknown input: ${name}`);
    live.override(name, value);
  }

  /** Runs what has changed in this frame, for who is in one: by itself it waits for the next. */
  async compute(): Promise<void> {
    await this.#variables.runtime._computeNow();
  }

  /**
   * Gives external names their next values, each a value of a stream that is lossless. What reads them runs at once,
   * without waiting for a frame, which a hidden page never has. Settles when all of it has ended its work with them.
   */
  async deliver(values: ReadonlyMap<string, unknown>): Promise<void> {
    const round = Promise.withResolvers<void>();
    for (const [name, value] of values) this.#externals.give(name, value, round.promise);
    await this.#variables.runtime._computeNow();
    round.resolve();
    await settled([...values.keys()], this.#around);
  }

  /**
   * When the stream began that a name's value is from and whose values each count, in milliseconds since 1970: it is
   * lossless and runs now, and the name is its own or computed from it. Undefined when only the latest value counts.
   */
  every(name: string): number | undefined {
    const { cell, run } = this.#owner(name) ?? {};
    if (!cell || !run) return undefined;
    const value = run.defined?.[name];
    if (!(value instanceof Stream)) {
      const above = cell.reads.map((read) => this.every(read)).filter((began) => began !== undefined);
      return above.length ? Math.max(...above) : undefined;
    }
    return value.deliver === "all" && run.streams.has(value) ? performance.timeOrigin + run.began : undefined;
  }

  /** Makes an external name fail: what reads it waits for `waitsFor`. */
  fail(name: string, waitsFor: string): void {
    this.#externals.fail(name, waitsFor);
  }

  /** Runs these cells again, and what depends on them. */
  rerun(keys: readonly string[]): void {
    for (const key of keys) this.#cells.get(key)?.begin();
  }

  /** Settles when none of these cells is at work. */
  async rest(keys: readonly string[]): Promise<void> {
    while (keys.some((key) => this.#cells.get(key)?.run?.active)) await this.#over.promise;
  }

  /** Stops what runs: signals abort, streams that can are drained and leave their last value, others are dropped. */
  interrupt(): void {
    for (const { run } of this.#cells.values()) if (run?.active) run.interrupt();
  }

  /** Ends all runs for good. */
  dispose(): void {
    for (const live of this.#cells.values()) live.end();
    for (const [key, live] of this.#cells) this.#remove(key, live);
    remove(this.#taps, () => false);
    this.#externals.keep([]);
  }

  #tap(taps: Readonly<Record<string, (value: unknown) => void>>) {
    remove(this.#taps, (name) => name in taps);
    for (const [name, told] of Object.entries(taps)) {
      if (this.#taps.has(name)) continue;
      const tap = restartable(this.#variables, { fulfilled: (value: unknown) => told(given(value)) });
      this.#taps.set(name, tap.define(null, [name], (value: unknown) => value));
    }
  }

  #owner(name: string): LiveCell | undefined {
    for (const live of this.#cells.values()) if (live.cell.defines.includes(name)) return live;
  }

  #remove(key: string, live: LiveCell) {
    live.remove();
    this.#cells.delete(key);
  }
}
