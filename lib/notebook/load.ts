import type { Cell, Diagnostic, Notebook } from "./notebook.ts";
import { type Graph, graph, type LinkedCell } from "./graph.ts";
import { impureExports } from "./graph_pure.ts";
import { fileModules, hashOf, type Modules } from "./modules.ts";
import { ModuleGraph } from "./modules_reach.ts";
import { locateFaults, parse, type Parsed } from "./parse.ts";
import { heading } from "./parse_heading.ts";
import { type Placement, placement } from "./placement.ts";

const files = new ModuleGraph(fileModules());

/**
 * Reads a notebook: its cells, what connects them, where each runs, and what is wrong with it. A file that cannot be
 * parsed is still cut into cells; only one that cannot be read throws.
 *
 * @param url of the notebook file
 * @param modules where texts come from; default: files, remembered until they change
 * @throws {Error} `missing file: …`
 *
 * @example
 * ```ts
 * import { loadNotebook } from "./load.ts";
 * import { memoryModules } from "./modules.ts";
 * const modules = memoryModules({ "file:///n.ts": "// %% rate\nexport const rate = 0.1;\n" });
 * const notebook = await loadNotebook("file:///n.ts", modules);
 * notebook.cells[0].place; // "browser"
 * ```
 */
export async function loadNotebook(url: string, modules?: Modules): Promise<Notebook> {
  const reader = modules ? new ModuleGraph(modules) : files;
  reader.refresh();
  const text = reader.modules.text(url);
  if (text === undefined) throw new Error(`missing file: ${decodeURIComponent(new URL(url).pathname)}`);
  const parsed = await locateFaults(parse(text, url));
  return toNotebook(parsed, graph(parsed), reader);
}

/** The module graph over files that loading and bundling share. */
export const fileModuleGraph = (): ModuleGraph => files;

/** Ids of the cells that an error keeps from running; the others live on. */
export function blockedCells(notebook: Pick<Notebook, "diagnostics">): Set<number> {
  const errors = notebook.diagnostics.filter((each) => each.level === "error");
  return new Set(errors.flatMap((each) => each.cells));
}

function toNotebook(parsed: Parsed, linked: Graph, reader: ModuleGraph): Notebook {
  const placed = placement(linked, parsed.url, parsed.at, reader);
  const impure = impureExports(linked, placed.modules, parsed.at);
  const file = decodeURIComponent(new URL(parsed.url).pathname.split("/").at(-1)!);
  const prose = linked.cells.filter((cell) => cell.kind === "markdown").map((cell) => cell.markdown);
  return {
    url: parsed.url,
    file,
    text: parsed.text,
    ...heading(prose, file),
    cells: distinctKeys(linked.cells.map((cell) => toCell(cell, placed))),
    imports: linked.imports.map(({ offset: _offset, cell: _cell, ...entry }) => entry),
    diagnostics: [...linked.diagnostics, ...placed.diagnostics, ...impure].sort(byPlace),
    toBrowser: placed.toBrowser,
    toServer: placed.toServer,
  };
}

function toCell(cell: LinkedCell, { cells, modules }: Placement): Cell {
  const { place, why } = cells[cell.id];
  const named = (kind: "view" | "live") => cell.streams.filter((s) => s.kind === kind).map((s) => s.name);
  return {
    id: cell.id,
    name: cell.name,
    kind: cell.kind,
    hidden: cell.hidden,
    auto: cell.auto,
    worker: cell.worker,
    ...(cell.onlyFunctions && cell.defines.size > 0 ? { onlyFunctions: true } : {}),
    line: cell.line,
    endLine: cell.endLine,
    source: cell.source,
    markdown: cell.markdown,
    defines: cell.fault ? [...cell.fault.declares] : [...cell.defines.keys()],
    reads: cell.reads,
    views: named("view"),
    lives: named("live"),
    imports: [...cell.uses.keys()],
    async: cell.async,
    place,
    why,
    key: keyOf(cell, place, modules[cell.id].fingerprint),
  };
}

/** The syntax tree without positions: comments, layout and moved lines do not change it. */
function keyOf(cell: LinkedCell, place: string, fingerprint: readonly string[]): string {
  if (cell.kind === "markdown" || cell.fault) return hashOf(`${cell.kind} ${cell.source.trim()}`);
  const tree = JSON.stringify(cell.statements, (name, value) => {
    if (name === "start" || name === "end") return undefined;
    if (typeof value === "bigint") return String(value);
    return value;
  });
  return hashOf([place, tree, ...cell.verbs.values(), ...fingerprint].join("\n"));
}

/** Cells that say the same are told apart by their order. */
function distinctKeys(cells: readonly Cell[]): Cell[] {
  const count = new Map<string, number>();
  return cells.map((cell) => {
    const earlier = count.get(cell.key) ?? 0;
    count.set(cell.key, earlier + 1);
    return earlier === 0 ? cell : { ...cell, key: `${cell.key}.${earlier}` };
  });
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => a.line - b.line || a.column - b.column;
