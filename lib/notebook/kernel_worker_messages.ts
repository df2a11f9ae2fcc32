/** What the kernel and a thread that runs a cell say to each other. Values are frames of the codec. */
import type { EngineWanted } from "./kernel_engine.ts";
import type { FromKernel } from "./kernel_messages.ts";
import type { Level } from "./kernel_output.ts";
import type { Delivery } from "./stream.ts";
import type { CellError } from "./wire.ts";

/** One run of a cell. */
export interface WorkerRun {
  readonly t: "run";
  /** counts the runs of a kernel's threads, from 1 */
  readonly run: number;
  /** addresses of the notebook's two modules */
  readonly code: string;
  readonly vendor: string;
  /** chosen before they are imported; null when they need none */
  readonly engine: EngineWanted | null;
  /** cells of functions that it reads, directly or not: evaluated before it, each after those that it reads */
  readonly functions: readonly WorkerCell[];
  readonly cell: WorkerCell;
  /** those of its names that other cells read: their values must be data */
  readonly wanted: readonly string[];
  /** by name, encoded: what these cells read of others */
  readonly values: Readonly<Record<string, Uint8Array>>;
}

export interface WorkerCell {
  readonly id: number;
  readonly reads: readonly string[];
  readonly defines: readonly string[];
}

export type ToWorker =
  | WorkerRun
  /** the run is stopped, or superseded: then its invalidation settles too */
  | { t: "abort"; run: number; why: "stopped" | "superseded" }
  /** asks for the next value of a stream; asks its source to end; returns its generator */
  | { t: "next" | "stop" | "return"; run: number; stream: string };

/** What a thread says, and of which run. */
export interface FromWorker {
  readonly run: number;
  readonly news: WorkerNews;
}

export type WorkerNews =
  /** an answer to abort and stop: the thread is not held up */
  | { t: "heard" }
  /** the cell's function is called */
  | { t: "began" }
  | { t: "display"; value: Uint8Array }
  | { t: "log"; level: Level; text: string }
  /**
   * the function has returned; `refused`: names that nobody reads whose values are no data, and why; `heeds`: it has
   * taken its signal
   */
  | {
    t: "returned";
    values: Readonly<Record<string, Uint8Array>>;
    refused: Readonly<Record<string, string>>;
    streams: Readonly<Record<string, { readonly deliver: Delivery; readonly aborts: boolean }>>;
    heeds: boolean;
  }
  /** the function threw */
  | { t: "failed"; error: CellError }
  /** of a stream, packed: the value that was asked for */
  | { t: "value"; stream: string; value: Uint8Array }
  | { t: "end"; stream: string; error?: CellError }
  /** thrown where nobody waits for it, as in a timer */
  | { t: "stray"; error: CellError }
  /** user code ended the thread */
  | { t: "exit"; code: number }
  /** for the kernel's parent */
  | { t: "send"; message: FromKernel };
