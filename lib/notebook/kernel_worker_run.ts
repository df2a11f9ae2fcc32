/** In a kernel: one run of a cell in a thread, as the runtime sees a run that it calls itself. */
import { decode } from "./codec.ts";
import type { Level } from "./kernel_output.ts";
import { workerFailure } from "./kernel_worker_failure.ts";
import { type FlowWord, ThreadFlow } from "./kernel_worker_flow.ts";
import type { KernelWorkerThread } from "./kernel_worker_thread.ts";
import type { WorkerNews, WorkerRun } from "./kernel_worker_messages.ts";
import type { Capabilities } from "./runtime.ts";
import type { CellError } from "./wire.ts";

/** How long a thread that was asked to end something may be silent before it is ended itself. */
const SILENCE_MILLISECONDS = 200;

export interface WorkerRunHooks {
  log(level: Level, text: string): void;
  /** once, when the thread has nothing more to do; or it is over */
  rest(): void;
}

/**
 * Runs a cell in a thread. The promise gives what the cell's function returned: data, streams by the capability `live`,
 * and a `StayedInThread` for what is no data. An abort reaches the cell's `signal`; a thread that
 * does not hear it, or a function that goes on, is ended.
 */
export function runInThread(
  thread: KernelWorkerThread,
  message: WorkerRun,
  capabilities: Capabilities,
  hooks: WorkerRunHooks,
): Promise<Record<string, unknown>> {
  return new ThreadRun(thread, message.run, capabilities, hooks).begin(message);
}

class ThreadRun {
  readonly #result = Promise.withResolvers<Record<string, unknown>>();
  readonly #flows = new Map<string, ThreadFlow>();
  /** the cell's function is called, and has ended */
  #began = false;
  #returned = false;
  #rested = false;
  #silence?: ReturnType<typeof setTimeout>;

  constructor(
    readonly thread: KernelWorkerThread,
    readonly run: number,
    readonly capabilities: Capabilities,
    readonly hooks: WorkerRunHooks,
  ) {}

  begin(message: WorkerRun): Promise<Record<string, unknown>> {
    const { ending, invalidation } = this.capabilities;
    ending.addEventListener("abort", () => this.#abort(ending.reason), { once: true });
    invalidation.then(() => this.thread.post({ t: "abort", run: this.run, why: "superseded" }));
    this.thread.begin(message, (news) => this.#hear(news));
    return this.#result.promise;
  }

  #hear(news: WorkerNews): void {
    switch (news.t) {
      case "heard":
        // a function that hears and goes on ends when the same time is over again
        return this.#returned ? clearTimeout(this.#silence) : undefined;
      case "began":
        this.#began = true;
        return this.capabilities.ending.aborted ? this.#expectWord() : undefined;
      case "display":
        return void this.capabilities.display(decode(news.value));
      case "log":
        return this.hooks.log(news.level, news.text);
      case "stray":
        return this.hooks.log("error", strayText(news.error));
      case "exit":
        return this.#giveUp({ name: "Error", message: `its code ended its thread (exit code ${news.code})` });
      case "returned":
        return this.#return(news);
      case "failed":
        return this.#fail(news.error);
      case "value":
        return this.#flows.get(news.stream)?.take(news.value);
      case "end":
        return this.#end(news.stream, news.error);
    }
  }

  #return({ values, refused, streams, heeds }: WorkerNews & { t: "returned" }) {
    this.#returned = true;
    clearTimeout(this.#silence);
    if (heeds) void this.capabilities.signal; // the cell has taken it there
    const all: Record<string, unknown> = {};
    for (const [name, bytes] of Object.entries(values)) all[name] = decode(bytes);
    for (const [name, why] of Object.entries(refused)) all[name] = new StayedInThread(why);
    for (const [name, { deliver, aborts }] of Object.entries(streams)) {
      const flow = new ThreadFlow((word) => this.#ask(name, word), aborts);
      this.#flows.set(name, flow);
      all[name] = this.capabilities.live(name, flow, { deliver });
    }
    this.#result.resolve(all);
    this.#rest();
  }

  #fail(error: CellError) {
    this.#returned = true;
    this.#result.reject(workerFailure(error));
    for (const stream of this.#flows.keys()) this.#end(stream, error);
    this.#rest();
  }

  #ask(stream: string, word: FlowWord) {
    if (word !== "next" && !this.#flows.get(stream)?.over) this.#expectWord();
    this.thread.post({ t: word, run: this.run, stream });
  }

  #end(stream: string, error?: CellError) {
    const flow = this.#flows.get(stream);
    if (!flow) return;
    flow.end(error);
    clearTimeout(this.#silence);
    this.#rest();
  }

  #abort(reason: Error) {
    const why = reason.message === "stopped" ? "stopped" as const : "superseded" as const;
    this.thread.post({ t: "abort", run: this.run, why });
    if (this.#rested) return;
    // what it imports is no endless computation of the cell's, and takes a while
    if (this.#began) this.#expectWord();
    if (!this.#began || why === "superseded") this.#result.reject(workerFailure(STOPPED));
  }

  #expectWord() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#giveUp(STOPPED), SILENCE_MILLISECONDS);
  }

  /** The thread is taken away: the function has failed, streams keep their last values. */
  #giveUp(error: CellError) {
    this.thread.terminate();
    clearTimeout(this.#silence);
    this.#result.reject(workerFailure(error));
    for (const stream of this.#flows.keys()) this.#end(stream, error === STOPPED ? undefined : error);
    this.#rest();
  }

  #rest() {
    const busy = !this.#returned || [...this.#flows.values()].some((flow) => !flow.over);
    if (this.#rested || !this.thread.over && busy) return;
    this.#rested = true;
    clearTimeout(this.#silence);
    this.hooks.rest();
  }
}

const STOPPED: CellError = { name: "Stopped", message: "stopped before it ended", hint: "Run it again." };

const strayText = ({ name, message, line }: CellError): string =>
  `${line === undefined ? "" : `line ${line}: `}${name}: ${message}`;

/** Stands for a value that is no data and stayed in its thread, where nobody else read it. */
export class StayedInThread {
  constructor(readonly why: string) {}
}
