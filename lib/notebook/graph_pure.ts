import { cellNamed } from "./cell_named.ts";
import type { Diagnostic } from "./notebook.ts";
import type { Graph, LinkedCell } from "./graph.ts";
import { isOutwardGlobal, isPageGlobal, isServerGlobal } from "./graph_globals.ts";
import type { Parsed } from "./parse.ts";
import type { CellModules } from "./placement_imports.ts";

/**
 * Finds exports whose value cannot be had by computing alone: who imports the notebook's file, or tests it, would train
 * or print.
 *
 * A cell is pure when running it only computes: it holds no input and no stream, displays nothing, uses no import that
 * needs the server (the engine, files), and no name of Deno, of the process, of a page, of the network, of storage or
 * of the console. A function that would do any of this is no fault where it is only declared: it counts where a cell
 * calls it, as far as `needsOf` follows calls. An export needs its own cell pure, and every cell that this one reads, at
 * whatever remove, also from inside a function. Types are no exports; the clock and `Math.random` are not judged.
 *
 * @param modules what the imports of each cell pull in, by id of the cell
 */
export function impureExports(
  graph: Pick<Graph, "cells" | "owner">,
  modules: readonly Pick<CellModules, "server">[],
  at: Parsed["at"],
): Diagnostic[] {
  const effects = graph.cells.map((cell) => effectOf(cell, graph, modules));
  return graph.cells.filter((cell) => cell.exports.size > 0).flatMap((cell) => {
    const culprit = ancestry(cell, graph).find((each) => effects[each.id]);
    if (!culprit) return [];
    return [...cell.exports].map(([name, { offset }]): Diagnostic => {
      const depends = culprit === cell
        ? ""
        : `depends on ${cellNamed(culprit.name)}, line ${culprit.line}, which `;
      const where = `${cellNamed(cell.name)}, line ${at(offset).line}, ${depends}${effects[culprit.id]}`;
      const message = `impure export: ${name} (${where}): export from cells that only compute`;
      return { level: "error", ...at(offset), code: "export-impure", message, cells: [cell.id] };
    });
  });
}

/** What running a cell does besides computing, as "streams"; undefined: nothing. */
function effectOf(
  cell: LinkedCell,
  { cells, owner }: Pick<Graph, "cells" | "owner">,
  modules: readonly Pick<CellModules, "server">[],
): string | undefined {
  const [stream] = cell.streams;
  if (stream) return stream.kind === "live" ? "streams" : "holds inputs";
  for (const [name, { via }] of cell.needs) {
    const reader = via.length > 0 ? cells[owner.get(via.at(-1)!)!] : cell;
    const by = via.length > 0 ? `calls ${via[0]}, which ` : "";
    const server = modules[reader.id].server.get(name);
    if (server) return `${by}uses ${name} (${server})`;
    if (reader.verbs.get(name) === "display") return `${by}displays`;
    if (!reader.globals.includes(name)) continue;
    if (isServerGlobal(name) || isPageGlobal(name) || isOutwardGlobal(name)) return `${by}uses ${name}`;
  }
  return undefined;
}

/** A cell and all that it reads, at whatever remove, the nearest first. */
function ancestry(cell: LinkedCell, { cells, owner }: Pick<Graph, "cells" | "owner">): LinkedCell[] {
  const all = new Set([cell]);
  for (const each of all) for (const name of each.reads) all.add(cells[owner.get(name)!]);
  return [...all];
}
