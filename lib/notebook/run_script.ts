/** In a kernel: a notebook as a script, its cells one after another in file order. */
import { encode } from "./codec.ts";
import { fromText } from "./input_words.ts";
import { type Input, InvalidInput } from "./inputs.ts";
import { importPrograms } from "./import_programs.ts";
import type { FromKernel, KernelCell, ToKernel } from "./kernel_messages.ts";
import { printed } from "./print.ts";
import { progressText } from "./progress_text.ts";
import { runOrder } from "./run_order.ts";
import type { Program } from "./runtime.ts";
import { cellError, waiting } from "./runtime_error.ts";
import { delivery, type LiveOptions } from "./stream.ts";
import type { CellError } from "./wire.ts";

type Script = Extract<ToKernel, { t: "script" }>;
type Source = AsyncIterable<unknown> & { abort?: () => void };

const PROGRESS_MILLISECONDS = 100;

export class ScriptRun {
  /** of the cell that runs: an interrupt ends its work, and not that of the cells below */
  #control = new AbortController();
  readonly #values = new Map<string, unknown>();
  /** names that have no value, and what failed first */
  readonly #missing = new Map<string, string>();
  readonly #inputs: Record<string, unknown> = {};
  #interrupted = Promise.withResolvers<"interrupted">();

  constructor(
    readonly send: (message: FromKernel) => void,
    readonly script: Script,
    readonly within: <T>(cell: string, work: () => T) => T,
  ) {}

  /** Runs every code cell whose inputs are there. */
  async run(): Promise<void> {
    let programs: Program[] = [];
    try {
      programs = await importPrograms(this.script);
    } catch (thrown) {
      const error = cellError(thrown, [this.script.code]);
      this.send({ t: "ran", cell: { name: "setup", seconds: 0, error } });
    }
    for (const cell of runOrder(this.script.cells)) {
      const program = programs.find((program) => program.id === cell.id);
      if (program) await this.#cell(cell, program);
    }
    this.send({ t: "ended", inputs: this.#inputs, values: encode(this.#sendable()) });
  }

  /**
   * Takes an error that no cell waits for, of a timer or a promise that nobody looked at: the cell that caused it has
   * failed, though it may have ended.
   */
  failed(thrown: unknown, key?: string) {
    const error = cellError(thrown, [this.script.code]);
    const name = this.script.cells.find((cell) => cell.key === key)?.name ?? "setup";
    this.send({ t: "ran", cell: { name, seconds: 0, error } });
  }

  /** Ends the stream that runs; what follows goes on with its last value. */
  interrupt() {
    this.#interrupted.resolve("interrupted");
    this.#interrupted = Promise.withResolvers();
    this.#control.abort(new DOMException("stopped", "AbortError"));
  }

  async #cell(cell: KernelCell, program: Program) {
    const began = performance.now();
    const failed = cell.reads.map((name) => this.#missing.get(name)).find((name) => name !== undefined);
    let error: CellError | undefined = failed === undefined ? undefined : waiting(failed);
    if (!error) {
      this.#control = new AbortController();
      this.send({ t: "start", cell: cell.key });
      try {
        const defined = await this.within(cell.key, () => this.#call(cell, program)) as Record<
          string,
          unknown
        >;
        for (const name of cell.defines) this.#values.set(name, defined?.[name]);
      } catch (thrown) {
        if (thrown instanceof InvalidInput) this.send({ t: "wrongInput", message: thrown.message });
        error = cellError(thrown, [this.script.code]);
      }
    }
    if (error) { for (const name of cell.defines) this.#missing.set(name, error.waitsFor ?? name); }
    const seconds = (performance.now() - began) / 1000;
    this.send({ t: "ran", cell: { name: cell.name, seconds, ...(error ? { error } : {}) } });
  }

  #call(cell: KernelCell, program: Program): unknown {
    const capabilities = {
      display: <T>(value: T): T => {
        this.#show(cell.key, value);
        return value;
      },
      view: (name: string, input: unknown) => this.#inputs[name] = this.#view(name, input as Input),
      live: (name: string, source: Source, how?: LiveOptions) => {
        delivery(how);
        return this.#live(name, source);
      },
      signal: this.#control.signal,
      invalidation: new Promise<void>(() => {}),
    };
    return program.fn(capabilities as never, ...cell.reads.map((name) => this.#values.get(name)));
  }

  #view(name: string, input: Input): unknown {
    const word = this.script.set[name];
    return word === undefined ? input.value : fromText(input, word, name);
  }

  #show(cell: string, value: unknown) {
    const text = printed(value, this.script.columns);
    if (!this.script.data) return this.send({ t: "shown", cell, text });
    this.send({ t: "shown", cell, text, value: encode(asData(value, text)) });
  }

  /** The last value of a stream, with word of where it stands. */
  async #live(name: string, source: Source): Promise<unknown> {
    const iterator = source[Symbol.asyncIterator]();
    let last: { value: unknown } | undefined;
    let count = 0;
    let saidAt = -Infinity;
    let stop: Promise<"interrupted"> = this.#interrupted.promise;
    const tell = (ended: boolean) =>
      this.send({ t: "progress", progress: { name, count, text: progressText(last?.value) }, ended });
    let pending = iterator.next();
    for (;;) {
      const next = await Promise.race([pending, stop]);
      if (next === "interrupted") {
        stop = new Promise(() => {});
        if (!source.abort) break;
        source.abort(); // its last value is still to come
        continue;
      }
      if (next.done) break;
      last = { value: next.value };
      count++;
      pending = iterator.next();
      if (performance.now() - saidAt < PROGRESS_MILLISECONDS) continue;
      saidAt = performance.now();
      tell(false);
    }
    Promise.resolve(iterator.return?.()).catch(() => {});
    tell(true);
    if (!last) throw new Error(`${name} ended without a value`);
    return last.value;
  }

  /** Every value that is data. */
  #sendable(): Record<string, unknown> {
    if (!this.script.data) return {};
    const all: Record<string, unknown> = {};
    for (const [name, value] of this.#values) {
      try {
        encode(value);
        all[name] = value;
      } catch {
        // functions, models and datasets stay where they are
      }
    }
    return all;
  }
}

function asData(value: unknown, text: string): unknown {
  const kind = (value as { type?: unknown } | null)?.type;
  if (kind === "chart") {
    const { title, alt } = value as { title?: string; alt?: string };
    return { type: "chart", title, alt, text };
  }
  if (kind === "markdown") return text;
  try {
    encode(value);
    return value;
  } catch {
    return text;
  }
}
