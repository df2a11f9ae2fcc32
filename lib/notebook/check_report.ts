import { cellNamed } from "./cell_named.ts";
import type { GraphCell } from "./check_graph.ts";
import type { TypeFault } from "./check_types.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";
import { cellAtLine } from "./parse_lines.ts";

/** What was found in one notebook. */
export interface FileReport {
  /** its path as seen from here */
  readonly file: string;
  readonly notebook: Notebook;
  readonly diagnostics: readonly (Diagnostic | TypeFault)[];
  /** what --fix did: cells that changed their place, or why none did */
  readonly moved?: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly refused?: string;
  /** what --graph shows */
  readonly graph?: { readonly text: string; readonly cells: readonly GraphCell[] };
}

/** One line for a problem: `file:line:column  error duplicate-name  message`. */
export function diagnosticText(file: string, { line, column, level, code, message }: Diagnostic): string {
  return `${file}:${line}:${column}  ${level} ${code}  ${message.replaceAll("\n", " ")}`;
}

/** What was found as text: what was moved, the problems, the graph; no newline at the end. */
export function reportText(reports: readonly FileReport[]): string {
  return reports.flatMap(({ file, diagnostics, moved = [], refused, graph }) => [
    ...moved.map(({ name, from, to }) =>
      `${file}: moved ${cellNamed(name)}${from === to ? "" : ` from line ${from} to line ${to}`}`
    ),
    ...(refused ? [`${file}: not reordered: ${refused}`] : []),
    ...diagnostics.map((each) => diagnosticText(file, each)),
    ...(graph ? [file, graph.text] : []),
  ]).join("\n");
}

/** The same as data; columns from 1, `endColumn` the first after what is meant. */
export function reportJson(reports: readonly FileReport[]): Record<string, unknown> {
  const all = reports.flatMap(({ diagnostics }) => diagnostics);
  return {
    files: reports.map(({ file, notebook, diagnostics, moved, refused, graph }) => ({
      file,
      diagnostics: diagnostics.map((each) => diagnosticJson(each, notebook)),
      ...(moved && { moved }),
      ...(refused !== undefined && { refused }),
      ...(graph && { cells: graph.cells }),
    })),
    errors: countOf(all, "error"),
    warnings: countOf(all, "warning"),
  };
}

export const countOf = (diagnostics: readonly Diagnostic[], level: Diagnostic["level"]): number =>
  diagnostics.filter((each) => each.level === level).length;

function diagnosticJson(each: Diagnostic | TypeFault, { cells, text }: Notebook) {
  const { level, line, column, code, message } = each;
  const concerned = each.cells.map((id) => cells[id].name);
  const around = concerned.length > 0 ? undefined : cellAtLine(cells, line);
  const word = /^[\w$]+/.exec((text.split("\n")[line - 1] ?? "").slice(column - 1))?.[0];
  const endColumn = "endColumn" in each ? each.endColumn : word && column + word.length;
  return { level, line, column, endColumn, code, message, cells: around ? [around.name] : concerned };
}
