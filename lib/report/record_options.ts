/** What a notebook is recorded with, what is told meanwhile, and what goes wrong. */
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import type { Input } from "../notebook/inputs.ts";
import type { Compiler } from "../notebook/session_build.ts";
import type { ReadFiles } from "./read_files.ts";
import type { PlannedGroup } from "./states.ts";

export interface RecordOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** folder of the project: what the kernel may read; holds `.plateau` */
  readonly project: string;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** files and folders that the kernel may read beside the project; default none */
  readonly read?: readonly string[];
  /** words for inputs, by name, as the command line has them; default none */
  readonly set?: Readonly<Record<string, string>>;
  /** values of inputs, by name, as a page has them; a word for the same name counts; default none */
  readonly values?: Readonly<Record<string, unknown>>;
  /** a cell that fails is an error; default false: the recording has its failure */
  readonly strict?: boolean;
  /** compute the states of inputs beforehand; a list: these and no others, whatever they cost; default true */
  readonly states?: boolean | readonly PlannedGroup[];
  /** source of further exports of the browser's imports: the page's own client */
  readonly extra?: string;
  /** megabytes of the kernel's heap, and of its whole process */
  readonly heap?: number;
  readonly memory?: number;
  /** its code is a stranger's: of Plateau it reads the library and its packages alone; default false */
  readonly stranger?: boolean;
  /** bytes of one message of the kernel; default 1 GB */
  readonly message?: number;
  /** ends it: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: RecordProgress) => void;
  /** told at the end what the cells read */
  readonly reads?: (reads: ReadFiles) => void;
  /** told what the inputs are, by name, once those are known that are given a value */
  readonly inputs?: (inputs: ReadonlyMap<string, Input>) => void;
  /** default: the notebook compiler, whose bundler then goes on running until its `stop` */
  readonly compiler?: Compiler;
}

/** Where a recording stands. */
export interface RecordProgress {
  /** cells that have come to an end, of all that are code: those of the page run when it is drawn. Never fewer than before */
  readonly cells: { readonly done: number; readonly of: number };
  /** computed states of inputs, of all; 0 of 0 until the cells are done */
  readonly states: { readonly done: number; readonly of: number };
  /** the cell that runs, and how far its stream is, as `step 1,200 of 3,000, 0:12 left`; empty when none does */
  readonly cell: string;
  readonly text: string;
  /** until all states are computed, by those that are; null while nothing tells */
  readonly secondsLeft: number | null;
}

/** A notebook that cannot be recorded: one line. */
export class RecordFault extends Error {
  override readonly name = "RecordFault";
}
