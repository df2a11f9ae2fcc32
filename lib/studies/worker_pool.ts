/** Worker processes of this machine: as many as there is work for, each in place of one that died. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { crashText } from "../engine/engine_crash.ts";
import { WORKER_ARGUMENTS, type WorkerArguments } from "./worker_arguments.ts";

const PROGRAM = fileURLToPath(new URL("worker_process.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
/** Milliseconds before one that died is replaced: twice as long each time nothing was trained between, up to the second. */
const FIRST_WAIT = 100, LONGEST_WAIT = 5000;
/** Milliseconds in which a worker lets go of its trial; then it is killed. */
const PATIENCE = 15_000;

/** A worker ended because it cannot work here. */
export class WorkerFailed extends Error {
  override readonly name = "WorkerFailed";
  /** @param because its last line */
  constructor(readonly because: string, readonly code: number) {
    super(because);
  }
}

export interface WorkerPool {
  /** process ids of those that live */
  readonly pids: readonly number[];
  /**
   * Starts workers until there are so many, and no more than the pool has places.
   * @throws WorkerFailed when one ended with a line that says why none can work here
   */
  need(count: number): void;
  /** something was trained: who dies is replaced at once again */
  progressed(): void;
  /** lets go of all trials, and waits for the workers' end */
  close(): Promise<void>;
}

/**
 * @param places most workers at once
 * @param say takes what workers say to people
 * @example
 * ```ts ignore
 * const pool = workerPool(2, { store, folder, study: "rates", engine: "wasm", settings: {} }, console.error);
 * pool.need(2);
 * ```
 */
export function workerPool(
  places: number,
  given: WorkerArguments,
  say: (line: string) => void,
): WorkerPool {
  const alive = new Map<Deno.ChildProcess, Promise<void>>();
  let failure: WorkerFailed | null = null, deaths = 0, notBefore = 0, crashed = false, isClosed = false;
  const start = () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--cached-only",
        "--allow-all",
        `--config=${CONFIG}`,
        PROGRAM,
      ],
      env: { [WORKER_ARGUMENTS]: JSON.stringify(given) }, // everybody may list arguments, and a store's may hold a password
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    alive.set(child, watched(child));
  };
  const watched = async (child: Deno.ChildProcess) => {
    let last = "";
    const said = Readable.fromWeb(child.stderr as Parameters<typeof Readable.fromWeb>[0]);
    for await (const line of createInterface({ input: said })) say(last = line);
    const { code, signal } = await child.status;
    alive.delete(child);
    if (code === 0 || isClosed) return;
    const crash = crashText(given.engine, signal);
    if (crash !== null && !crashed) say(crash); // once: another worker takes over its trial
    crashed ||= crash !== null;
    if (signal === null && (code === 1 || code === 3)) failure ??= new WorkerFailed(last, code);
    notBefore = performance.now() + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** deaths++);
  };
  return {
    get pids() {
      return [...alive.keys()].map(({ pid }) => pid);
    },
    need(count) {
      if (failure !== null) throw failure;
      if (performance.now() < notBefore) return;
      while (alive.size < Math.min(count, places)) start();
    },
    progressed: () => void (deaths = 0),
    async close() {
      isClosed = true;
      const ends = [...alive].map(async ([child, end]) => {
        const killing = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
        await child.stdin.close().catch(() => {}); // it may have ended by itself
        await end;
        clearTimeout(killing);
      });
      await Promise.all(ends);
    },
  };
}
