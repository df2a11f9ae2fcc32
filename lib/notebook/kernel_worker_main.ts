/**
 * The main of a kernel's thread that runs cells marked `[worker]`, one run at a time: an endless computation holds up
 * this thread and no other. It evaluates the cells of functions that a cell reads, so these work here too.
 */
import process from "node:process";
import { decode, encode, EncodeError } from "./codec.ts";
import { importPrograms } from "./import_programs.ts";
import { captureOutput } from "./kernel_capture.ts";
import { useEngine } from "./kernel_engine.ts";
import { OUTPUT_LIMIT } from "./kernel_output.ts";
import type { FromWorker, ToWorker, WorkerCell, WorkerNews, WorkerRun } from "./kernel_worker_messages.ts";
import type { Capabilities, Program } from "./runtime.ts";
import { cellError, CellFailure } from "./runtime_error.ts";
import { type LiveOptions, NoValue, Stream } from "./stream.ts";
import { encodedTails, TailSender } from "./tails.ts";

interface Running {
  readonly control: AbortController;
  readonly over: PromiseWithResolvers<void>;
  readonly flows: Map<string, Flow>;
  /** the cell has taken its signal */
  heeds: boolean;
}

interface Flow {
  readonly stream: Stream;
  readonly values: AsyncGenerator<unknown, void>;
  readonly sender: TailSender;
}

Error.stackTraceLimit = 50;
/** number of the run that began last */
let now = 0;
/** bytes that it has shown and logged; the kernel cuts at the limit, more need not travel */
let spent = 0;
let modules: string[] = [];
let engine: Promise<void> | undefined;
/** runs that are not over, by number: one that has ended may still hold what its invalidation cleans up */
const running = new Map<number, Running>();

captureOutput((level, text) => spend(text.length, { t: "log", level, text }));
captureErrors();
captureExit();
self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => take(data));

function post(news: WorkerNews, run = now) {
  self.postMessage({ run, news } satisfies FromWorker);
}

function take(message: ToWorker) {
  if (message.t === "run") return void run(message);
  const known = running.get(message.run);
  switch (message.t) {
    case "abort":
      post({ t: "heard" }, message.run);
      return abort(message.run, message.why);
    case "stop":
      post({ t: "heard" }, message.run);
      return known?.flows.get(message.stream)?.stream.interrupt();
    case "next":
      return void next(message.run, message.stream, known?.flows.get(message.stream));
    case "return":
      return void leave(message.run, message.stream, known?.flows.get(message.stream));
  }
}

function abort(number: number, why: "stopped" | "superseded") {
  const known = running.get(number);
  known?.control.abort(new DOMException(why, "AbortError"));
  if (why !== "superseded" || !known) return;
  running.delete(number);
  known.over.resolve();
  for (const { stream, values } of known.flows.values()) {
    stream.drop();
    values.return().catch(() => {});
  }
}

async function run(message: WorkerRun) {
  const own: Running = {
    control: new AbortController(),
    over: Promise.withResolvers(),
    flows: new Map(),
    heeds: false,
  };
  running.set(message.run, own);
  modules = [message.code, ...modules.filter((each) => each !== message.code)].slice(0, 20);
  [now, spent] = [message.run, 0];
  try {
    if (message.engine) {
      await (engine ??= useEngine(message.engine, (message) => post({ t: "send", message })));
    }
    const programs = await importPrograms(message);
    own.control.signal.throwIfAborted();
    post({ t: "began" }, message.run);
    const defined = await call(message, programs, capabilities(own));
    post({ t: "returned", ...returned(message, defined), heeds: own.heeds }, message.run);
  } catch (thrown) {
    for (const { stream } of own.flows.values()) stream.drop();
    post({ t: "failed", error: cellError(thrown, modules) }, message.run);
  }
}

/** Evaluates the functions that the cell reads, and calls the cell. */
function call({ functions, cell, values }: WorkerRun, programs: readonly Program[], verbs: Capabilities) {
  const known = new Map(Object.entries(values).map(([name, bytes]) => [name, decode(bytes)]));
  const of = ({ id, reads }: WorkerCell) => {
    const program = programs.find((program) => program.id === id);
    if (!program) throw new Error(`missing program: cell ${id}`);
    return program.fn(verbs, ...reads.map((name) => known.get(name)));
  };
  for (const each of functions) {
    const defined = of(each) as Record<string, unknown>;
    for (const name of each.defines) known.set(name, defined[name]);
  }
  return of(cell) as Promise<Record<string, unknown>>;
}

function capabilities(running: Running): Capabilities {
  const { control, over, flows } = running;
  return {
    display(value) {
      const bytes = encode(value, "display");
      spend(bytes.length, { t: "display", value: bytes });
      return value;
    },
    view(name) {
      throw new CellFailure({
        name: "Error",
        message: `invalid view: ${name} is in a worker (inputs live in the page)`,
      });
    },
    live(name, source, options?: LiveOptions) {
      const stream = new Stream(name, source, {
        within: (work) => work(),
        settled: () => Promise.resolve(), // the kernel asks for the next value when all has settled there
        ended: () => {},
      }, options);
      flows.set(name, { stream, values: stream.values(), sender: new TailSender() });
      return stream;
    },
    get signal() {
      running.heeds = true;
      return control.signal;
    },
    ending: control.signal,
    invalidation: over.promise,
  };
}

/** Throws for a name that other cells read and whose value is no data. */
function returned(
  { cell, wanted }: WorkerRun,
  defined: Record<string, unknown>,
): Pick<WorkerNews & { t: "returned" }, "values" | "refused" | "streams"> {
  const values: Record<string, Uint8Array> = {}, refused: Record<string, string> = {};
  const streams: Record<string, Pick<Stream, "deliver"> & { aborts: boolean }> = {};
  for (const name of cell.defines) {
    const value = defined[name];
    if (value instanceof Stream) {
      streams[name] = { deliver: value.deliver, aborts: typeof value.source.abort === "function" };
      continue;
    }
    try {
      values[name] = encode(value, name);
    } catch (error) {
      if (!(error instanceof EncodeError) || wanted.includes(name)) throw error;
      refused[name] = error.message;
    }
  }
  return { values, refused, streams };
}

async function next(run: number, stream: string, flow?: Flow) {
  if (!flow) return post({ t: "end", stream }, run);
  try {
    const { done, value } = await flow.values.next();
    if (done) post({ t: "end", stream }, run);
    else post({ t: "value", stream, value: encodedTails(flow.sender, stream, value) }, run);
  } catch (thrown) {
    flow.stream.drop();
    // that there was no value is for the kernel to say, which knows whether the stream was stopped
    const error = thrown instanceof NoValue ? {} : { error: cellError(thrown, modules) };
    post({ t: "end", stream, ...error }, run);
  }
}

async function leave(run: number, stream: string, flow?: Flow) {
  flow?.stream.drop();
  await flow?.values.return().catch(() => {});
  post({ t: "end", stream }, run);
}

function spend(bytes: number, news: WorkerNews) {
  if (spent > OUTPUT_LIMIT) return;
  spent += bytes;
  post(news);
}

function captureErrors() {
  const stray = (thrown: unknown) => post({ t: "stray", error: cellError(thrown, modules) });
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    stray(event.reason);
  });
  self.addEventListener("error", (event) => {
    event.preventDefault();
    stray(event.error);
  });
}

/** Code that ends its process ends this thread alone: the kernel is told, and takes the thread away. */
function captureExit() {
  const exit = (code: unknown): never => {
    post({ t: "exit", code: Number(code ?? 0) });
    throw new CellFailure({ name: "Error", message: `its code ended its thread (exit code ${code ?? 0})` });
  };
  Object.defineProperty(Deno, "exit", { value: exit });
  Object.defineProperty(process, "exit", { value: exit });
  Object.defineProperty(self, "close", { value: () => exit(0) });
}
