/**
 * What session and kernel say to each other: `[u32 length][its complement][frame of the codec]` on the kernel's stdin and
 * stdout. The complement tells a message from bytes that some library wrote to the same stream.
 */
import { joinedBytes } from "../joined_bytes.ts";
import { decode, encode } from "./codec.ts";
import type { TrainingNews } from "../store/training_story.ts";
import type { Cell } from "./notebook.ts";
import type { CellError, EngineLine, Event } from "./wire.ts";

export type KernelCell = Pick<
  Cell,
  | "id"
  | "key"
  | "name"
  | "line"
  | "endLine"
  | "reads"
  | "defines"
  | "views"
  | "lives"
  | "kind"
  | "auto"
  | "worker"
  | "onlyFunctions"
  | "place"
>;

/** What a kernel needs to know of a cell, and no more. */
export function kernelCell(
  { id, key, name, kind, line, endLine, reads, defines, views, lives, auto, worker, onlyFunctions, place }:
    KernelCell,
): KernelCell {
  const functions = onlyFunctions ? { onlyFunctions } : {};
  return {
    id,
    key,
    name,
    kind,
    line,
    endLine,
    reads,
    defines,
    views,
    lives,
    auto,
    worker,
    place,
    ...functions,
  };
}

interface Code {
  /** address of the notebook, and of the two modules that hold its cells and what they import */
  readonly url: string;
  readonly code: string;
  readonly vendor: string;
  readonly cells: readonly KernelCell[];
  /** choose the engine before the modules are imported */
  readonly engine: boolean;
}

export type ToKernel =
  | Code & {
    t: "load";
    readonly toBrowser: readonly string[];
    /** what a person chose, by name; defaults come from the cells */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** cells that have run before, in a kernel that is gone or as another text: running them is running them again */
    readonly again: readonly string[];
    /** cells whose last run took more than 10 s */
    readonly dear: readonly string[];
    /** why cells are to run again, by key */
    readonly reasons: Readonly<Record<string, string>>;
    /** cells whose next run is refused, with the error that says why */
    readonly refused: Readonly<Record<string, CellError>>;
  }
  /** runs the cells in file order and ends; `set`: words for inputs; `columns` of the terminal */
  | Code & {
    t: "script";
    readonly set: Readonly<Record<string, string>>;
    readonly columns: number;
    readonly data: boolean;
  }
  | { t: "set"; values: Readonly<Record<string, unknown>> }
  /** lets cells run that wait, or will: these, or all; `again`: runs these whatever is known of them */
  | { t: "run"; cells?: readonly string[]; again: readonly string[] }
  | { t: "interrupt" }
  /** it ends when what it keeps is on disk */
  | { t: "finish" }
  | { t: "ping"; n: number };

/** Where a live stream of a script stands. */
export interface Progress {
  readonly name: string;
  readonly count: number;
  /** of trainings: `step 1,200 of 3,000, 0:04 left`; empty for any other stream */
  readonly text: string;
}

export interface RanCell {
  readonly name: string;
  readonly seconds: number;
  readonly error?: CellError;
}

export type FromKernel =
  | Exclude<Event, { t: "kernel" } | { t: "problems" }>
  | { t: "up" }
  /** the cell's function is about to be called: written before anything can hang */
  | { t: "start"; cell: string }
  | { t: "loaded"; fresh: readonly string[] }
  | { t: "pong"; n: number }
  /** code of the cell ends the kernel: the last message */
  | { t: "exits"; cell: string }
  | { t: "engine"; engine: EngineLine }
  /** what is new of the n-th training of this kernel; null when nothing follows */
  | { t: "training"; training: number; news: TrainingNews | null }
  | { t: "shown"; cell: string; text: string; value?: Uint8Array }
  | { t: "progress"; progress: Progress; ended: boolean }
  | { t: "ran"; cell: RanCell }
  | { t: "wrongInput"; message: string }
  | { t: "ended"; inputs: Readonly<Record<string, unknown>>; values: Uint8Array };

/** Largest message taken from the other side. */
const LIMIT = 1 << 30;

const HEAD = 8;

/** The bytes of a message with its length before it. */
export function framed(message: ToKernel | FromKernel): Uint8Array<ArrayBuffer> {
  const body = encode(message);
  const bytes = new Uint8Array(HEAD + body.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, body.length, true);
  head.setUint32(4, ~body.length, true);
  bytes.set(body, HEAD);
  return bytes;
}

/**
 * The messages in a stream of bytes. Throws at the first bytes that are no message.
 * @param most bytes of one; default 1 GB
 */
export async function* messages(
  stream: AsyncIterable<Uint8Array>,
  most = LIMIT,
): AsyncGenerator<unknown> {
  let chunks: Uint8Array[] = [];
  let have = 0;
  let need = HEAD;
  for await (const chunk of stream) {
    chunks.push(chunk);
    have += chunk.length;
    while (have >= need) {
      let bytes = joinedBytes(chunks);
      const end = HEAD + bodyLength(bytes, most);
      if (have >= end) {
        yield decode(bytes.subarray(HEAD, end));
        bytes = bytes.subarray(end);
        have -= end;
        need = HEAD;
      } else need = end;
      chunks = [bytes];
    }
  }
}

function bodyLength(bytes: Uint8Array, most: number): number {
  const head = new DataView(bytes.buffer, bytes.byteOffset);
  const length = head.getUint32(0, true);
  if (head.getUint32(4, true) !== (~length >>> 0)) {
    throw new Error("invalid message: something else wrote to its stream");
  }
  if (length > most) throw new Error(`invalid message: ${length} bytes (at most ${most})`);
  return length;
}
