/** A notebook after parsing: cells, what they define and read, and where each runs. */

export type Side = "server" | "browser";
/** `both`: only functions and classes; `input`: evaluated where the person is, its value sent to the server when a server cell reads it */
export type Place = "server" | "browser" | "both" | "input";

/** A problem found before anything runs. Lines and columns from 1. */
export interface Diagnostic {
  readonly level: "error" | "warning";
  readonly line: number;
  readonly column: number;
  /** short name, as `duplicate-name` */
  readonly code: string;
  /** what, which value, what to do */
  readonly message: string;
  /** ids of the cells concerned */
  readonly cells: readonly number[];
}

export interface Import {
  readonly specifier: string;
  readonly kind: "named" | "default" | "namespace";
  /** name in the module; "default" or "*" for the other kinds */
  readonly imported: string;
  readonly local: string;
  /** where its declaration begins in the notebook file, from 1 */
  readonly line: number;
  readonly column: number;
}

export interface Cell {
  /** place in the file, from 0 */
  readonly id: number;
  /** what follows `// %%` without its flags; "cell 3" where nothing does; unique */
  readonly name: string;
  readonly kind: "code" | "markdown";
  readonly hidden: boolean;
  /** follows its inputs even when it trains */
  readonly auto: boolean;
  /** runs in a thread of its own inside the kernel, so that it holds up no other cell */
  readonly worker: boolean;
  /** it only declares functions and classes: a worker that reads them evaluates it again */
  readonly onlyFunctions?: true;
  /** first line in the file (the marker's), from 1, and the last */
  readonly line: number;
  readonly endLine: number;
  /** the cell's text without its marker line, as it stands in the file */
  readonly source: string;
  /** for a markdown cell: its text without the comment slashes */
  readonly markdown: string;
  readonly defines: readonly string[];
  /** names of other cells that it reads */
  readonly reads: readonly string[];
  /** those of `defines` that come from `view(…)` and from `await live(…)` */
  readonly views: readonly string[];
  readonly lives: readonly string[];
  /** local names of imports it uses */
  readonly imports: readonly string[];
  readonly async: boolean;
  readonly place: Place;
  /** why it runs there, as "train.ts uses Deno" */
  readonly why: string;
  /** changes when, and only when, the cell means something else: tokens, imports with the text of local modules, place */
  readonly key: string;
}

export interface Notebook {
  readonly url: string;
  /** file name without folder */
  readonly file: string;
  /** the file as it was read; programs and bundles are made from it */
  readonly text: string;
  readonly title: string;
  /** the paragraph after the title */
  readonly dek: string;
  readonly cells: readonly Cell[];
  readonly imports: readonly Import[];
  readonly diagnostics: readonly Diagnostic[];
  /** server definitions that browser cells read */
  readonly toBrowser: readonly string[];
  /** `view` values that server cells read */
  readonly toServer: readonly string[];
}
