/**
 * What travels between kernel, session and page. Every message is one binary frame of the codec.
 * A session keeps the last event per key and an append-only log of all; a page that opens late gets the last of each.
 */
import type { Cell, Diagnostic } from "./notebook.ts";

export type CellState = "idle" | "queued" | "running" | "done" | "error" | "stale";

/** An error as data: one line for a person, and where. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  /** place in the notebook file, when the stack has one; line and column from 1 */
  readonly line?: number;
  readonly column?: number;
  /** function it was thrown in */
  readonly within?: string;
  /** what to do next */
  readonly hint?: string;
  /** set when the cell only waits: the name of the cell or value that failed */
  readonly waitsFor?: string;
  /** set when it may not read this file or folder: its owner can allow that */
  readonly mayNotRead?: string;
}

/** The engine a kernel trains on, for the page's and the terminal's one line. */
export interface EngineLine {
  readonly name: string;
  readonly version: string;
  readonly device: string;
  readonly why: string;
}

/** What a cell is doing. */
export interface CellNews {
  readonly t: "state";
  readonly cell: string;
  readonly state: CellState;
  readonly error?: CellError;
  /** how long the last finished run took */
  readonly seconds?: number;
  /** why it is stale */
  readonly reason?: string;
  /** of a stale cell that waits for Run: seconds that running it takes, by its last run; absent when it never ran */
  readonly price?: number;
  /** its values are those of an earlier run of the same cell on the same inputs; `seconds` is what that took */
  readonly cached?: true;
}

export type Event =
  /**
   * `value` is encoded, and may carry tails of typed arrays. `every`: a page is sent each, not only the latest; it says
   * when the stream that it is from began, in milliseconds since 1970: values of one run belong together
   */
  | { t: "value"; name: string; cell: string; value: Uint8Array; every?: number }
  /** all that the cell has displayed so far, encoded as one array */
  | { t: "show"; cell: string; values: Uint8Array }
  | CellNews
  /** `chosen`: by a person; otherwise a default */
  | { t: "input"; name: string; value: unknown; chosen?: true }
  /**
   * `why` it ended, or is ready and gives no answer; `reads`: what it may read beside its project; `note`: who else has
   * the notebook open
   */
  | {
    t: "kernel";
    state: "starting" | "ready" | "ended" | "stopped";
    why?: string;
    engine?: EngineLine;
    reads?: readonly string[];
    note?: string;
  }
  | { t: "log"; cell?: string; level: "log" | "info" | "warn" | "error" | "debug"; text: string }
  /**
   * problems of the file as it was last saved; `loaded` false: the page still shows the last good version, and `names`
   * are those of the saved version's cells, by id
   */
  | { t: "problems"; diagnostics: readonly Diagnostic[]; loaded: boolean; names?: readonly string[] };

/** A cell as a page needs it. `html`: rendered markdown; `code`: highlighted source, one string a line. */
export interface PageCell extends Omit<Cell, "source" | "markdown"> {
  readonly html?: string;
  readonly code: readonly string[];
  /** names of cells that read this one, for the source panel */
  readonly readBy: readonly string[];
}
export interface PageNotebook {
  readonly file: string;
  readonly title: string;
  readonly dek: string;
  /** when the file was last saved, milliseconds since 1970 */
  readonly edited: number;
  readonly cells: readonly PageCell[];
  readonly toBrowser: readonly string[];
  readonly toServer: readonly string[];
}

export type ToPage =
  | { t: "hello"; epoch: string; role: "owner" | "viewer"; inputs: Record<string, unknown> }
  /** `code` and `vendor` are addresses of immutable modules; `problems` as of the last save */
  | { t: "cells"; notebook: PageNotebook; code: string; vendor: string }
  /** `id` of the last event in the batch: a page that reconnects says it, and gets what came later */
  | { t: "batch"; id: number; events: Event[] };

export type FromPage =
  | { t: "set"; name: string; value: unknown }
  /** run what is stale: all of it, or these cells by key */
  | { t: "run"; cells?: string[] }
  | { t: "interrupt" }
  | { t: "restart" };
