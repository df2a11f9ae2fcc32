/** Cells of a notebook in this very process: what the project's own tests import from notebooks. */
import { runInThisContext } from "node:vm";
import { fileURLToPath, pathToFileURL } from "node:url";
import { live, type LiveOptions } from "./authoring.ts";
import { diagnosticText } from "./check_report.ts";
import { program, type ProgramCell } from "./compile.ts";
import { importValue } from "./evaluate_import.ts";
import { nearest } from "./graph_nearest.ts";
import { type Input, validated } from "./inputs.ts";
import { loadNotebook } from "./load.ts";
import { neededCells } from "./needed_cells.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { runOrder } from "./run_order.ts";

export interface EvaluateOptions {
  /** values of inputs by name; default each input's own */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** what `signal` is in the cells; default one that is never aborted */
  readonly signal?: AbortSignal;
}

export interface Evaluated<M> {
  /** of the names that were asked for */
  readonly values: M;
  /** what each cell displayed, by its title, in order */
  readonly displayed: Readonly<Record<string, readonly unknown[]>>;
  /** titles of the cells that ran, in order */
  readonly ran: readonly string[];
}

// deno-lint-ignore no-explicit-any -- the names of a notebook have any type
type Names = Record<string, any>;

/**
 * Runs the cells of a notebook that some names need, and no other: what the cells that declare them read, what those
 * read, and so on, in the order of a script. `view` gives an input's value, `live` the last value of its stream, and
 * what is displayed is kept. Imports are the modules at their own addresses, so that classes and state are those of this
 * process. `wanted` are names that cells declare, exported or not, and titles of cells, which are run for what they do,
 * as `test …` cells are. A cell that works by changing what another declares is not found by what is read: ask for it
 * too.
 *
 * Errors of a cell are thrown as they are, with the notebook's own lines in their stack.
 *
 * @param notebook path or address of the file
 * @throws {Error} `unknown name: x of a.ts (did you mean y?)`, `unknown input: …`, and the first error that
 * `plateau check` finds without types
 *
 * @example
 * ```ts
 * import { evaluate } from "./evaluate.ts";
 * const notebook = new URL("../../notebooks/global_step.ts", import.meta.url);
 * const { values, ran } = await evaluate<typeof import("../../notebooks/global_step.ts")>(notebook, ["compared"]);
 * values.compared; // typed as in the notebook; nothing was trained
 * ran; // ["compare"]
 * ```
 */
export async function evaluate<M extends object = Names>(
  notebook: string | URL,
  wanted: readonly (keyof M & string | string & Record<never, never>)[],
  options: EvaluateOptions = {},
): Promise<Evaluated<M>> {
  const url = notebook instanceof URL ? notebook : pathToFileURL(notebook);
  const whole = await loadNotebook(url.href);
  const problem = whole.diagnostics.find(({ level }) => level === "error");
  if (problem) throw new Error(diagnosticText(fileURLToPath(url), problem));
  const cells = neededCells(whole.cells, wanted.map((name) => askedFor(whole, name)));
  const unknown = Object.keys(options.inputs ?? {}).find((name) =>
    !whole.cells.some((cell) => cell.views.includes(name))
  );
  if (unknown !== undefined) throw unknownName("input", unknown, whole, whole.cells.flatMap((c) => c.views));
  return await run<M>({ ...whole, cells }, wanted, options);
}

/** The cell that declares a name, or the one of a title. */
function askedFor(notebook: Notebook, wanted: string): Cell {
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  const found = code.find((cell) => cell.defines.includes(wanted)) ??
    code.find((cell) => cell.name === wanted);
  if (!found) throw unknownName("name", wanted, notebook, code.flatMap((c) => [c.name, ...c.defines]));
  return found;
}

function unknownName(kind: string, name: string, { file }: Notebook, known: readonly string[]): Error {
  const like = nearest(name, known);
  const hint = like === undefined
    ? `has ${known.slice(0, 12).join(", ") || "none"}`
    : `did you mean ${like}?`;
  return new Error(`unknown ${kind}: ${name} of ${file} (${hint})`);
}

async function run<M>(
  notebook: Notebook,
  wanted: readonly string[],
  { inputs = {}, signal = new AbortController().signal }: EvaluateOptions,
): Promise<Evaluated<M>> {
  const programs = await evaluated(notebook);
  const values = new Map<string, unknown>();
  const displayed: Record<string, unknown[]> = {};
  const cells = runOrder(notebook.cells);
  for (const cell of cells) {
    const program = programs.find(({ id }) => id === cell.id)!;
    const shown: unknown[] = displayed[cell.name] = [];
    const capabilities = {
      display: <T>(value: T): T => (shown.push(value), value),
      view: (name: string, input: Input) =>
        Object.hasOwn(inputs, name) ? validated(input, inputs[name], name) : input.value,
      live: (_name: string, source: AsyncIterable<unknown>, how?: LiveOptions) => live(source, how),
      signal,
      invalidation: new Promise<void>(() => {}),
    };
    const defined = await program.fn(capabilities, ...cell.reads.map((name) => values.get(name)));
    for (const name of cell.defines) values.set(name, defined[name]);
  }
  const asked = wanted.filter((name) => values.has(name)).map((name) => [name, values.get(name)]);
  return {
    values: Object.fromEntries(asked) as M,
    displayed,
    ran: cells.map((cell) => cell.name),
  };
}

/** The compiled cells, under the notebook's own address: stacks name its lines. */
async function evaluated(notebook: Notebook): Promise<ProgramCell[]> {
  const locals = new Set(notebook.cells.flatMap((cell) => cell.imports));
  const imports = notebook.imports.filter(({ local }) => locals.has(local));
  const found = await Promise.all(
    imports.map(async (entry) => [entry.local, await importValue(entry, notebook.url)] as const),
  );
  const code = `"use strict";${program(notebook, "script").replace(/^export default /, "")}`;
  return runInThisContext(code, { filename: notebook.url })(Object.fromEntries(found));
}
