/**
 * The kernel's main: a child process that runs a notebook's cells with the permissions it was given. Messages come
 * and go on stdin and stdout, which user code no longer reaches. Arguments: what `KernelArguments` says, as JSON.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { dirname, join } from "node:path";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { setImmediate } from "node:timers";
import { joinedBytes } from "../joined_bytes.ts";
import { captureOutput } from "./kernel_capture.ts";
import { useEngine } from "./kernel_engine.ts";
import { captureExit } from "./kernel_exit.ts";
import { CellCache } from "./kernel_cache.ts";
import { keptTrainings } from "./kernel_cache_trainings.ts";
import { framed, type FromKernel, messages, type ToKernel } from "./kernel_messages.ts";
import { KernelNotebook } from "./kernel_notebook.ts";
import { KernelOutput } from "./kernel_output.ts";
import { KernelReads } from "./kernel_reads.ts";
import { hashOf } from "./modules.ts";
import type { Watched } from "./kernel_watch.ts";
import { KernelWorkers } from "./kernel_workers.ts";
import { ScriptRun } from "./run_script.ts";

export interface KernelArguments extends Watched {
  /** file in which Deno notes what is read, beside the cache; without it nothing is kept */
  readonly accesses?: string;
  readonly engine: EngineChoice;
  readonly settings: EngineSettings;
}

const given: KernelArguments = JSON.parse(Deno.args[0]);
Error.stackTraceLimit = 50;

// The two streams are taken before any user code is loaded; what it writes to stdout becomes a log line.
const [stdin, stdout] = [Deno.stdin.readable, Deno.stdout];
const write = stdout.writeSync.bind(stdout);
/** Messages that go with the next: `queued` is followed by `running` before a cell's function is called. */
let ahead: Uint8Array[] = [];
const send = (message: FromKernel) => {
  ahead.push(framed(message));
  if (message.t !== "state" || message.state !== "queued") sendAhead();
  else if (ahead.length === 1) setImmediate(sendAhead);
};
const sendAhead = () => {
  const bytes = joinedBytes(ahead);
  ahead = [];
  // synchronous: a cell that hangs or runs out of memory has said before that it started
  for (let at = 0; at < bytes.length;) at += write(bytes.subarray(at));
};
const output = new KernelOutput(send);
const cellNow = new AsyncLocalStorage<string>();
captureOutput((level, text) => output.log(cellNow.getStore(), level, text));
const exit = captureExit(() => {
  const cell = cellNow.getStore();
  if (cell !== undefined) send({ t: "exits", cell });
});

const notebook: KernelNotebook = new KernelNotebook(
  send,
  output,
  () => cache,
  (cell, work) => cellNow.run(cell.key, work),
  new KernelWorkers({
    engine: given,
    send,
    log: (cell, level, text) => output.log(cell, level, text),
  }),
);
const cache = given.accesses === undefined ? undefined : cacheBeside(given.accesses);
let script: ScriptRun | undefined;
let engine: Promise<void> | undefined;
captureErrors();
// a Ctrl-C in the terminal reaches the whole group of processes; the parent decides what it means
Deno.addSignalListener("SIGINT", () => {});

send({ t: "up" });
const watch = new Worker(new URL("./kernel_watch.ts", import.meta.url), { type: "module" });
watch.postMessage({ memory: given.memory, parent: given.parent } satisfies Watched);
setInterval(() => {}, 2 ** 30); // keeps the process when every cell waits for ever

let queue: Promise<void> = Promise.resolve(); // a load takes time; what comes after it waits, but for ping and interrupt
for await (const message of messages(stdin)) {
  const now = message as ToKernel;
  if (now.t === "ping") send({ t: "pong", n: now.n });
  else if (now.t === "finish") notebook.kept().finally(() => exit(0));
  else if (now.t === "interrupt") script ? script.interrupt() : notebook.interrupt();
  else queue = queue.then(() => handle(now)).catch((thrown) => report(thrown));
}
exit(0); // the parent is gone

async function handle(message: Exclude<ToKernel, { t: "ping" | "interrupt" | "finish" }>): Promise<void> {
  switch (message.t) {
    case "load":
      try {
        if (message.engine) await chooseEngine();
        send({ t: "loaded", fresh: await notebook.load(message) });
      } catch (thrown) {
        notebook.failed(thrown, message.cells);
        send({ t: "loaded", fresh: [] }); // it is there, and its cells say what is wrong
      }
      return;
    case "script":
      if (message.engine) await chooseEngine();
      script = new ScriptRun(send, message, (cell, work) => cellNow.run(cell, work));
      return await script.run();
    case "set":
      return notebook.set(message.values);
    case "run":
      return notebook.run(message.cells, message.again);
  }
}

/** Only here is the engine's code loaded, so a notebook that never trains starts without it. */
function chooseEngine(): Promise<void> {
  return engine ??= useEngine(given, send);
}

function cacheBeside(accesses: string): CellCache {
  return new CellCache({
    folder: join(dirname(accesses), "cache"),
    stamp: stampOf(given),
    reads: new KernelReads({
      log: accesses,
      cell: () => cellNow.getStore(),
      modules: () => notebook.modules,
    }),
    trainings: keptTrainings(),
    declared: (name) => notebook.declared(name),
  });
}

/** What the values of all cells depend on beside their text: Deno, the engine, and the versions of packages. */
function stampOf({ engine, settings }: KernelArguments): string {
  const locks = ["deno.lock", new URL("../../deno.lock", import.meta.url)].map((file) => {
    try {
      return hashOf(Deno.readTextFileSync(file));
    } catch {
      return "";
    }
  });
  return JSON.stringify([Deno.version.deno, engine, settings.library, ...locks]);
}

function report(thrown: unknown) {
  if (script) return script.failed(thrown, cellNow.getStore());
  const { cell, error } = notebook.locate(thrown);
  const place = error.line ? `line ${error.line}: ` : "";
  output.log(cell ?? cellNow.getStore(), "error", `${place}${error.name}: ${error.message}`);
}

function captureErrors() {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error);
  });
}
