/**
 * A cell that runs as its reads change: one variable whose value is the object of its definitions, and for each
 * definition a variable that picks its own. It says what the cell does, and keeps what its last run came to.
 */
import { RuntimeError } from "@observablehq/runtime";
import type { Capabilities, Program, RuntimeCell } from "./runtime_cell.ts";
import { cellError, waiting } from "./runtime_error.ts";
import type { RuntimeHooks } from "./runtime_hooks.ts";
import { endsByStop, Run } from "./runtime_run.ts";
import { given, restartable, type Variable, type Variables, whole } from "./runtime_variable.ts";
import { type LiveOptions, Stream } from "./stream.ts";
import type { CellError, CellState } from "./wire.ts";

/** What a cell asks of the runtime that it is in. */
export interface LiveHooks extends RuntimeHooks {
  /** a run is over, in whatever way */
  over(): void;
  /** settles when all that reads these names has ended its work with their values */
  settled(names: readonly string[]): Promise<void>;
  /** the value that failed first, up the chain of those that wait */
  root(name: string): string;
}

export class LiveCell {
  readonly #main: Variable;
  readonly #outputs = new Map<string, Variable>();
  /** the last value of each stream */
  readonly #latest = new Map<string, unknown>();
  /** values set from outside since the cell last ran, by name of its views */
  readonly #overrides = new Map<string, unknown>();
  #gone = false;
  /** what it runs, or ran last */
  run?: Run;
  error?: CellError;

  constructor(
    readonly variables: Variables,
    public cell: RuntimeCell,
    public fn: Program["fn"],
    readonly hooks: LiveHooks,
  ) {
    this.#main = restartable(variables, {
      // a variable that is deleted is computed once more
      pending: () => this.#gone || this.#say("queued"),
      fulfilled: (defined: Record<string, unknown>) => this.#returned(defined),
      rejected: (error: unknown) => this.#failed(error),
    });
    this.begin();
    for (const name of cell.defines) {
      // a stream's own error arrives here; that the cell as a whole failed is said by the cell
      this.#outputs.set(
        name,
        restartable(variables, {
          fulfilled: (value: unknown) => this.#latest.set(name, value),
          rejected: (error: unknown) => error instanceof RuntimeError || this.#failed(error),
        }),
      );
      this.#defineOutput(name);
    }
  }

  /** What the last run computes, or computed: another promise for each. */
  get work(): Promise<unknown> {
    return this.#main._promise;
  }

  get outputs(): Iterable<Variable> {
    return this.#outputs.values();
  }

  /** Its turn comes when all that it reads has a value; then it runs, again if it ran before. */
  begin(): void {
    const { reads, key } = this.cell;
    this.#main.define(
      mainName(key),
      [...reads, "invalidation"],
      (...values: unknown[]) => this.#start(values.map(given)),
    );
  }

  /** Gives one of its views another value. */
  override(name: string, value: unknown): void {
    this.#overrides.set(name, value);
    this.#defineOutput(name);
  }

  /** It is no more: its names are gone, and its run ends. */
  remove(): void {
    this.#gone = true;
    this.#main.delete();
    for (const output of this.#outputs.values()) output.delete();
    const { run } = this;
    if (!run) return;
    run.superseded = true;
    // it ends after the round that leads its readers elsewhere: nobody is told that it failed
    this.variables.runtime._computing.then(() => this.#supersede(run));
  }

  /** Ends its run at once. */
  end(): void {
    if (this.run) this.#supersede(this.run);
  }

  #defineOutput(name: string) {
    this.#outputs.get(name).define(name, [mainName(this.cell.key)], (defined: Record<string, unknown>) => {
      if (this.#overrides.has(name)) return this.#overrides.get(name);
      const value = defined?.[name];
      return value instanceof Stream ? value.values() : whole(value);
    });
  }

  /** One run; settles when the function returns, or at once when the run is superseded. */
  #start(values: unknown[]): Promise<unknown> {
    const invalidation = values.pop() as Promise<void>;
    const run = this.run = new Run(values);
    this.error = undefined;
    this.#overrides.clear();
    // it settles before the next run begins
    invalidation.then(() => this.#supersede(run));
    return run.outcome(this.#work(run, invalidation));
  }

  async #work(run: Run, invalidation: Promise<void>): Promise<unknown> {
    const recalled = await this.hooks.begin(this.cell, run.reads);
    if (run.superseded) return {};
    if (recalled) {
      run.recalled = recalled.detail;
      return recalled.values;
    }
    run.working = true;
    this.#say("running");
    const capabilities = new RunCapabilities(
      run,
      invalidation,
      (value) => {
        if (!run.superseded) this.hooks.display(this.cell, value);
        return value;
      },
      (name, input) => this.hooks.view(this.cell, name, input),
      (name, source, options) => this.#live(run, name, source, options),
    );
    return await this.#within(() => this.fn(capabilities, ...run.reads));
  }

  #live(run: Run, name: string, source: AsyncIterable<unknown>, options?: LiveOptions): Stream {
    const stream: Stream = new Stream(name, source, {
      within: (work) => this.#within(work),
      settled: () => this.hooks.settled([name]),
      ended: (stopped, error) => this.#streamEnded(run, stream, stopped, error),
    }, options);
    run.streams.add(stream);
    return stream;
  }

  #within<T>(work: () => T): T {
    return this.hooks.within ? this.hooks.within(this.cell, work) : work();
  }

  #supersede(run: Run) {
    run.supersede();
    this.hooks.over();
  }

  #returned(defined: Record<string, unknown>) {
    const { run } = this;
    if (!run || run.superseded) return;
    run.defined = defined;
    run.returned = true;
    if (run.interrupted) run.interruptStreams();
    if (run.streams.size === 0 && !run.failed) this.#done(run, run.interrupted && run.heeds);
  }

  #streamEnded(run: Run, stream: Stream, stopped: boolean, error: unknown) {
    run.streams.delete(stream);
    if (run.superseded || this.run !== run || error !== undefined || run.failed) return;
    if (run.returned && run.streams.size === 0) this.#done(run, stopped);
  }

  #done(run: Run, stopped: boolean) {
    this.error = undefined;
    this.hooks.over();
    const detail = run.recalled ?? { seconds: run.seconds, ...(stopped ? { reason: "stopped" } : {}) };
    this.hooks.state(this.cell, "done", detail);
    if (run.recalled || !this.hooks.ended) return;
    const last = (name: string) => {
      const value = run.defined?.[name];
      return value instanceof Stream ? this.#latest.get(name) : value;
    };
    const values = Object.fromEntries(this.cell.defines.map((name) => [name, last(name)]));
    this.hooks.ended(this.cell, { reads: run.reads, values, detail });
  }

  #failed(thrown: unknown) {
    const { run } = this;
    if (run?.superseded && !(thrown instanceof RuntimeError)) return;
    const upstream = thrown instanceof RuntimeError
      ? (thrown as RuntimeError & { input?: string }).input
      : undefined;
    if (upstream !== undefined) {
      this.error = waiting(this.hooks.root(upstream));
      return this.hooks.state(this.cell, "error", { error: this.error });
    }
    this.error = cellError(thrown, this.hooks.modules());
    if (run) {
      run.failed = true;
      this.hooks.over();
      run.dropStreams();
    }
    this.hooks.state(this.cell, "error", {
      error: this.error,
      ...(run ? { seconds: run.seconds } : {}),
      ...(run?.interrupted && endsByStop(thrown) ? { reason: "stopped" } : {}),
    });
  }

  #say(state: CellState) {
    this.hooks.state(this.cell, state, {});
  }
}

/** What a run's function gets: taken apart before it is used, so only the signal, which is noted, is no field. */
class RunCapabilities implements Capabilities {
  constructor(
    readonly run: Run,
    readonly invalidation: Promise<void>,
    readonly display: Capabilities["display"],
    readonly view: Capabilities["view"],
    readonly live: Capabilities["live"],
  ) {}

  get signal(): AbortSignal {
    this.run.heeds = true;
    return this.run.control.signal;
  }

  get ending(): AbortSignal {
    return this.run.control.signal;
  }
}

const mainName = (key: string) => `cell ${key}`;
