/**
 * Watches that no cell of the page computes for ever: the page's own thread cannot, so a worker does. Both see one piece
 * of memory: the page beats in it, and where the beat stays away too long the worker raises a flag, which every loop of
 * a cell reads. Where pages may not share memory with a worker (only such as are isolated may), the loops count instead.
 */
import type { LoopWatch } from "../../lib/notebook/compile_loops.ts";
import { EndlessLoop } from "../../lib/notebook/endless_loop.ts";
import { LOOP_SECONDS } from "../../lib/notebook/loop_seconds.ts";

export interface PageLoopWatch extends LoopWatch {
  /** a cell begins a piece of its work: what ran before does not count against it */
  begin(): void;
}

/** @param worker address of the worker's script; without one the loops count */
export function loopWatch(worker?: string): PageLoopWatch {
  const shares = worker !== undefined && globalThis.crossOriginIsolated;
  const { stop, begin } = shares ? sharedFlag(worker) : countingFlag();
  return { stop, begin, ended: endedOf };
}

/** Places of the shared memory: the flag, and the beat. */
const FLAG = 0, BEAT = 1;

function sharedFlag(worker: string): Pick<PageLoopWatch, "stop" | "begin"> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const begin = () => {
    shared[BEAT]++;
    shared[FLAG] = 0;
  };
  const watch = new Worker(worker, { type: "module" });
  watch.onmessage = begin;
  watch.postMessage(shared);
  return { stop: shared, begin };
}

/** Turns of loops between two looks at the clock. */
const TURNS = 1024;

function countingFlag(): Pick<PageLoopWatch, "stop" | "begin"> {
  const { port1, port2 } = new MessageChannel();
  let turns = TURNS;
  let since: number | null = null;
  const begin = () => void (since = null);
  port1.onmessage = begin; // comes when the page is free again
  const look = () => {
    if (since === null) {
      since = performance.now();
      port2.postMessage(0);
    }
    const over = performance.now() - since > LOOP_SECONDS * 1000;
    turns = over ? 0 : TURNS; // once over, every reading says so
    return over ? 1 : 0;
  };
  const stop: LoopWatch["stop"] = {
    get 0() {
      return --turns > 0 ? 0 : look();
    },
  };
  return { stop, begin };
}

/** What a cell's loops throw. */
const endedOf = (cell: string) => (line: number, column: number): Error =>
  new EndlessLoop(cell, line, column);
