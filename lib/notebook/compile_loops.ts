import type { AnyNode, Program, Statement } from "acorn";
import type { Edit } from "./compile.ts";
import { children, isFunction } from "./references_declared.ts";

/** How a program's loops ask whether to go on, and what they throw when not. */
export interface LoopWatch {
  /** its first element is not 0 when the page has computed too long without a pause; read in every turn of a loop */
  readonly stop: { readonly 0: number };
  /** makes what the loops of a cell throw */
  ended(cell: string): () => Error;
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

/** What is put into each turn of a loop: nothing but the reading of a number while all is well. */
const CHECK = "if($stop[0])throw $endless();";

/**
 * Edits that have every loop of these statements, in functions and classes too, end when the page has computed too
 * long. No line moves. A column moves only where the loop's first statement stands on the line of its brace and the
 * loop holds a `continue`. What is no loop cannot be ended so: recursion, regular expressions, methods of arrays.
 */
export function loopEdits(statements: readonly AnyNode[], script: string): Edit[] {
  return statements.flatMap((statement) => editsIn(statement, script));
}

function editsIn(node: AnyNode, script: string): Edit[] {
  // the edits of inner loops come first: where two bodies end at one place, the inner one is closed first
  const inner = children(node).flatMap((each) => editsIn(each, script));
  return isLoop(node) ? [...inner, ...turnEdits(node.body, script)] : inner;
}

function turnEdits(body: Statement, script: string): Edit[] {
  const { start, end } = body;
  const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });
  const last = !skips(body);
  if (body.type !== "BlockStatement") {
    return [
      insert(start, last ? "{" : `{${CHECK}`),
      insert(end, last ? `;${CHECK}}` : "}"),
    ];
  }
  const rest = script.slice(start + 1, script.indexOf("\n", start) >>> 0);
  if (last && !/^\s*(\/\/.*)?$/.test(rest)) return [insert(end - 1, `;${CHECK}`)];
  return [insert(start + 1, CHECK)];
}

/** Whether a turn may end before the end of the body: then the check stands before it. */
function skips(node: AnyNode): boolean {
  if (node.type === "ContinueStatement") return true;
  return !isFunction(node) && children(node).some(skips);
}

/** Whether any loop stands in these statements. */
export function hasLoops(nodes: readonly (AnyNode | Program)[]): boolean {
  return nodes.some((node) => isLoop(node as AnyNode) || hasLoops(children(node as AnyNode)));
}
