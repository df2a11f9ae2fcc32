/** In a kernel: one run of a cell in a thread, as the runtime sees a run that it calls itself. */
import { decode } from "./codec.ts";
import type { Level } from "./kernel_output.ts";
import type { KernelWorkerThread } from "./kernel_worker_thread.ts";
import type { WorkerNews, WorkerRun } from "./kernel_worker_messages.ts";
import type { Capabilities } from "./runtime.ts";
import { CellFailure } from "./runtime_error.ts";
import { type Packed, TailReceiver } from "./tails.ts";
import type { CellError } from "./wire.ts";

/** How long a thread that was asked to end something may be silent before it is ended itself. */
const SILENCE_MILLISECONDS = 200;

export interface WorkerRunHooks {
  log(level: Level, text: string): void;
  /** once, when the thread has nothing more to do; or it is over */
  rest(): void;
}

type Returned = Extract<WorkerNews, { t: "returned" }>;

/** A stream that runs in the thread: each value is asked for. */
interface Flow {
  readonly received: TailReceiver;
  asked?: PromiseWithResolvers<IteratorResult<unknown>>;
  over: boolean;
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
  const { run } = message, { signal } = capabilities;
  const result = Promise.withResolvers<Record<string, unknown>>();
  const flows = new Map<string, Flow>();
  let began = false, returned = false, rested = false;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const rest = () => {
    if (rested || !thread.over && !(returned && [...flows.values()].every((flow) => flow.over))) return;
    rested = true;
    clearTimeout(silence);
    hooks.rest();
  };
  const end = (stream: string, error?: CellError) => {
    const flow = flows.get(stream);
    if (!flow) return;
    flow.over = true;
    if (error) flow.asked?.reject(failure(error));
    else flow.asked?.resolve({ done: true, value: undefined });
    flow.asked = undefined;
    clearTimeout(silence);
    rest();
  };
  /** The thread is taken away: the function has failed, streams keep their last values. */
  const giveUp = (error: CellError) => {
    thread.terminate();
    clearTimeout(silence);
    result.reject(failure(error));
    for (const stream of flows.keys()) end(stream, error === STOPPED ? undefined : error);
    rest();
  };
  const expectWord = () => {
    clearTimeout(silence);
    silence = setTimeout(() => giveUp(STOPPED), SILENCE_MILLISECONDS);
  };
  const source = (stream: string, flow: Flow, aborts: boolean) => ({
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (flow.over) return Promise.resolve({ done: true as const, value: undefined });
      thread.post({ t: "next", run, stream });
      return (flow.asked = Promise.withResolvers()).promise;
    },
    return() {
      if (!flow.over) expectWord();
      thread.post({ t: "return", run, stream });
      return Promise.resolve({ done: true as const, value: undefined });
    },
    ...(aborts
      ? {
        abort() {
          if (!flow.over) expectWord();
          thread.post({ t: "stop", run, stream });
        },
      }
      : {}),
  });
  const defined = ({ values, refused, streams }: Returned) => {
    const all: Record<string, unknown> = {};
    for (const [name, bytes] of Object.entries(values)) all[name] = decode(bytes);
    for (const [name, why] of Object.entries(refused)) all[name] = new StayedInThread(why);
    for (const [name, { deliver, aborts }] of Object.entries(streams)) {
      const flow: Flow = { received: new TailReceiver(), over: false };
      flows.set(name, flow);
      all[name] = capabilities.live(name, source(name, flow, aborts), { deliver });
    }
    return all;
  };
  const heard = (news: WorkerNews) => {
    switch (news.t) {
      case "heard":
        // a function that hears and goes on ends when the same time is over again
        return returned ? clearTimeout(silence) : undefined;
      case "began":
        began = true;
        if (signal.aborted) expectWord();
        return;
      case "display":
        return void capabilities.display(decode(news.value));
      case "log":
        return hooks.log(news.level, news.text);
      case "stray":
        return hooks.log("error", strayText(news.error));
      case "exit":
        return giveUp({ name: "Error", message: `its code ended its thread (exit code ${news.code})` });
      case "returned":
        returned = true;
        clearTimeout(silence);
        result.resolve(defined(news));
        return rest();
      case "failed":
        returned = true;
        result.reject(failure(news.error));
        for (const stream of flows.keys()) end(stream, news.error);
        return rest();
      case "value": {
        const flow = flows.get(news.stream);
        flow?.asked?.resolve({ done: false, value: flow.received.unpack(decode(news.value) as Packed) });
        return;
      }
      case "end":
        return end(news.stream, news.error);
    }
  };
  const aborted = () => {
    const why = signal.reason?.message === "stopped" ? "stopped" as const : "superseded" as const;
    thread.post({ t: "abort", run, why });
    if (rested) return;
    // what it imports is no endless computation of the cell's, and takes a while
    if (began) expectWord();
    if (!began || why === "superseded") result.reject(failure(STOPPED));
  };
  signal.addEventListener("abort", aborted, { once: true });
  capabilities.invalidation.then(() => thread.post({ t: "abort", run, why: "superseded" }));
  thread.begin(message, heard);
  return result.promise;
}

const STOPPED: CellError = { name: "Stopped", message: "stopped before it ended", hint: "Run it again." };

/** What the cell threw, as the runtime knows it. */
const failure = (error: CellError): Error =>
  error.name === "AbortError" ? new DOMException(error.message, error.name) : new CellFailure(error);

const strayText = ({ name, message, line }: CellError): string =>
  `${line === undefined ? "" : `line ${line}: `}${name}: ${message}`;

/** Stands for a value that is no data and stayed in its thread, where nobody else read it. */
export class StayedInThread {
  constructor(readonly why: string) {}
}
