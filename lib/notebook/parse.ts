import type { ModuleDeclaration, Statement } from "acorn";
import { cellNamed } from "./cell_named.ts";
import type { Cell, Diagnostic } from "./notebook.ts";
import { cellAtLine, lineIndex, type Place } from "./parse_lines.ts";
import { FLAGS, type Marker, marker } from "./parse_marker.ts";
import { type Syntax, syntax, SyntaxFault } from "./parse_syntax.ts";
import { locateSyntaxError } from "./parse_syntax_error.ts";

type CellText = Pick<
  Cell,
  "id" | "name" | "kind" | "hidden" | "auto" | "worker" | "line" | "endLine" | "source" | "markdown"
>;

/** A cell as it stands in the file. Offsets count UTF-16 units from the start of the file. */
export interface ParsedCell extends CellText {
  readonly pin?: "server" | "browser";
  /** where the marker begins, where the text after the marker line does, and where the next cell does */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly statements: readonly (Statement | ModuleDeclaration)[];
  /** set when its text is not valid: it has no statements, and the names it seems to declare */
  readonly fault?: { readonly error: SyntaxFault; readonly declares: readonly string[] };
}

export interface Parsed {
  readonly url: string;
  readonly text: string;
  /** text without types, of the same length; faulty cells are blank */
  readonly script: string;
  readonly cells: readonly ParsedCell[];
  readonly at: (offset: number) => Place;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Cuts the text of a notebook into cells. A cell with a syntax error is blanked and the others live on.
 *
 * @example
 * ```ts
 * import { parse } from "./parse.ts";
 * const { cells } = parse("// %% rate\nconst rate = 0.1;\n", "file:///notebook.ts");
 * cells[0].name; // "rate"
 * ```
 */
export function parse(text: string, url: string): Parsed {
  const at = lineIndex(text);
  const diagnostics: Diagnostic[] = [];
  const { tree, faults } = tolerantSyntax(text);
  const pieces = cut(text, tree, at, diagnostics);
  const cells = pieces
    .map((piece) => toCell(piece, text, tree, at, faults.get(piece.start)))
    .filter((cell) => cell.start < cell.bodyStart || cell.statements.length > 0 || cell.fault)
    .map((cell, id) => ({ ...cell, id, name: cell.name || `cell ${id}` }));
  for (const [i, each] of diagnostics.entries()) {
    const around = cellAtLine(cells, each.line)!;
    diagnostics[i] = { ...each, message: `${cellNamed(around.name)}: ${each.message}`, cells: [around.id] };
  }
  for (const cell of cells) {
    if (cell.fault) diagnostics.push(faultDiagnostic(cell, at));
    diagnostics.push(...contentFaults(cell, at));
  }
  return { url, text, script: tree.script, cells: uniqueNames(cells, diagnostics), at, diagnostics };
}

/** Gives the syntax errors that the stripper left without a position their line and column. */
export async function locateFaults(parsed: Parsed): Promise<Parsed> {
  const vague = parsed.cells.filter((cell) => cell.fault && cell.fault.error.offset === undefined);
  if (vague.length === 0) return parsed;
  const located = new Map<number, Diagnostic>();
  for (const cell of vague) {
    const found = await locateSyntaxError(parsed.text.slice(cell.start, cell.end));
    if (!found) continue;
    const error = new SyntaxFault(found.message, found.offset);
    located.set(cell.id, faultDiagnostic({ ...cell, fault: { error, declares: [] } }, parsed.at));
  }
  const diagnostics = parsed.diagnostics.map((each) =>
    each.code === "syntax" ? located.get(each.cells[0]) ?? each : each
  );
  return { ...parsed, diagnostics };
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly marker?: Marker;
}

/** The syntax of the text, or of what remains when each faulty piece is blanked; faults by start of the piece. */
function tolerantSyntax(text: string): { tree: Syntax; faults: Map<number, SyntaxFault> } {
  const faults = new Map<number, SyntaxFault>();
  const whole = attempt(text);
  if (!(whole instanceof SyntaxFault)) return { tree: whole, faults };
  const pieces = cutByLines(text);
  for (const piece of pieces) {
    const part = attempt(text.slice(piece.start, piece.end));
    if (part instanceof SyntaxFault) faults.set(piece.start, part);
  }
  if (faults.size === 0) {
    const blamed = pieces.findLast((piece) => piece.start <= (whole.offset ?? text.length))!;
    const offset = whole.offset === undefined ? undefined : whole.offset - blamed.start;
    faults.set(blamed.start, new SyntaxFault(whole.message, offset));
  }
  const rest = attempt(blankPieces(text, pieces.filter((piece) => faults.has(piece.start))));
  if (!(rest instanceof SyntaxFault)) return { tree: rest, faults };
  for (const piece of pieces) if (!faults.has(piece.start)) faults.set(piece.start, rest);
  return { tree: syntax(blankPieces(text, pieces)), faults };
}

function attempt(text: string): Syntax | SyntaxFault {
  try {
    return syntax(text);
  } catch (error) {
    if (error instanceof SyntaxFault) return error;
    throw error;
  }
}

/** Cells by lines that look like markers: what remains when the text has no syntax tree. */
function cutByLines(text: string): Piece[] {
  const starts = [0];
  for (const { 0: line, index } of text.matchAll(/^\/\/.*$/gm)) {
    if (index > 0 && marker(line.slice(2).trimEnd())) starts.push(index);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }));
}

function blankPieces(text: string, pieces: readonly Piece[]): string {
  let blank = text;
  for (const { start, end } of pieces) {
    const body = bodyStartOf(text, start, end, /^\/\/ ?%%/.test(text.slice(start, end)));
    blank = blank.slice(0, body) + text.slice(body, end).replace(/[^\n]/g, " ") + blank.slice(end);
  }
  return blank;
}

function bodyStartOf(text: string, start: number, end: number, marked: boolean): number {
  if (!marked) return start;
  const newline = text.indexOf("\n", start);
  return newline < 0 || newline >= end ? end : newline + 1;
}

function cut(text: string, tree: Syntax, at: Parsed["at"], diagnostics: Diagnostic[]): Piece[] {
  const pieces: { start: number; marker?: Marker }[] = [{ start: 0 }];
  for (const { start, text: comment } of tree.comments) {
    const found = start === 0 || text[start - 1] === "\n" ? marker(comment) : undefined;
    if (!found) continue;
    const around = tree.body.find((statement) => statement.start < start && start < statement.end);
    if (around) {
      const message = `marker inside the statement of line ${at(around.start).line}: it cuts nothing`;
      diagnostics.push({ level: "warning", ...at(start), code: "marker-in-statement", message, cells: [] });
    } else pieces.push({ start, marker: found });
  }
  const ends = [...pieces.slice(1).map((piece) => piece.start), text.length];
  return pieces.map((piece, i) => ({ ...piece, end: ends[i] })).filter((each) => each.marker || each.end > 0);
}

function toCell(
  piece: Piece,
  text: string,
  tree: Syntax,
  at: Parsed["at"],
  error?: SyntaxFault,
): ParsedCell & { flagFaults: readonly string[] } {
  const { start, end, marker } = piece;
  const bodyStart = bodyStartOf(text, start, end, marker !== undefined);
  const source = text.slice(bodyStart, end);
  const statements = tree.body.filter((statement) => statement.start >= start && statement.start < end);
  const kind = marker?.markdown ? "markdown" : "code";
  return {
    id: 0,
    name: marker ? marker.title : "setup",
    kind,
    hidden: marker?.hidden ?? false,
    auto: marker?.auto ?? false,
    worker: marker?.worker ?? false,
    pin: marker?.pin,
    line: at(start).line,
    endLine: at(Math.max(start, end - 1)).line,
    source,
    markdown: kind === "markdown" ? proseOf(source) : "",
    start,
    bodyStart,
    end,
    statements,
    fault: error && { error, declares: seemingNames(source) },
    flagFaults: marker?.faults ?? [],
  };
}

/** Prose stands in line comments, or in one block comment. */
function proseOf(source: string): string {
  const block = /^\s*\/\*([^]*?)\*\/\s*$/.exec(source);
  if (block) return block[1].trim();
  return source.split("\n").map((line) => line.trim().replace(/^\/\/ ?/, "")).join("\n").trim();
}

/** Names declared at the start of a line: enough to say who waits for a cell that cannot be parsed. */
function seemingNames(source: string): string[] {
  const declaration =
    /^(?:export\s+)?(?:async\s+)?(?:const|let|var|class|function\*?)\s+(?:\{([^}]*)\}|([\w$]+))/gm;
  return [...source.matchAll(declaration)].flatMap(([, pattern, name]) =>
    name ? [name] : pattern.split(",").map((part) => part.split(":").at(-1)!.split("=")[0].trim())
  ).filter((name) => /^[\w$]+$/.test(name));
}

function faultDiagnostic(cell: ParsedCell, at: Parsed["at"]): Diagnostic {
  const { error } = cell.fault!;
  const place = error.offset === undefined ? { line: cell.line, column: 1 } : at(cell.start + error.offset);
  const message = `${cellNamed(cell.name)}: ${error.message}`;
  return { level: "error", ...place, code: "syntax", message, cells: [cell.id] };
}

function contentFaults(
  cell: ParsedCell & { flagFaults: readonly string[] },
  at: Parsed["at"],
): Diagnostic[] {
  const faults: Diagnostic[] = cell.flagFaults.map((message) => ({
    level: "error",
    ...at(cell.start),
    code: message.startsWith("unknown") ? "unknown-flag" : "invalid-flags",
    message: `${cellNamed(cell.name)}: ${message}`,
    cells: [cell.id],
  }));
  const last = cell.name.split(/\s+/).at(-1)!;
  if (cell.kind === "code" && cell.start < cell.bodyStart && FLAGS.includes(last)) {
    const message = `${
      cellNamed(cell.name)
    } (line ${cell.line}): ${last} is a word of its title: write [${last}] for the flag`;
    faults.push({ level: "warning", ...at(cell.start), code: "flag-in-title", message, cells: [cell.id] });
  }
  const [first] = cell.statements;
  if (cell.kind === "markdown" && first) {
    const message = `code in markdown ${
      cellNamed(cell.name)
    }: write prose as // comments, or drop [markdown]`;
    faults.push({ level: "error", ...at(first.start), code: "code-in-markdown", message, cells: [cell.id] });
  }
  return faults;
}

/** A second cell of one title is an error; it keeps its line in the name, so that names stay unique. */
function uniqueNames(cells: readonly ParsedCell[], diagnostics: Diagnostic[]): ParsedCell[] {
  const first = new Map<string, ParsedCell>();
  return cells.map((cell) => {
    const earlier = first.get(cell.name);
    if (!earlier) {
      first.set(cell.name, cell);
      return cell;
    }
    const message = `duplicate title: ${cell.name} (lines ${earlier.line} and ${cell.line}): rename one`;
    const place = { line: cell.line, column: 1 };
    diagnostics.push({ level: "error", ...place, code: "duplicate-title", message, cells: [cell.id] });
    return { ...cell, name: `${cell.name} (line ${cell.line})` };
  });
}
