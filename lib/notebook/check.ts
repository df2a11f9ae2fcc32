import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { atomicWrite } from "../checkpoints/atomic_write.ts";
import { Misuse } from "../command_line.ts";
import { stopBundler } from "./bundle.ts";
import { writeReordered } from "./check_fix_file.ts";
import { graphCells, graphText } from "./check_graph.ts";
import { countOf, type FileReport, reportJson, reportText } from "./check_report.ts";
import { graphSvg } from "./check_svg.ts";
import { typeErrorsOfAll, type TypeFault } from "./check_types.ts";
import { fileModuleGraph, loadNotebook } from "./load.ts";
import { OWN_ROOT, projectOf } from "./modules_project.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";

/**
 * Everything that is wrong with a notebook, in the order of its lines, without running any of it.
 *
 * @param path of the notebook file
 * @param types also ask `deno check`, which takes a second or more
 * @throws {Error} `missing file: …`
 */
export async function checkNotebook(
  path: string,
  { types }: { types: boolean },
): Promise<readonly TypeFault[]> {
  const read = await readNotebook(path);
  const [typed] = types ? await typesOf([read]) : [[]];
  return together(read.notebook.diagnostics, typed);
}

/** What `plateau check` is asked for besides. */
export interface CheckOptions {
  /** print JSON; default false */
  readonly json?: boolean;
  /** put cells in an order that runs; default false */
  readonly fix?: boolean;
  /** tell where cells run and what connects them; default false */
  readonly graph?: boolean;
  /** file to draw that into, of one notebook */
  readonly svg?: string;
  /** ask `deno check`, which takes a second or more; default true */
  readonly types?: boolean;
}

/**
 * Checks notebooks, types included, for `plateau check`.
 *
 * @returns text: a line for each problem, or JSON, no newline at the end, files as seen from here; errors: how many
 * problems are errors
 * @throws {Misuse} where one drawing is asked of several notebooks
 * @throws {Error} `missing file: …`, `not UTF-8: …`
 *
 * @example
 * ```ts
 * import { check } from "./check.ts";
 * const { text, errors } = await check(["notebooks/epochs_steps_plateau.ts"], { graph: true });
 * ```
 */
export async function check(
  paths: readonly string[],
  options: CheckOptions = {},
): Promise<{ text: string; errors: number }> {
  if (options.svg !== undefined && paths.length !== 1) {
    throw new Misuse(`invalid --svg: ${options.svg} (it draws one notebook, not ${paths.length})`);
  }
  const reports = await fileReports(paths, options).finally(stopBundler);
  if (options.svg !== undefined) {
    atomicWrite(resolve(options.svg), new TextEncoder().encode(graphSvg(reports[0].notebook)));
  }
  const text = options.json ? JSON.stringify(reportJson(reports), null, 2) : reportText(reports);
  return { text, errors: countOf(reports.flatMap(({ diagnostics }) => diagnostics), "error") };
}

/** Files are put in order first, and types are checked together. */
async function fileReports(paths: readonly string[], options: CheckOptions): Promise<FileReport[]> {
  const { fix, graph, types = true } = options;
  const fixed = paths.map((path) => fix ? writeReordered(resolve(path)) : undefined);
  const read: ReadNotebook[] = [];
  for (const path of paths) read.push(await readNotebook(path));
  const typed = types ? await typesOf(read) : [];
  return read.map(({ notebook }, i) => ({
    file: seenFromHere(paths[i]),
    notebook,
    diagnostics: together(notebook.diagnostics, typed[i] ?? []),
    moved: fixed[i]?.moved,
    refused: fixed[i]?.refused,
    graph: graph ? { text: graphText(notebook), cells: graphCells(notebook) } : undefined,
  }));
}

interface ReadNotebook {
  /** absolute path */
  readonly file: string;
  readonly notebook: Notebook;
}

async function readNotebook(path: string): Promise<ReadNotebook> {
  const file = resolve(path);
  return { file, notebook: await loadNotebook(pathToFileURL(file).href) };
}

/** What the compiler says of each; nothing of one that it could not read. Those of one folder are asked for at once. */
async function typesOf(read: readonly ReadNotebook[]): Promise<TypeFault[][]> {
  const found = new Map<ReadNotebook, TypeFault[]>();
  const asked = read.filter(({ notebook }) => !notebook.diagnostics.some(({ code }) => code === "syntax"));
  for (const group of Map.groupBy(asked, ({ file }) => dirname(file)).values()) {
    const sources = group.map(({ file, notebook }) => ({ path: file, cells: notebook.cells }));
    const faults = await typeErrorsOfAll(sources, configFor(group[0].file));
    group.forEach((each, i) => found.set(each, faults[i]));
  }
  return read.map((each) => found.get(each) ?? []);
}

/** What the graph and the compiler say, in the order of lines, each thing once. */
function together(diagnostics: readonly Diagnostic[], typed: readonly TypeFault[]): TypeFault[] {
  const unsaid = typed.filter((each) => !diagnostics.some((known) => saysTheSame(known, each)));
  return [...diagnostics, ...unsaid].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A notebook outside of any project is checked by this library's own deno.json, where "plateau" means something. */
function configFor(file: string): string | undefined {
  const { config } = projectOf(pathToFileURL(file).href, fileModuleGraph().modules);
  return config ? undefined : fileURLToPath(new URL("deno.json", OWN_ROOT));
}

/** The graph's words for a name declared twice or unknown are better than the compiler's. */
function saysTheSame(known: Diagnostic, typed: Diagnostic): boolean {
  if (known.line === typed.line && known.column === typed.column) return true;
  if (known.code === "missing-import" && typed.code === "TS2307") return known.line === typed.line;
  if (known.code === "missing-import" && ["TS2305", "TS2339", "TS2551"].includes(typed.code)) {
    return known.message.includes(`unknown export: ${nameIn(typed.message)} of`);
  }
  const twice = ["TS2451", "TS2300", "TS2440"].includes(typed.code);
  if (["TS2448", "TS2454"].includes(typed.code)) {
    return known.code === "used-before-defined" && known.line === typed.line;
  }
  return twice && known.code === "duplicate-name" && known.message.includes(nameIn(typed.message));
}

const nameIn = (message: string): string => /'([^']+)'/.exec(message)?.[1] ?? message;

function seenFromHere(path: string): string {
  const way = relative(dirname(resolve("x")), resolve(path));
  return way.startsWith("..") ? fileURLToPath(pathToFileURL(resolve(path))) : way || basename(path);
}
