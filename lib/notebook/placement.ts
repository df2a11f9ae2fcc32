import { cellNamed } from "./cell_named.ts";
import type { Cell, Diagnostic, Notebook, Place, Side } from "./notebook.ts";
import type { Graph, LinkedCell } from "./graph.ts";
import { isPageGlobal, isServerGlobal } from "./graph_globals.ts";
import { type CellModules, cellModules } from "./placement_imports.ts";
import type { ModuleGraph } from "./modules_reach.ts";
import type { Place as Position } from "./parse_lines.ts";
import { readingNothing, readsOfTests } from "./test_cell.ts";

export interface Placed {
  readonly place: Place;
  readonly why: string;
}

export interface Placement {
  /** by id of the cell */
  readonly cells: readonly Placed[];
  /** what the imports of each cell pull in, by id of the cell */
  readonly modules: readonly CellModules[];
  readonly toBrowser: readonly string[];
  readonly toServer: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Decides where each cell runs. What needs files, Deno or native code runs on the server, and so does every cell that
 * such a cell reads, inputs excepted; what only declares functions runs on both sides; the rest runs in the page.
 */
export function placement(
  graph: Graph,
  url: string,
  at: (offset: number) => Position,
  modules: ModuleGraph,
): Placement {
  const reached = graph.cells.map((cell) => cellModules(cell, graph.imports, url, modules, graph.cells));
  const draft = graph.cells.map((cell, i) => firstPlace(cell, reached[i]));
  const untested = { ...graph, cells: graph.cells.map(readingNothing) };
  const state: State = { graph: untested, at, placed: draft.map((each) => each.placed), diagnostics: [] };
  state.diagnostics.push(...readsOfTests(graph.cells, graph.owner));
  state.diagnostics.push(...merged(reached.flatMap((each) => each.problems)));
  for (const [i, { fault, code }] of draft.entries()) {
    if (fault) addProblem(state, code!, graph.cells[i], fault);
  }
  pullToServer(state);
  settleFunctions(state);
  const { placed, diagnostics } = state;
  return { cells: placed, modules: reached, ...crossings(state), diagnostics };
}

/** Whether a placed cell is part of the program of a side. */
export function runsOn(cell: Cell, side: Side, notebook: Pick<Notebook, "toServer">): boolean {
  if (cell.kind !== "code") return false;
  if (cell.place === side || cell.place === "both") return true;
  if (cell.place !== "input") return false;
  return side === "browser" || cell.views.some((view) => notebook.toServer.includes(view));
}

/** One problem for an import that several cells use. */
function merged(problems: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map<string, Diagnostic>();
  for (const each of problems) {
    const key = `${each.line}:${each.column} ${each.message}`;
    const cells = new Set([...byPlace.get(key)?.cells ?? [], ...each.cells]);
    byPlace.set(key, { ...each, cells: [...cells] });
  }
  return [...byPlace.values()];
}

interface State {
  readonly graph: Graph;
  readonly at: (offset: number) => Position;
  readonly placed: Placed[];
  readonly diagnostics: Diagnostic[];
}

function addProblem(
  state: State,
  code: string,
  cell: LinkedCell,
  message: string,
  others: number[] = [],
): void {
  const cells = [cell.id, ...others];
  state.diagnostics.push({ level: "error", line: cell.line, column: 1, code, message, cells });
}

/** Where a cell runs by what it is, before others are asked. */
function firstPlace(
  cell: LinkedCell,
  modules: CellModules,
): { placed: Placed; fault?: string; code?: string } {
  if (cell.fault) return { placed: { place: "browser", why: "syntax error" } };
  if (cell.kind === "markdown") return { placed: { place: "browser", why: "prose" } };
  const serverGlobal = cell.globals.find(isServerGlobal);
  const server = serverGlobal ? `uses ${serverGlobal}` : [...modules.server.values()][0];
  const page = cell.globals.find(isPageGlobal);
  if (cell.streams.some((stream) => stream.kind === "view")) {
    const placed: Placed = { place: "input", why: "holds inputs" };
    if (server) {
      const fault = `${
        cellNamed(cell.name)
      } holds inputs, which live in the page, but ${server}: split it in two cells`;
      return { placed, fault, code: "input-needs-server" };
    }
    if (cell.pin !== "server") return { placed };
    const flag = cell.worker ? "worker" : "server";
    const fault = `${cellNamed(cell.name)} holds inputs, which live in the page: drop [${flag}]`;
    return { placed, fault, code: "pinned-input" };
  }
  if (cell.pin === "browser" && server) {
    const fault = `${
      cellNamed(cell.name)
    } is pinned to the browser, but ${server}: drop [browser] or that use`;
    return { placed: { place: "browser", why: "pinned" }, fault, code: "browser-needs-server" };
  }
  if (cell.pin === "server" && page) {
    const flag = cell.worker ? "worker" : "server";
    const fault = `${
      cellNamed(cell.name)
    } is pinned to the server, but uses ${page}: drop [${flag}] or that use`;
    return { placed: { place: "server", why: "pinned" }, fault, code: "server-needs-page" };
  }
  if (cell.pin) return { placed: { place: cell.pin, why: cell.worker ? "runs in a worker" : "pinned" } };
  if (server && page) {
    const fault = `${
      cellNamed(cell.name)
    } uses ${page}, which only a page has, but ${server}: split it in two cells`;
    return { placed: { place: "server", why: server }, fault, code: "two-sides" };
  }
  if (server) return { placed: { place: "server", why: server } };
  if (page) return { placed: { place: "browser", why: `uses ${page}` } };
  if (cell.onlyFunctions) {
    return { placed: { place: "both", why: cell.defines.size > 0 ? "only functions" : "only imports" } };
  }
  return { placed: { place: "browser", why: "needs nothing of the server" } };
}

/** What a cell on the server reads must be on the server too; inputs are evaluated there as well as in the page. */
function pullToServer(state: State): void {
  const { graph, placed } = state;
  const queue = graph.cells.filter((cell) => placed[cell.id].place === "server");
  const seen = new Set(queue.map((cell) => cell.id));
  for (let cell = queue.shift(); cell; cell = queue.shift()) {
    for (const name of cell.reads) {
      const maker = graph.cells[graph.owner.get(name)!];
      if (seen.has(maker.id)) continue;
      seen.add(maker.id);
      if (placed[maker.id].place === "browser") {
        if (maker.pin === "browser" || maker.globals.some(isPageGlobal)) {
          const why = maker.pin ? "is pinned to the browser" : placed[maker.id].why;
          const message =
            `server ${cellNamed(cell.name)} (line ${cell.line}) reads ${name}, but ${
              cellNamed(maker.name)
            } ` +
            `(line ${maker.line}) ${why}: move what both need into a cell of its own`;
          addProblem(state, "server-reads-browser", cell, message, [maker.id]);
          continue;
        }
        placed[maker.id] = { place: "server", why: `feeds server ${cellNamed(cell.name)}` };
      }
      queue.push(maker);
    }
  }
}

/** A cell of functions stays on both sides unless only one side can give it what it reads. */
function settleFunctions({ graph, placed }: State): void {
  const reads = (cell: LinkedCell) => cell.reads.map((name) => graph.owner.get(name)!);
  const readers = graph.cells.map((cell) => graph.cells.filter((other) => reads(other).includes(cell.id)));
  const neededOn = (id: number, side: Side, seen = new Set<number>()): boolean =>
    readers[id].some((reader) => {
      if (seen.has(reader.id)) return false;
      seen.add(reader.id);
      const { place } = placed[reader.id];
      return place === side || (place === "input" && side === "browser") ||
        (place === "both" && neededOn(reader.id, side, seen));
    });
  for (let changed = true; changed;) {
    changed = false;
    for (const cell of graph.cells) {
      if (placed[cell.id].place !== "both") continue;
      const from = (place: Place) =>
        cell.reads.find((name) => placed[graph.owner.get(name)!].place === place);
      const [server, browser] = [from("server"), from("browser") ?? from("input")];
      if (browser && !neededOn(cell.id, "server")) {
        placed[cell.id] = { place: "browser", why: `reads ${browser} of the page` };
        changed = true;
      } else if (server && !neededOn(cell.id, "browser")) {
        placed[cell.id] = { place: "server", why: `reads ${server} of the server` };
        changed = true;
      }
    }
  }
}

/** The names whose values travel, and the way. */
function crossings({ graph, placed }: State): Pick<Placement, "toBrowser" | "toServer"> {
  const code = graph.cells.filter((cell) => cell.kind === "code");
  const inputs = code.filter((cell) => placed[cell.id].place === "input");
  // sets of names read on the server: grows with the inputs that must be evaluated there
  const onServer = new Set(
    code.filter((cell) => ["server", "both"].includes(placed[cell.id].place))
      .flatMap((cell) => cell.reads),
  );
  for (let size = -1; size !== onServer.size;) {
    size = onServer.size;
    for (const cell of inputs) {
      if (![...cell.defines.keys()].some((name) => onServer.has(name))) continue;
      for (const name of cell.reads) onServer.add(name);
    }
  }
  const inBrowser = new Set(
    code.filter((cell) => placed[cell.id].place !== "server").flatMap((cell) => cell.reads),
  );
  const toServer = inputs.flatMap((cell) => {
    const views = cell.streams.filter((stream) => stream.kind === "view").map((stream) => stream.name);
    const read = views.filter((view) => onServer.has(view));
    const other = [...cell.defines.keys()].some((name) => onServer.has(name));
    return read.length > 0 ? read : other ? views : [];
  });
  const toBrowser = code.filter((cell) => placed[cell.id].place === "server")
    .flatMap((cell) => [...cell.defines.keys()]).filter((name) => inBrowser.has(name));
  return { toBrowser, toServer };
}
