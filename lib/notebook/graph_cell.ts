import type { AnyNode, CallExpression, ModuleDeclaration, Statement, VariableDeclarator } from "acorn";
import { cellNamed } from "./cell_named.ts";
import type { Diagnostic } from "./notebook.ts";
import type { Verb } from "./graph_imports.ts";
import type { Parsed, ParsedCell } from "./parse.ts";
import { type Callable, callablesOf, FUNCTIONS } from "./graph_callables.ts";
import { type Export, exportsOf } from "./graph_exports.ts";
import { type References, references } from "./references.ts";
import { bound, children, declared, isFunction } from "./references_declared.ts";

/** `const name = view(…)` or `const name = await live(…)`: where to write the name in, and the `await` to drop. */
export interface Stream {
  readonly kind: "view" | "live";
  readonly name: string;
  /** just after the opening bracket of the call */
  readonly open: number;
  readonly await?: { readonly start: number; readonly end: number };
}

/** What one cell declares and uses, before other cells are looked at. */
export interface CellFacts {
  /** name → offset of its declaration */
  readonly defines: ReadonlyMap<string, number>;
  readonly streams: readonly Stream[];
  /** with what the cell itself declares */
  readonly references: References;
  /** the functions and classes that it declares under a name which keeps them */
  readonly callables: ReadonlyMap<string, Callable>;
  /** by the name that importers say */
  readonly exports: ReadonlyMap<string, Export>;
  /** names that `using` declares: disposed of when the cell ends */
  readonly disposed: readonly string[];
  /** it waits for something other than a live stream */
  readonly async: boolean;
  /** it only declares functions and classes, or nothing */
  readonly onlyFunctions: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the statements of a cell; `verbs` says which local names mean view and live. */
export function cellFacts(
  cell: ParsedCell,
  verbs: ReadonlyMap<string, Verb>,
  { at, script }: Pick<Parsed, "at" | "script">,
): CellFacts {
  const diagnostics: Diagnostic[] = [];
  const problem = (code: string, offset: number, message: string) => {
    diagnostics.push({
      level: "error",
      ...at(offset),
      code,
      message: `${cellNamed(cell.name)}: ${message}`,
      cells: [cell.id],
    });
  };
  const statements = cell.statements.flatMap((each) => plain(each, problem));
  const streams: Stream[] = [];
  const taken = new Set<AnyNode>();
  for (const statement of statements) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const declarator of statement.declarations) {
      const found = streamOf(declarator, verbs, script);
      if (!found) continue;
      taken.add(found.call);
      if ("fault" in found) problem(found.code, declarator.start, found.fault);
      else streams.push(found.stream);
    }
  }
  for (const call of statements.flatMap((each) => callsOf(each, verbs))) {
    if (taken.has(call)) continue;
    const verb = calledVerb(call, verbs)!;
    const form = verb === "live" ? "await live(…)" : "view(…)";
    problem(`${verb}-without-name`, call.start, `${verb}(…) without a name: write const x = ${form}`);
  }
  if (streams.some((s) => s.kind === "view") && streams.some((s) => s.kind === "live")) {
    problem(
      "view-and-live",
      cell.start,
      "holds inputs and a stream: split it in two cells",
    );
  }
  for (const start of statements.flatMap(dynamicImports)) {
    problem("dynamic-import", start, "import(): write an import declaration");
  }
  const live = new Set(streams.map((stream) => stream.await?.start));
  const exported = cell.statements.filter((each) => each.type === "ExportNamedDeclaration");
  const clauses = exported.filter((each) => !each.declaration);
  return {
    defines: definesOf(statements, problem, at),
    streams,
    references: references([...statements, ...clauses]),
    callables: new Map(statements.flatMap(callablesOf)),
    exports: new Map(exported.flatMap(exportsOf)),
    disposed: statements.flatMap((each) =>
      each.type === "VariableDeclaration" && each.kind.endsWith("using")
        ? each.declarations.flatMap(({ id }) => bound(id)).map(({ name }) => name)
        : []
    ),
    async: statements.some((each) => awaits(each, live)),
    onlyFunctions: statements.every(isFunctionDeclaration),
    diagnostics,
  };
}

type Problem = (code: string, offset: number, message: string) => void;

/** The statement that a cell runs: imports are bundled apart, `export` says nothing to other cells. */
export function plain(statement: Statement | ModuleDeclaration, problem?: Problem): Statement[] {
  switch (statement.type) {
    case "ImportDeclaration":
      return [];
    case "ExportDefaultDeclaration":
      problem?.("export-default", statement.start, "export default: write export const name = …");
      return [];
    case "ExportAllDeclaration":
      problem?.("export-all", statement.start, "export *: import the names that cells use");
      return [];
    case "ExportNamedDeclaration":
      if (statement.source) {
        problem?.("export-from", statement.start, "export … from: import the names that cells use");
      }
      return statement.declaration ? [statement.declaration] : [];
    default:
      return [statement];
  }
}

type Found = { call: CallExpression } & ({ stream: Stream } | { fault: string; code: string });

function streamOf(
  { id, init }: VariableDeclarator,
  verbs: ReadonlyMap<string, Verb>,
  script: string,
): Found | undefined {
  const call = init?.type === "AwaitExpression" ? init.argument : init;
  if (call?.type !== "CallExpression") return undefined;
  const kind = calledVerb(call, verbs);
  if (!kind) return undefined;
  if (id.type !== "Identifier") {
    const fault = `${kind}(…) taken apart: give it one name, and take that apart in another cell`;
    return { call, code: "destructured-stream", fault };
  }
  if (kind === "live" && init?.type !== "AwaitExpression") {
    return { call, code: "live-without-await", fault: `live(…) without await: write await live(…)` };
  }
  const open = script.indexOf("(", call.callee.end) + 1;
  const awaited = kind === "live" ? { start: init!.start, end: init!.start + "await".length } : undefined;
  return { call, stream: { kind, name: id.name, open, await: awaited } };
}

function calledVerb(
  call: CallExpression,
  verbs: ReadonlyMap<string, Verb>,
): "view" | "live" | undefined {
  const verb = call.callee.type === "Identifier" ? verbs.get(call.callee.name) : undefined;
  return verb === "view" || verb === "live" ? verb : undefined;
}

function callsOf(node: AnyNode, verbs: ReadonlyMap<string, Verb>): CallExpression[] {
  const own = node.type === "CallExpression" && calledVerb(node, verbs) ? [node] : [];
  return [...own, ...children(node).flatMap((each) => callsOf(each, verbs))];
}

function dynamicImports(node: AnyNode): number[] {
  const own = node.type === "ImportExpression" ? [node.start] : [];
  return [...own, ...children(node).flatMap(dynamicImports)];
}

function definesOf(
  statements: readonly Statement[],
  problem: Problem,
  at: Parsed["at"],
): Map<string, number> {
  const defines = new Map<string, number>();
  const vars = new Set(
    statements.filter((s) => s.type !== "FunctionDeclaration" && s.type !== "ClassDeclaration")
      .filter((s) => !(s.type === "VariableDeclaration" && s.kind !== "var"))
      .flatMap((s) => declared([s]).map((id) => id.start)),
  );
  for (const { name, start } of declared(statements)) {
    const earlier = defines.get(name);
    if (earlier === undefined) defines.set(name, start);
    else if (!vars.has(start) || !vars.has(earlier)) {
      const lines = `lines ${at(earlier).line} and ${at(start).line}`;
      problem("duplicate-name", start, `duplicate name: ${name} (${lines}): rename one`);
    }
  }
  return defines;
}

function awaits(node: AnyNode, live: ReadonlySet<number | undefined>): boolean {
  if (isFunction(node)) return false;
  if (node.type === "AwaitExpression" && !live.has(node.start)) return true;
  if (node.type === "ForOfStatement" && node.await) return true;
  if (node.type === "VariableDeclaration" && node.kind === "await using") return true;
  return children(node).some((each) => awaits(each, live));
}

function isFunctionDeclaration(statement: Statement): boolean {
  if (statement.type === "EmptyStatement") return true;
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") return true;
  return statement.type === "VariableDeclaration" && statement.kind === "const" &&
    statement.declarations.every(({ init }) => init && FUNCTIONS.includes(init.type));
}
