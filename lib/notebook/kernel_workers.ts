/**
 * In a kernel: cells marked `[worker]`, each run in a thread, so that a computation which never ends holds up no other
 * cell and can be stopped alone. What crosses is data by the codec; functions and classes that such a cell reads are
 * evaluated again in its thread.
 */
import { cellNamed } from "./cell_named.ts";
import { encode, EncodeError } from "./codec.ts";
import type { EngineWanted } from "./kernel_engine.ts";
import type { KernelCell } from "./kernel_messages.ts";
import type { Level } from "./kernel_output.ts";
import type { WorkerRun } from "./kernel_worker_messages.ts";
import { runInThread, StayedInThread } from "./kernel_worker_run.ts";
import { KernelWorkerThread, type ThreadHooks } from "./kernel_worker_thread.ts";
import type { Capabilities, Program } from "./runtime.ts";
import { CellFailure } from "./runtime_error.ts";

export interface WorkersHooks extends ThreadHooks {
  /** a line that a cell's thread wrote, or an error that nobody there waits for */
  log(cell: string, level: Level, text: string): void;
  /** chosen in each thread of a notebook that needs it */
  readonly engine: EngineWanted;
}

/** A version of the notebook, as far as threads need it. */
export interface WorkerLoad {
  readonly code: string;
  readonly vendor: string;
  /** whether what is imported brings the engine along */
  readonly engine: boolean;
  readonly cells: readonly KernelCell[];
  /** names that cells of the page read */
  readonly toBrowser: readonly string[];
}

/** Threads that wait for the next run: beginning one costs 30 ms, with the library in it 600. */
const IDLE = 2;

export class KernelWorkers {
  readonly #threads = new Set<KernelWorkerThread>();
  #idle: KernelWorkerThread[] = [];
  #vendor = "";
  #runs = 0;
  /** by key of a cell of functions: what it read when it was evaluated last */
  readonly #read = new Map<string, readonly unknown[]>();

  constructor(readonly hooks: WorkersHooks) {}

  /**
   * The programs of a version as the runtime is to call them: those of worker cells run in threads, the others as they
   * are.
   * @example
   * ```ts ignore
   * const programs = workers.programs(message, await importPrograms(message));
   * ```
   */
  programs(load: WorkerLoad, programs: readonly Program[]): Program[] {
    this.#vendor = load.vendor;
    for (const thread of this.#idle) if (thread.vendor !== load.vendor) this.#drop(thread);
    const keys = new Set(load.cells.map((cell) => cell.key));
    for (const key of this.#read.keys()) if (!keys.has(key)) this.#read.delete(key);
    return programs.map((program) => {
      const cell = load.cells.find((cell) => cell.id === program.id);
      if (!cell) return program;
      if (cell.worker) return { id: cell.id, fn: (verbs, ...reads) => this.#run(load, cell, verbs, reads) };
      return { id: cell.id, fn: (verbs, ...reads) => this.#call(cell, program, verbs, reads) };
    });
  }

  /** Ends all threads, in the midst of whatever they do. */
  close(): void {
    for (const thread of this.#threads) this.#drop(thread);
  }

  /** A cell in the kernel's own thread. */
  #call(cell: KernelCell, program: Program, verbs: Capabilities, reads: readonly unknown[]) {
    // a thread that evaluates these functions needs what they read here
    if (cell.onlyFunctions) this.#read.set(cell.key, reads);
    // it reads since an edit what nobody read when the worker ran
    const stayed = reads.find((value) => value instanceof StayedInThread);
    if (stayed) throw new CellFailure({ name: EncodeError.name, message: stayed.why, hint: LEAVES });
    return program.fn(verbs, ...reads);
  }

  #run(load: WorkerLoad, cell: KernelCell, verbs: Capabilities, reads: readonly unknown[]) {
    const message = this.#message(load, cell, reads);
    const thread = this.#idle.pop() ?? new KernelWorkerThread(load.vendor, this.hooks);
    this.#threads.add(thread);
    return runInThread(thread, message, verbs, {
      log: (level, text) => this.hooks.log(cell.key, level, text),
      rest: () => {
        const useful = thread.vendor === this.#vendor && !thread.over && this.#idle.length < IDLE;
        if (useful) this.#idle.push(thread);
        else this.#drop(thread);
      },
    });
  }

  #drop(thread: KernelWorkerThread) {
    thread.terminate();
    this.#threads.delete(thread);
    this.#idle = this.#idle.filter((each) => each !== thread);
  }

  /** Throws for what a cell reads and is no data. */
  #message(load: WorkerLoad, cell: KernelCell, reads: readonly unknown[]): WorkerRun {
    const functions = functionCells(load.cells, cell);
    const here = new Set(functions.flatMap((each) => each.defines));
    const values: Record<string, Uint8Array> = {};
    const give = (reader: KernelCell, given: readonly unknown[]) =>
      reader.reads.forEach((name, i) => {
        if (!here.has(name)) values[name] ??= encoded(load.cells, name, given[i]);
      });
    for (const each of functions) give(each, this.#read.get(each.key) ?? []);
    give(cell, reads);
    const { code, vendor, cells, toBrowser } = load;
    const wanted = [...toBrowser, ...cells.flatMap((each) => each.reads)];
    return {
      t: "run",
      run: ++this.#runs,
      code,
      vendor,
      engine: load.engine ? this.hooks.engine : null,
      functions,
      cell,
      wanted: cell.defines.filter((name) => wanted.includes(name)),
      values,
    };
  }
}

const LEAVES = "What leaves a worker's thread is data; put functions in a cell of their own.";

/** The cells of functions that a cell reads, directly or by way of such cells, each after those that it reads. */
function functionCells(cells: readonly KernelCell[], cell: KernelCell): KernelCell[] {
  const found = new Set<KernelCell>();
  const visit = (reader: KernelCell) => {
    for (const name of reader.reads) {
      const maker = cells.find((each) => each.defines.includes(name));
      if (!maker?.onlyFunctions || maker.worker || found.has(maker)) continue;
      visit(maker);
      found.add(maker);
    }
  };
  visit(cell);
  return [...found];
}

function encoded(cells: readonly KernelCell[], name: string, value: unknown): Uint8Array {
  try {
    return encode(value, name);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    const maker = cells.find((cell) => cell.defines.includes(name));
    throw new CellFailure({
      name: error.name,
      message: `${error.message} (${
        maker ? cellNamed(maker.name) : "an input"
      }; a worker has a thread of its own)`,
      hint: "What enters a worker's thread is data, or functions from a cell of functions only.",
    });
  }
}
