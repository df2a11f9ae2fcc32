import type { AnyNode, Statement } from "acorn";
import type { Edit } from "./compile.ts";
import { children, isFunction } from "./references_declared.ts";

/** How a program's loops ask whether to go on, and what they throw when not. */
export interface LoopWatch {
  /** its first element is not 0 when the page has computed too long without a pause; read in every turn of a loop */
  readonly stop: { readonly [first: number]: number };
  /** makes what a loop of a cell throws that begins there in the notebook; line and column from 1 */
  ended(cell: string): (line: number, column: number) => Error;
}

const LOOPS = new Set([
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
]);

type Loop = AnyNode & { body: Statement };
const isLoop = (node: AnyNode): node is Loop => LOOPS.has(node.type);

/** The names that a program uses for it: none that the notebook's text has. */
export interface LoopNames {
  readonly stop: string;
  readonly ended: string;
  /** within a cell: makes what its loops throw */
  readonly endless: string;
}

/** Names that a text does not have. */
export function loopNames(text: string): LoopNames {
  const free = (name: string): string => text.includes(name) ? free(`${name}_`) : name;
  return { stop: free("$stop"), ended: free("$ended"), endless: free("$endless") };
}

/**
 * Edits that have every loop of these statements, in functions and classes too, end when the page has computed too
 * long. No line moves; a column does only behind a brace on a line where a loop with a `continue` opens and goes on,
 * and in a body without braces. What is no loop cannot be ended so: regular expressions, methods of arrays, recursion.
 *
 * @example
 * ```ts
 * import { edited } from "./compile.ts";
 * import { loopEdits, loopNames } from "./compile_loops.ts";
 * import { parse } from "./parse.ts";
 * const { script, cells } = parse("while (true) {\n  1;\n}\n", "file:///n.ts");
 * edited(script, loopEdits(cells[0].statements, script, loopNames(script)));
 * // while (true) {if($stop[0])throw $endless(1,1);
 * //   1;
 * // }
 * ```
 */
export function loopEdits(statements: readonly AnyNode[], script: string, names: LoopNames): Edit[] {
  return statements.flatMap((statement) => editsIn(statement, LIST, script, names));
}

/** What holds statements one after another. */
const LIST = "BlockStatement";
const LISTS = new Set([LIST, "StaticBlock", "SwitchCase"]);

/** @param within type of the node around */
function editsIn(node: AnyNode, within: string, script: string, names: LoopNames): Edit[] {
  // the edits of inner loops come first: where two bodies end at one place, the inner one is closed first
  const inner = children(node).flatMap((each) => editsIn(each, node.type, script, names));
  return isLoop(node) ? [...inner, ...watched(node, within, script, names)] : inner;
}

/** While all is well, a turn only reads a number. */
function watched(loop: Loop, within: string, script: string, { stop, endless }: LoopNames): Edit[] {
  const above = script.slice(0, loop.start), line = above.split("\n").length;
  const column = loop.start - above.lastIndexOf("\n");
  const ends = `if(${stop}[0])throw ${endless}(${line},${column});`;
  // what is thrown out of `for … of` passes through the end of its iterator, and that alone would make each turn slow
  const leaves = loop.type === "ForOfStatement" && within !== "LabeledStatement";
  if (!leaves) return turnEdits(loop.body, script, ends);
  const turns = turnEdits(loop.body, script, `if(${stop}[0])break;`);
  if (LISTS.has(within)) return [...turns, insert(loop.end, ends)];
  return [insert(loop.start, "{"), ...turns, insert(loop.end, `${ends}}`)];
}

const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });

function turnEdits(body: Statement, script: string, check: string): Edit[] {
  const { start, end } = body;
  const last = !skips(body);
  if (body.type !== "BlockStatement") {
    return [
      insert(start, last ? "{" : `{${check}`),
      insert(end, last ? `;${check}}` : "}"),
    ];
  }
  const rest = script.slice(start + 1, script.indexOf("\n", start) >>> 0);
  if (last && !/^\s*(\/\/.*)?$/.test(rest)) return [insert(end - 1, `;${check}`)];
  return [insert(start + 1, check)];
}

/** Whether a turn may end before the end of the body: then the check stands before it. */
function skips(node: AnyNode): boolean {
  if (node.type === "ContinueStatement") return true;
  return !isFunction(node) && children(node).some(skips);
}

/** Whether any loop stands in these statements. */
export function hasLoops(nodes: readonly AnyNode[]): boolean {
  return nodes.some((node) => isLoop(node) || hasLoops(children(node)));
}
