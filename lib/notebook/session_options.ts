/** What a session is opened with, and what it says of itself. */
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import type { Diagnostic } from "./notebook.ts";
import type { Compiler } from "./session_build.ts";
import type { TypeWatch } from "./type_watch.ts";

export interface SessionOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** folder of the project: what the kernel may read; holds `.plateau` */
  readonly project: string;
  /** where trainings are recorded: a file, or an address of PostgreSQL; default `.plateau/runs.sqlite` of the project */
  readonly store?: string;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** files and folders that the kernel may read beside the project; default none */
  readonly read?: readonly string[];
  /** start the kernel now; default true. Otherwise with the first page that attaches */
  readonly start?: boolean;
  /** source of further exports of the browser's imports: the page's own client */
  readonly extra?: string;
  /** the address under which a page finds a module; default its name */
  readonly address?: (name: string) => string;
  /** megabytes of a kernel's heap, and of its whole process */
  readonly heap?: number;
  readonly memory?: number;
  /** what checks types; default: nothing does */
  readonly types?: TypeWatch;
  /** default: the notebook compiler */
  readonly compiler?: Compiler;
}

/** What an index of notebooks says of an open one. */
export interface SessionState {
  readonly file: string;
  readonly title: string;
  readonly dek: string;
  readonly edited: number;
  readonly running: boolean;
  /** cells by state: how many */
  readonly cells: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
}
