/** Cells of a notebook in this very process: what the project's own tests import from notebooks. */
import { runInThisContext } from "node:vm";
import { fileURLToPath, pathToFileURL } from "node:url";
import { live, type LiveOptions } from "./authoring.ts";
import { diagnosticText } from "./check_report.ts";
import { program, type ProgramCell } from "./compile.ts";
import { importValue } from "./evaluate_import.ts";
import { graph } from "./graph.ts";
import { nearest } from "../nearest.ts";
import { type Input, validated } from "./inputs.ts";
import { loadNotebook } from "./load.ts";
import { neededCells } from "./needed_cells.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { parse } from "./parse.ts";
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
  const exported = exportedNames(whole);
  const cells = neededCells(whole.cells, wanted.flatMap((name) => askedFor(whole, name, exported)));
  const unknown = Object.keys(options.inputs ?? {}).find((name) =>
    !whole.cells.some((cell) => cell.views.includes(name))
  );
  if (unknown !== undefined) throw unknownName("input", unknown, whole, whole.cells.flatMap((c) => c.views));
  const { values, ...outcome } = await run({ ...whole, cells }, options);
  const asked: [string, unknown][] = [];
  for (const name of wanted) {
    const local = exported.get(name) ?? name;
    const entry = exported.has(name) ? whole.imports.find((each) => each.local === local) : undefined;
    if (entry) asked.push([name, await importValue(entry, whole.url)]);
    else if (values.has(local)) asked.push([name, values.get(local)]);
  }
  return { values: Object.fromEntries(asked) as M, ...outcome };
}

/** Exported name → what the notebook calls it. */
const exportedNames = ({ text, url }: Notebook): Map<string, string> =>
  new Map(
    graph(parse(text, url)).cells.flatMap(({ exports }) =>
      [...exports].map(([name, { local }]) => [name, local])
    ),
  );

/** The cell that declares a name, or the one of a title; none for an import that is exported. */
function askedFor(notebook: Notebook, wanted: string, exported: ReadonlyMap<string, string>): Cell[] {
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  const local = exported.get(wanted);
  const found = code.find((cell) => cell.defines.includes(local ?? wanted)) ??
    code.find((cell) => cell.name === wanted);
  if (found) return [found];
  if (local !== undefined) return [];
  const known = code.flatMap((cell) => [cell.name, ...cell.defines]);
  throw unknownName("name", wanted, notebook, [...known, ...exported.keys()]);
}

function unknownName(kind: string, name: string, { file }: Notebook, known: readonly string[]): Error {
  const like = nearest(name, known);
  const hint = like === undefined
    ? `has ${known.slice(0, 12).join(", ") || "none"}`
    : `did you mean ${like}?`;
  return new Error(`unknown ${kind}: ${name} of ${file} (${hint})`);
}

async function run(
  notebook: Notebook,
  { inputs = {}, signal = new AbortController().signal }: EvaluateOptions,
): Promise<Omit<Evaluated<unknown>, "values"> & { values: Map<string, unknown> }> {
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
  return { values, displayed, ran: cells.map((cell) => cell.name) };
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
