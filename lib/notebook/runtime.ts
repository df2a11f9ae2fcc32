/**
 * The reactive engine of kernel and page: Observable's runtime under a thin layer. A cell is one variable whose value
 * is the object of its definitions; each definition is a variable that picks its own. Cells that did not change keep
 * their values over a reload; work that is superseded is aborted and what it still says is dropped.
 */
import { Runtime, RuntimeError } from "@observablehq/runtime";
import type { Cell } from "./notebook.ts";
import { cellError, CellFailure, waiting } from "./runtime_error.ts";
import { below } from "./session_reach.ts";
import { type LiveOptions, NoValue, Stream } from "./stream.ts";
import type { CellError, CellNews, CellState } from "./wire.ts";

/** What a runtime needs to know of a cell. */
export type RuntimeCell = Pick<Cell, "id" | "key" | "name" | "reads" | "defines" | "views">;

/** What a compiled cell gets before the values it reads. */
export interface Capabilities {
  /** shows a value under the cell and returns it */
  display<T>(value: T): T;
  view(name: string, input: unknown): unknown;
  live(name: string, source: AsyncIterable<unknown>, options?: LiveOptions): Stream;
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

/** How long an interrupted cell without a stream may take to end in its own way. */
const GRACE_MILLISECONDS = 250;

interface Run {
  readonly reads: readonly unknown[];
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
  /** what the cell's function returned */
  defined?: Record<string, unknown>;
  /** what is said of the cell when an earlier outcome was taken in place of this run */
  recalled?: StateDetail;
  stop(): void;
}

// deno-lint-ignore no-explicit-any -- the package has no types
type Variable = any;

interface Live {
  cell: RuntimeCell;
  fn: Program["fn"];
  main: Variable;
  outputs: Map<string, Variable>;
  /** the last value of each stream */
  latest: Map<string, unknown>;
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
  readonly #runtime: Variable = new Runtime({}, undeclared);
  readonly #module: Variable = this.#runtime.module();
  readonly #cells = new Map<string, Live>();
  readonly #externals = new Map<string, Variable>();
  /** external names that have no value yet: what reads them waits for these */
  readonly #awaited = new Map<string, PromiseWithResolvers<unknown>>();
  /** settles at the next end of a run */
  #end = Promise.withResolvers<void>();
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
          this.#variable({ fulfilled: (value: unknown) => told(given(value)) }).define(
            null,
            [name],
            (x: unknown) => x,
          ),
        );
      }
    }
    return fresh;
  }

  /** What the last run of a cell read and gave, by name. */
  known(key: string): { reads: Record<string, unknown>; values: Record<string, unknown> } | undefined {
    const live = this.#cells.get(key);
    if (!live?.run?.defined) return undefined;
    const reads = live.cell.reads.map((name, i) => [name, live.run!.reads[i]]);
    return { reads: Object.fromEntries(reads), values: live.run.defined };
  }

  /** Gives an external name or a view its value; what reads it runs again. */
  set(name: string, value: unknown): void {
    if (this.#externals.has(name)) return this.#give(name, value);
    const live = this.#owner(name);
    if (!live?.cell.views.includes(name)) throw new Error(`unknown input: ${name}`);
    live.overrides.set(name, value);
    this.#defineOutput(live, name);
  }

  /**
   * Gives external names their next values, each a value of a stream that is lossless. What reads them runs at once,
   * without waiting for a frame, which a hidden page never has. Settles when all of it has ended its work with them.
   */
  async deliver(values: ReadonlyMap<string, unknown>): Promise<void> {
    const round = Promise.withResolvers<void>();
    for (const [name, value] of values) this.#give(name, value, round.promise);
    await this.#runtime._computeNow();
    round.resolve();
    await this.#settled([...values.keys()]);
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

  /** Settles when none of these cells is at work. */
  async rest(keys: readonly string[]): Promise<void> {
    const busy = (key: string) => {
      const run = this.#cells.get(key)?.run;
      return run !== undefined && this.#active(run);
    };
    while (keys.some(busy)) await this.#end.promise;
  }

  /** Stops what runs: signals abort, streams that can are drained and leave their last value, others are dropped. */
  interrupt(): void {
    for (const { run } of this.#cells.values()) if (run && this.#active(run)) this.#interruptRun(run);
  }

  /** Ends all runs for good. */
  dispose(): void {
    for (const { run } of this.#cells.values()) if (run) this.#supersede(run);
    for (const [key, live] of this.#cells) this.#remove(key, live);
    remove(this.#taps, () => false);
    remove(this.#externals, () => false);
    for (const name of this.#awaited.keys()) this.#release(name);
  }

  /**
   * A variable that begins anew at once. The runtime would wait for what the variable computed last, and so for values
   * that it no longer reads.
   */
  #variable(observer: { pending?(): void; fulfilled?(value: never): void; rejected?(error: unknown): void }) {
    const pending = () => {
      variable._promise = NOTHING;
      observer.pending?.();
    };
    const variable: Variable = this.#module.variable({ ...observer, pending });
    return variable;
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
  #release(name: string, round: Promise<void> = this.#runtime._computing) {
    const awaited = this.#awaited.get(name);
    if (!awaited) return;
    this.#awaited.delete(name);
    round.then(awaited.resolve);
  }

  #give(name: string, value: unknown, round?: Promise<void>) {
    this.#failedExternals.delete(name);
    this.#externals.get(name).define(name, [], () => value);
    this.#release(name, round);
  }

  /**
   * Settles when all that reads these names, directly or not, has ended its work with the values that they have: a
   * cell when its function has returned and its lossless streams are over. A cell that holds, what it feeds, and what
   * reads an external name without a value are not waited for: they wait themselves.
   */
  async #settled(names: readonly string[]): Promise<void> {
    for (;;) {
      const reached = this.#reached(names);
      const works = reached.map((live) => live.main._promise);
      const outputs = reached.flatMap((live) => [...live.outputs.values()]);
      const told = [...names, ...reached.flatMap((live) => live.cell.defines)];
      const taps = told.flatMap((name) => this.#taps.get(name) ?? []);
      await Promise.allSettled([...works, ...[...outputs, ...taps].map((each) => each._promise)]);
      const streams = reached.flatMap((live) => [...live.run?.streams ?? []]);
      await Promise.all(streams.filter((each) => each.deliver === "all").map((each) => each.over));
      // work that something else began anew meanwhile is waited for too
      if (reached.every((live, i) => live.main._promise === works[i])) return;
    }
  }

  #reached(names: readonly string[]): Live[] {
    const lives = [...this.#cells.values()], cells = lives.map((live) => live.cell);
    const under = new Set(below(cells, names));
    const holding = lives.filter(({ cell, run }) =>
      this.hooks.holds?.(cell) && (under.has(cell) || !run?.working && !run?.recalled)
    );
    const without = [...this.#awaited.keys(), ...holding.flatMap(({ cell }) => cell.defines)];
    const waiting = new Set([...holding.map(({ cell }) => cell), ...below(cells, without)]);
    const reached = new Set(below(cells, names, (cell) => !waiting.has(cell)));
    return lives.filter((live) => reached.has(live.cell));
  }

  #owner(name: string): Live | undefined {
    for (const live of this.#cells.values()) if (live.cell.defines.includes(name)) return live;
  }

  #active(run: Run): boolean {
    return run.working && !run.superseded && !run.failed && (!run.returned || run.streams.size > 0);
  }

  #remove(key: string, live: Live) {
    const { run } = live;
    live.main.delete();
    for (const output of live.outputs.values()) output.delete();
    this.#cells.delete(key);
    if (!run) return;
    run.superseded = true;
    // it ends after the round that leads its readers elsewhere: nobody is told that it failed
    this.#runtime._computing.then(() => this.#supersede(run));
  }

  #ended() {
    this.#end.resolve();
    this.#end = Promise.withResolvers();
  }

  #supersede(run: Run) {
    run.superseded = true;
    this.#ended();
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
    const live: Live = {
      cell,
      fn,
      main: undefined,
      outputs: new Map(),
      latest: new Map(),
      overrides: new Map(),
    };
    this.#cells.set(cell.key, live);
    live.main = this.#variable({
      // a variable that is deleted is computed once more
      pending: () => this.#cells.get(cell.key) === live && this.#say(live, "queued"),
      fulfilled: (defined: Record<string, unknown>) => this.#returned(live, defined),
      rejected: (error: unknown) => this.#failed(live, error),
    });
    this.#defineMain(live);
    for (const name of cell.defines) {
      // a stream's own error arrives here; that the cell as a whole failed is said by the cell
      live.outputs.set(
        name,
        this.#variable({
          fulfilled: (value: unknown) => live.latest.set(name, value),
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
      (...values: unknown[]) => this.#start(live, values.map(given)),
    );
  }

  #defineOutput(live: Live, name: string) {
    live.outputs.get(name).define(name, [mainName(live.cell.key)], (defined: Record<string, unknown>) => {
      if (live.overrides.has(name)) return live.overrides.get(name);
      const value = defined?.[name];
      return value instanceof Stream ? value.values() : whole(value);
    });
  }

  /** One run of a cell; settles when the function returns, or at once when the run is superseded. */
  #start(live: Live, values: unknown[]): Promise<unknown> {
    const invalidation = values.pop() as Promise<void>;
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    const run: Run = {
      reads: values,
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
    // it settles before the next run begins
    invalidation.then(() => this.#supersede(run));
    const work = async () => {
      const recalled = await this.hooks.begin(live.cell, values);
      if (run.superseded) return {};
      if (recalled) {
        run.recalled = recalled.detail;
        return recalled.values;
      }
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
      live: (name, source, options) => {
        const stream: Stream = new Stream(name, source, {
          within: (work) => this.#within(live, work),
          settled: () => this.#settled([name]),
          ended: (stopped, error) => this.#streamEnded(live, run, stream, stopped, error),
        }, options);
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

  #returned(live: Live, defined: Record<string, unknown>) {
    const { run } = live;
    if (!run || run.superseded) return;
    run.defined = defined;
    run.returned = true;
    if (run.interrupted) { for (const stream of run.streams) stream.interrupt(); }
    if (run.streams.size === 0 && !run.failed) this.#done(live, run, run.interrupted);
  }

  #done(live: Live, run: Run, stopped: boolean) {
    live.error = undefined;
    this.#ended();
    const detail = run.recalled ?? { seconds: elapsed(run), ...(stopped ? { reason: "stopped" } : {}) };
    this.hooks.state(live.cell, "done", detail);
    if (run.recalled || !this.hooks.ended) return;
    const last = (name: string) => {
      const value = run.defined?.[name];
      return value instanceof Stream ? live.latest.get(name) : value;
    };
    const values = Object.fromEntries(live.cell.defines.map((name) => [name, last(name)]));
    this.hooks.ended(live.cell, { reads: run.reads, values, detail });
  }

  #streamEnded(live: Live, run: Run, stream: Stream, stopped: boolean, error: unknown) {
    run.streams.delete(stream);
    if (run.superseded || live.run !== run || error !== undefined || run.failed) return;
    if (run.returned && run.streams.size === 0) this.#done(live, run, stopped);
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
      this.#ended();
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

  #say(live: Live, state: CellState) {
    this.hooks.state(live.cell, state, {});
  }
}

/** A name that no cell here declares, as one whose cell has an error, is not the platform's thing of that name. */
const undeclared = (): never => {
  throw new Error("not declared");
};

/** A generator that a cell declares is a value like any other, which the runtime would unfold. */
class Whole {
  constructor(readonly value: unknown) {}
}
const whole = (value: unknown) => {
  const { next, return: end } = (value ?? {}) as Partial<Generator>;
  return typeof next === "function" && typeof end === "function" ? new Whole(value) : value;
};
const given = (value: unknown) => value instanceof Whole ? value.value : value;

/** What a variable has computed before it begins. */
const NOTHING = Promise.resolve();

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
