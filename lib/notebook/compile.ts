import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyNode } from "acorn";
import type { Cell, Notebook, Side } from "./notebook.ts";
import { hasLoops, loopEdits, type LoopNames, loopNames } from "./compile_loops.ts";
import { graph, type LinkedCell } from "./graph.ts";
import { plain } from "./graph_cell.ts";
import { blockedCells } from "./load.ts";
import { parse, type Parsed } from "./parse.ts";
import { runsOn } from "./placement.ts";
import { children } from "./references_declared.ts";

/** The server's program, the page's, or all of it as a script runs it: top to bottom, `await live(…)` awaited. */
export type ProgramSide = Side | "script";

/** What a program gives for each cell: its id, and a function of its capabilities and of the names it reads. */
export interface ProgramCell {
  readonly id: number;
  // deno-lint-ignore no-explicit-any
  readonly fn: (verbs: any, ...reads: any[]) => Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** The cells of a notebook that the program of a side holds, in file order; those with an error are left out. */
export function programCells(notebook: Notebook, side: ProgramSide): Cell[] {
  const blocked = blockedCells(notebook);
  return notebook.cells.filter((cell) =>
    cell.kind === "code" && !blocked.has(cell.id) && (side === "script" || runsOn(cell, side, notebook))
  );
}

/**
 * Writes the program of a side: one module whose default export makes `ProgramCell`s out of the imports' values. Every
 * line is the notebook's own line, so a stack names the true place. Loops of the page's cells can be ended by a
 * `LoopWatch`, the second argument; without one they run as they are.
 *
 * @example
 * ```ts
 * import { program } from "./compile.ts";
 * import { loadNotebook } from "./load.ts";
 * import { memoryModules } from "./modules.ts";
 * const texts = { "file:///n.ts": "// %% a\nconst a = 1;\n// %% b\nconst b = a + 1;\n" };
 * program(await loadNotebook("file:///n.ts", memoryModules(texts)), "browser");
 * // export default ({}) => [{id:0,fn:function cell_a({}){
 * // const a = 1;
 * // ;return {a};}},{id:1,fn:function cell_b({},a){
 * // const b = a + 1; …
 * ```
 */
export function program(notebook: Notebook, side: ProgramSide): string {
  const parsed = parse(notebook.text, notebook.url);
  const linked = graph(parsed).cells;
  const included = new Map(programCells(notebook, side).map((cell) => [cell.id, cell]));
  const locals = new Set([...included.values()].flatMap((cell) => cell.imports));
  const names = { ...loopNames(parsed.script), meta: metaName(parsed.script), imports: locals };
  const edits: Edit[] = [];
  const first = linked[0]?.start ?? parsed.text.length;
  edits.push(newlines(parsed, 0, first));
  for (const cell of linked) {
    if (included.has(cell.id)) edits.push(...cellEdits(cell, parsed, side, names));
    else edits.push(newlines(parsed, cell.start, cell.end));
  }
  const body = edited(parsed.script, edits);
  const { stop, ended } = names;
  const watched = linked.some((cell) => included.has(cell.id) && watches(cell, side));
  const asks = linked.some((cell) =>
    included.has(cell.id) && metaEdits(cell.statements, names.meta).length > 0
  );
  const watch = watched ? `,{stop:${stop},ended:${ended}}={stop:[0],ended(){}}` : asks ? ",_" : "";
  const meta = asks ? `,${names.meta}=${metaOf(parsed.url)}` : "";
  return `export default ({${[...locals].join()}}${watch}${meta}) => [${body}${
    body.endsWith("\n") ? "" : "\n"
  }];\n`;
}

/** Only the page has one thread for the notebook and for the person. */
const watches = (cell: LinkedCell, side: ProgramSide) => side === "browser" && hasLoops(cell.statements);

/** Replaces the text from start to end. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Names that a program has besides the notebook's. */
interface ProgramNames extends LoopNames {
  readonly meta: string;
  /** of the notebook: local names of imports */
  readonly imports: ReadonlySet<string>;
}

function cellEdits(cell: LinkedCell, parsed: Parsed, side: ProgramSide, names: ProgramNames): Edit[] {
  const awaited = side === "script" && cell.streams.some((stream) => stream.kind === "live");
  const capabilities = [...cell.verbs].map(([local, verb]) => local === verb ? verb : `${verb}:${local}`);
  const parameters = [`{${capabilities.join()}}`, ...cell.reads].join();
  const watched = watches(cell, side);
  const kind = cell.async || awaited ? "async function" : "function";
  const opener = `{id:${cell.id},fn:${kind} ${functionName(cell, names)}(${parameters}){${
    watched ? `const ${names.endless}=${names.ended}(${JSON.stringify(cell.name)});` : ""
  }`;
  const markerEnd = cell.bodyStart > cell.start ? lineEnd(parsed.script, cell.start) : cell.start;
  const newline = parsed.script[cell.end - 1] === "\n" ? "" : "\n";
  return [
    { start: cell.start, end: markerEnd, text: opener },
    ...(parsed.script.startsWith("#!") && cell.start === 0
      ? [blank(parsed, 0, lineEnd(parsed.script, 0))]
      : []),
    ...cell.statements.flatMap((statement) => statementEdits(statement, parsed, names)),
    ...cell.streams.flatMap((stream): Edit[] => [
      ...(stream.await && side !== "script" ? [blank(parsed, stream.await.start, stream.await.end)] : []),
      { start: stream.open, end: stream.open, text: `${JSON.stringify(stream.name)},` },
    ]),
    ...(watched ? loopEdits(cell.statements, parsed.script, names) : []),
    { start: cell.end, end: cell.end, text: `${newline};return {${[...cell.defines.keys()].join()}};}},` },
  ];
}

/** Stacks say it. Within the function it hides what has the same name outside, which only an import can. */
function functionName({ name }: LinkedCell, { imports }: ProgramNames): string {
  let free = `cell_${name.replace(/[^\w$]+/g, "_")}`;
  while (imports.has(free)) free += "_";
  return free;
}

function statementEdits(
  statement: LinkedCell["statements"][number],
  parsed: Parsed,
  { meta }: ProgramNames,
): Edit[] {
  const [runs] = plain(statement);
  if (!runs) return [blank(parsed, statement.start, statement.end)];
  const exported = runs.start > statement.start ? [blank(parsed, statement.start, runs.start)] : [];
  return [...exported, ...metaEdits([runs], meta)];
}

/** The module that runs is not the notebook's file: its `import.meta` is a name, as long, that says what it would there. */
const metaEdits = (nodes: readonly AnyNode[], meta: string): Edit[] =>
  nodes.flatMap((node) =>
    node.type === "MetaProperty" && node.meta.name === "import"
      ? [{ start: node.start, end: node.end, text: meta }]
      : metaEdits(children(node), meta)
  );

/** A name of the length of `import.meta` that a text does not have. */
function metaName(text: string): string {
  for (let n = 0;; n++) {
    const name = `$meta${String(n).padStart("import.meta".length - "$meta".length, "_")}`;
    if (!text.includes(name)) return name;
  }
}

function metaOf(url: string): string {
  const filename = fileURLToPath(url);
  const values = JSON.stringify({ url, filename, dirname: dirname(filename), main: false });
  return `{...${values},resolve:(s)=>new URL(s,${JSON.stringify(url)}).href}`;
}

/** Spaces for a part of a line: what follows keeps its column. */
const blank = ({ script }: Parsed, start: number, end: number): Edit => ({
  start,
  end,
  text: script.slice(start, end).replace(/[^\n]/g, " "),
});

/** What follows keeps its line. */
const newlines = ({ script }: Parsed, start: number, end: number): Edit => ({
  start,
  end,
  text: script.slice(start, end).replace(/[^\n]/g, ""),
});

const lineEnd = (text: string, start: number): number => {
  const at = text.indexOf("\n", start);
  return at < 0 ? text.length : at;
};

/** Applies edits that do not overlap; at one place, they keep their order. */
export function edited(text: string, edits: readonly Edit[]): string {
  let out = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}
