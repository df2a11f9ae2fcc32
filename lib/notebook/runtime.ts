/**
 * The reactive engine of kernel and page: Observable's runtime under a thin layer. A cell is one variable whose value
 * is the object of its definitions; each definition is a variable that picks its own. Cells that did not change keep
 * their values over a reload; work that is superseded is aborted and what it still says is dropped.
 */
import { Runtime, RuntimeError } from "@observablehq/runtime";
import type { Cell } from "./notebook.ts";
import { cellError, CellFailure, waiting } from "./runtime_error.ts";
import { NoValue, Stream } from "./stream.ts";
import type { CellError, CellState } from "./wire.ts";

/** What a runtime needs to know of a cell. */
export type RuntimeCell = Pick<Cell, "id" | "key" | "name" | "reads" | "defines" | "views">;

/** What a compiled cell gets before the values it reads. */
export interface Capabilities {
  /** shows a value under the cell and returns it */
  display<T>(value: T): T;
  view(name: string, input: unknown): unknown;
  live(name: string, source: AsyncIterable<unknown>): Stream;
  /** aborted when the run is superseded or interrupted */
  readonly signal: AbortSignal;
  /** settles when the run is superseded */
  readonly invalidation: Promise<void>;
}

/** One compiled cell: `fn` returns (a promise of) an object of the cell's names. */
export interface Program {
  readonly id: number;
  // deno-lint-ignore no-explicit-any -- compiled code: the values a cell reads have any type
  readonly fn: (capabilities: Capabilities, ...values: any[]) => unknown;
}

export interface StateDetail {
  readonly error?: CellError;
  /** of the run that ended */
  readonly seconds?: number;
  readonly reason?: string;
}

export interface RuntimeHooks {
  /** addresses under which the notebook's own code runs, for the places of errors */
  modules(): readonly string[];
  /** a run begins: what the cell showed before is over. Throwing refuses the run; a promise delays it */
  begin(cell: RuntimeCell): void | Promise<void>;
  display(cell: RuntimeCell, value: unknown): void;
  /** the value that an input has now */
  view(cell: RuntimeCell, name: string, input: unknown): unknown;
  state(cell: RuntimeCell, state: CellState, detail: StateDetail): void;
  /** runs a piece of a cell's work; default: calls it */
  within?<T>(cell: RuntimeCell, work: () => T): T;
}

/** How long an interrupted cell without a stream may take to end in its own way. */
const GRACE_MILLISECONDS = 250;

interface Run {
  readonly control: AbortController;
  readonly began: number;
  readonly streams: Set<Stream>;
  /** set when a later run, an edit or a removal took its place */
  superseded: boolean;
  interrupted: boolean;
  /** the cell's function has been called: its beginning was not held back */
  working: boolean;
  /** the cell's function has returned; its streams may still run */
  returned: boolean;
  failed: boolean;
  stop(): void;
}

// deno-lint-ignore no-explicit-any -- the package has no types
type Variable = any;

interface Live {
  cell: RuntimeCell;
  fn: Program["fn"];
  main: Variable;
  outputs: Map<string, Variable>;
  /** values set from outside since the cell last ran, by name of its views */
  overrides: Map<string, unknown>;
  run?: Run;
  error?: CellError;
}

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
  readonly #runtime: Variable = new Runtime({});
  readonly #module: Variable = this.#runtime.module();
  readonly #cells = new Map<string, Live>();
  readonly #externals = new Map<string, Variable>();
  /** external names that have no value yet: what reads them waits for these */
  readonly #awaited = new Map<string, PromiseWithResolvers<unknown>>();
  readonly #taps = new Map<string, Variable>();
  /** what a failed external name waits for */
  readonly #failedExternals = new Map<string, string>();

  constructor(readonly hooks: RuntimeHooks) {}

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
    remove(this.#externals, (name) => externals.includes(name));
    for (const name of this.#awaited.keys()) if (!externals.includes(name)) this.#release(name);
    for (const name of externals) if (!this.#externals.has(name)) this.#expect(name);
    const fresh: string[] = [];
    for (const cell of cells) {
      const fn = programs.find((program) => program.id === cell.id)?.fn;
      if (!fn) throw new Error(`missing program: cell ${cell.name}`);
      const known = this.#cells.get(cell.key);
      if (known) Object.assign(known, { cell, fn });
      else {
        this.#add(cell, fn);
        fresh.push(cell.key);
      }
    }
    remove(this.#taps, (name) => name in taps);
    for (const [name, told] of Object.entries(taps)) {
      if (!this.#taps.has(name)) {
        this.#taps.set(
          name,
          this.#module.variable({ fulfilled: told }).define(null, [name], (x: unknown) => x),
        );
      }
    }
    return fresh;
  }

  /** Gives an external name or a view its value; what reads it runs again. */
  set(name: string, value: unknown): void {
    this.#failedExternals.delete(name);
    if (this.#externals.has(name)) {
      this.#externals.get(name).define(name, [], () => value);
      return this.#release(name);
    }
    const live = this.#owner(name);
    if (!live?.cell.views.includes(name)) throw new Error(`unknown input: ${name}`);
    live.overrides.set(name, value);
    this.#defineOutput(live, name);
  }

  /** Makes an external name fail: what reads it waits for `waitsFor`. */
  fail(name: string, waitsFor: string): void {
    this.#failedExternals.set(name, waitsFor);
    this.#externals.get(name)?.define(name, [], () => {
      throw new CellFailure(waiting(waitsFor));
    });
    this.#release(name);
  }

  /** Runs these cells again, and what depends on them. */
  rerun(keys: readonly string[]): void {
    for (const key of keys) {
      const live = this.#cells.get(key);
      if (live) this.#defineMain(live);
    }
  }

  /** Stops what runs: signals abort, streams that can are drained and leave their last value, others are dropped. */
  interrupt(): void {
    for (const { run } of this.#cells.values()) if (run && this.#active(run)) this.#interruptRun(run);
  }

  /** Ends all runs for good. */
  dispose(): void {
    for (const [key, live] of this.#cells) this.#remove(key, live);
    remove(this.#taps, () => false);
    remove(this.#externals, () => false);
    for (const name of this.#awaited.keys()) this.#release(name);
  }

  /** An external name whose value is still to come. */
  #expect(name: string) {
    const awaited = Promise.withResolvers<unknown>();
    this.#awaited.set(name, awaited);
    this.#externals.set(name, this.#module.define(name, [], () => awaited.promise));
  }

  /**
   * Lets go of what waits for a name that has just been defined anew, or is gone. The runtime begins a definition only
   * when the one before has ended: a promise that never settled would hold back every later value, for the readers too.
   * The old promise ends after the round that takes the new definition, so that nobody computes with its end.
   */
  #release(name: string) {
    const awaited = this.#awaited.get(name);
    if (!awaited) return;
    this.#awaited.delete(name);
    this.#runtime._computing.then(awaited.resolve);
  }

  #owner(name: string): Live | undefined {
    for (const live of this.#cells.values()) if (live.cell.defines.includes(name)) return live;
  }

  #active(run: Run): boolean {
    return run.working && !run.superseded && !run.failed && (!run.returned || run.streams.size > 0);
  }

  #remove(key: string, live: Live) {
    if (live.run) this.#supersede(live.run);
    live.main.delete();
    for (const output of live.outputs.values()) output.delete();
    this.#cells.delete(key);
  }

  #supersede(run: Run) {
    run.superseded = true;
    for (const stream of run.streams) stream.drop();
    run.control.abort(new DOMException("superseded", "AbortError"));
    run.stop();
  }

  #interruptRun(run: Run) {
    run.interrupted = true;
    run.control.abort(new DOMException("stopped", "AbortError"));
    for (const stream of run.streams) stream.interrupt();
    if (!run.returned) setTimeout(() => run.returned || run.stop(), GRACE_MILLISECONDS);
  }

  #add(cell: RuntimeCell, fn: Program["fn"]) {
    const live: Live = { cell, fn, main: undefined, outputs: new Map(), overrides: new Map() };
    this.#cells.set(cell.key, live);
    live.main = this.#module.variable({
      // a variable that is deleted is computed once more
      pending: () => this.#cells.get(cell.key) === live && this.#say(live, "queued"),
      fulfilled: () => this.#returned(live),
      rejected: (error: unknown) => this.#failed(live, error),
    });
    this.#defineMain(live);
    for (const name of cell.defines) {
      // a stream's own error arrives here; that the cell as a whole failed is said by the cell
      live.outputs.set(
        name,
        this.#module.variable({
          rejected: (error: unknown) => error instanceof RuntimeError || this.#failed(live, error),
        }),
      );
      this.#defineOutput(live, name);
    }
  }

  #defineMain(live: Live) {
    const { reads, key } = live.cell;
    live.main.define(
      mainName(key),
      [...reads, "invalidation"],
      (...values: unknown[]) => this.#start(live, values),
    );
  }

  #defineOutput(live: Live, name: string) {
    live.outputs.get(name).define(name, [mainName(live.cell.key)], (defined: Record<string, unknown>) => {
      if (live.overrides.has(name)) return live.overrides.get(name);
      const value = defined?.[name];
      return value instanceof Stream ? value.values() : value;
    });
  }

  /** One run of a cell; settles when the function returns, or at once when the run is superseded. */
  #start(live: Live, values: unknown[]): Promise<unknown> {
    const invalidation = values.pop() as Promise<void>;
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    const run: Run = {
      control: new AbortController(),
      began: performance.now(),
      streams: new Set(),
      superseded: false,
      interrupted: false,
      working: false,
      returned: false,
      failed: false,
      stop: () =>
        stopped.reject(
          new CellFailure({ name: "Stopped", message: "stopped before it ended", hint: "Run it again." }),
        ),
    };
    live.run = run;
    live.error = undefined;
    live.overrides.clear();
    // the runtime begins a new run only when the old one has settled, so the abort comes from the invalidation
    invalidation.then(() => this.#supersede(run));
    const work = async () => {
      await this.hooks.begin(live.cell);
      if (run.superseded) return {};
      run.working = true;
      this.#say(live, "running");
      return await this.#within(live, () => live.fn(this.#capabilities(live, run, invalidation), ...values));
    };
    return Promise.race([work(), stopped.promise]);
  }

  #capabilities(live: Live, run: Run, invalidation: Promise<void>): Capabilities {
    return {
      display: (value) => {
        if (!run.superseded) this.hooks.display(live.cell, value);
        return value;
      },
      view: (name, input) => this.hooks.view(live.cell, name, input),
      live: (name, source) => {
        const stream: Stream = new Stream(name, source, {
          within: (work) => this.#within(live, work),
          ended: (stopped, error) => this.#streamEnded(live, run, stream, stopped, error),
        });
        run.streams.add(stream);
        return stream;
      },
      signal: run.control.signal,
      invalidation,
    };
  }

  #within<T>(live: Live, work: () => T): T {
    return this.hooks.within ? this.hooks.within(live.cell, work) : work();
  }

  #returned(live: Live) {
    const { run } = live;
    if (!run || run.superseded) return;
    run.returned = true;
    if (run.interrupted) { for (const stream of run.streams) stream.interrupt(); }
    if (run.streams.size === 0 && !run.failed) this.#say(live, "done", run);
  }

  #streamEnded(live: Live, run: Run, stream: Stream, stopped: boolean, error: unknown) {
    run.streams.delete(stream);
    if (run.superseded || live.run !== run || error !== undefined || run.failed) return;
    if (run.returned && run.streams.size === 0) this.#say(live, "done", run, stopped ? "stopped" : undefined);
  }

  #failed(live: Live, thrown: unknown) {
    const { run } = live;
    if (run?.superseded && !(thrown instanceof RuntimeError)) return;
    const upstream = thrown instanceof RuntimeError
      ? (thrown as RuntimeError & { input?: string }).input
      : undefined;
    live.error = upstream === undefined
      ? cellError(thrown, this.hooks.modules())
      : waiting(this.#root(upstream));
    if (run && upstream === undefined) {
      run.failed = true;
      for (const stream of run.streams) stream.drop();
    }
    const seconds = run && upstream === undefined ? elapsed(run) : undefined;
    const stopped = run?.interrupted && upstream === undefined && endsByStop(thrown);
    this.hooks.state(live.cell, "error", {
      error: live.error,
      ...(seconds === undefined ? {} : { seconds }),
      ...(stopped ? { reason: "stopped" } : {}),
    });
  }

  /** The value that failed first, up the chain of those that wait. */
  #root(name: string): string {
    return this.#owner(name)?.error?.waitsFor ?? this.#failedExternals.get(name) ?? name;
  }

  #say(live: Live, state: CellState, ended?: Run, reason?: string) {
    if (state === "done") live.error = undefined;
    this.hooks.state(live.cell, state, {
      ...(ended ? { seconds: elapsed(ended) } : {}),
      ...(reason ? { reason } : {}),
    });
  }
}

const mainName = (key: string) => `cell ${key}`;

/** Whether an interrupted run threw only because it was asked to end. */
const endsByStop = (thrown: unknown): boolean =>
  thrown instanceof NoValue || thrown instanceof CellFailure && thrown.error.name === "Stopped" ||
  thrown instanceof DOMException && thrown.name === "AbortError";

const elapsed = (run: Run) => (performance.now() - run.began) / 1000;

function remove(variables: Map<string, Variable>, keep: (name: string) => boolean) {
  for (const [name, variable] of variables) {
    if (keep(name)) continue;
    variable.delete();
    variables.delete(name);
  }
}
