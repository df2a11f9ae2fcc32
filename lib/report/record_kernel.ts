/** The kernel of a recording: told what to run, and waited for until all of it has. Nothing in it waits for a person. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { cellNamed } from "../notebook/cell_named.ts";
import { type FromKernel, kernelCell } from "../notebook/kernel_messages.ts";
import type { Cell } from "../notebook/notebook.ts";
import { type Kernel, type KernelEnd, spawnKernel } from "../notebook/process.ts";
import type { Build } from "../notebook/session_build.ts";
import { below } from "../notebook/session_reach.ts";
import type { CellState } from "../notebook/wire.ts";
import { RecordFault, type RecordOptions } from "./record_options.ts";

/** A kernel that says nothing for so long, while none of its cells runs, does not answer any more. */
const SILENCE_MILLISECONDS = 20_000;
/** The engine that started is told within half a second. */
const ENGINE_MILLISECONDS = 700;

export class RecordKernel {
  readonly #kernel: Kernel;
  readonly #states = new Map<string, CellState>();
  /** cells that are to say something before all can be over */
  readonly #due = new Set<string>();
  #cells: readonly Cell[] = [];
  #over = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  #engine = Promise.withResolvers<void>();
  #closing = false;

  /**
   * @param runFolder the only folder that it may write
   * @param hears told every word
   */
  constructor(
    readonly options: RecordOptions,
    readonly build: Build,
    runFolder: string,
    readonly hears: (message: FromKernel) => void,
  ) {
    const { project, engine, settings, read, heap, memory, stranger, message, signal } = options;
    this.#failed.promise.catch(() => {});
    this.#kernel = spawnKernel({
      project: resolve(project),
      runFolder,
      engine,
      settings,
      read,
      heap,
      memory,
      stranger,
      message,
      keeps: true, // what the cells read is noted
      onMessage: (message) => this.#heard(message),
    });
    this.#kernel.ended.then((end) => this.#ended(end));
    signal?.addEventListener("abort", this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /** Cells by what they are doing. */
  get states(): ReadonlyMap<string, CellState> {
    return this.#states;
  }

  /**
   * Runs these cells in place of those before; one that is there already keeps its values.
   * @throws RecordFault when the kernel ends
   */
  load(cells: readonly Cell[]): Promise<void> {
    const { kernel: modules, notebook } = this.build;
    const known = new Set(this.#cells.map(({ key }) => key)), keys = new Set(cells.map(({ key }) => key));
    for (const key of this.#states.keys()) if (!keys.has(key)) this.#states.delete(key);
    this.#cells = cells;
    this.#kernel.send({
      t: "load",
      url: pathToFileURL(resolve(this.options.file)).href,
      ...modules,
      cells: cells.map(kernelCell),
      toBrowser: notebook.toBrowser,
      inputs: {},
      again: [],
      dear: [],
      reasons: {},
      refused: {},
    });
    return this.#settled(cells.filter(({ key }) => !known.has(key)));
  }

  /**
   * Gives inputs other values than they have, and runs what depends on them.
   * @throws RecordFault when the kernel ends
   */
  set(values: Readonly<Record<string, unknown>>): Promise<void> {
    this.#kernel.send({ t: "set", values });
    return this.#settled(below(this.#cells, Object.keys(values)));
  }

  /** Settles when the engine that started is told, if one did. */
  async engineTold(): Promise<void> {
    if (!this.build.kernel.engine) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, ENGINE_MILLISECONDS));
    await Promise.race([this.#engine.promise, this.#failed.promise, late]);
    clearTimeout(timer);
    await this.#answered();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.options.signal?.removeEventListener("abort", this.#abort);
    this.#kernel.kill("recorded");
    await this.#kernel.ended;
  }

  /** Settles when these cells have run, what they made run, and all that was said of it has come. */
  async #settled(cells: readonly Cell[]): Promise<void> {
    this.#over = Promise.withResolvers();
    for (const { key } of cells) this.#due.add(key);
    this.#look();
    await Promise.race([this.#over.promise, this.#failed.promise]);
    await this.#answered(); // the last values follow the word that their cell is done
  }

  async #answered(): Promise<void> {
    const answers = await Promise.race([this.#kernel.ping(SILENCE_MILLISECONDS), this.#failed.promise]);
    if (!answers) throw new RecordFault(`the kernel does not answer${this.#within()}`);
  }

  #heard(message: FromKernel) {
    this.hears(message);
    if (message.t === "engine") this.#engine.resolve();
    if (message.t !== "state") return;
    if (!this.#cells.some(({ key }) => key === message.cell)) return; // of a version that is no more
    this.#states.set(message.cell, message.state);
    this.#due.delete(message.cell);
    // it trains or took long, and waits for somebody who asks for it
    if (message.state === "stale") this.#kernel.send({ t: "run", cells: [message.cell], again: [] });
    this.#look();
  }

  #look() {
    const ended = (state: CellState) => state === "done" || state === "error";
    if (this.#due.size === 0 && this.#states.values().every(ended)) this.#over.resolve();
  }

  readonly #abort = () => {
    this.#failed.reject(this.options.signal!.reason);
    this.#kernel.kill("stopped");
  };

  #ended({ why }: KernelEnd) {
    if (!this.#closing) this.#failed.reject(new RecordFault(`the kernel ended${this.#within()}: ${why}`));
  }

  /** ` in cell train`, of what runs. */
  #within(): string {
    const running = this.#cells.find(({ key }) => this.#states.get(key) === "running");
    return running ? ` in ${cellNamed(running.name)}` : "";
  }
}
