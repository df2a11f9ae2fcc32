/** Calls in a notebook that give another value each time: what shows them differs when the report is checked. */
import type { Node } from "acorn";
import { cellAtLine, lineIndex } from "../notebook/parse_lines.ts";
import { syntax, SyntaxFault } from "../notebook/parse_syntax.ts";
import type { PageNotebook } from "../notebook/wire.ts";

/** A call or a construction, by what it asks. */
const CLOCKS = ["Date.now", "performance.now", "new Date"];
const CHANCE = ["Math.random", "crypto.randomUUID", "crypto.getRandomValues"];

/** As acorn's nodes are, whatever their type. */
type Any = Node & {
  readonly callee?: Any;
  readonly object?: Any;
  readonly property?: Any;
  readonly name?: string;
  readonly arguments?: readonly Any[];
};

/**
 * One line for each cell and call, as `cell timing at line 9: Date.now() …`, with what to do. A reading within
 * `clocked(…)` is marked as one, and is left out; so is `new Date(…)` of something.
 *
 * @param notebook its cells, whose lines are those of the text
 * @param text of its file; one that cannot be parsed has no such calls
 * @example
 * ```ts
 * import { fickleCalls } from "./fickle_calls.ts";
 * const cells = [{ name: "dice", line: 1, endLine: 2 }];
 * fickleCalls({ cells }, "// %% dice\nconst thrown = Math.random();\n")[0].slice(0, 41); // "cell dice at line 2: Math.random() differs"
 * ```
 */
export function fickleCalls(
  { cells }: { readonly cells: readonly Pick<PageNotebook["cells"][number], "name" | "line" | "endLine">[] },
  text: string,
): string[] {
  const at = lineIndex(text), told = new Map<string, string>();
  for (const { call, start } of callsIn(text)) {
    const { line } = at(start), cell = cellAtLine(cells, line);
    const key = `${cell?.name} ${call}`;
    if (!told.has(key)) told.set(key, `${cell ? `cell ${cell.name} at ` : ""}line ${line}: ${advice(call)}`);
  }
  return [...told.values()];
}

const advice = (call: string): string =>
  CLOCKS.includes(call)
    ? `${call}() differs each time, and so will a check where it shows: write clocked(…) around what shows`
    : `${call}() differs each time, and so will a check where it shows: make numbers from a seed`;

function callsIn(text: string): { readonly call: string; readonly start: number }[] {
  let body: readonly Node[];
  try {
    body = syntax(text).body;
  } catch (error) {
    if (error instanceof SyntaxFault) return []; // the notebook says it itself
    throw error;
  }
  const found: { call: string; start: number }[] = [];
  const look = (node: Any) => {
    const call = node.type === "NewExpression" ? `new ${nameOf(node.callee)}` : nameOf(node.callee);
    if (node.type === "CallExpression" && call === "clocked") return;
    const isFickle = CLOCKS.includes(call) || CHANCE.includes(call);
    if (isFickle && (call !== "new Date" || node.arguments!.length === 0)) {
      found.push({ call, start: node.start });
    }
    for (const part of Object.values(node).flat()) if (isNode(part)) look(part);
  };
  for (const node of body) look(node as Any);
  return found;
}

/** `Math.random`, or `clocked`; empty for what is no name. */
function nameOf(node: Any | undefined): string {
  if (node?.type === "Identifier") return node.name!;
  if (node?.type !== "MemberExpression" || node.object?.type !== "Identifier") return "";
  return `${node.object.name}.${node.property?.name ?? ""}`;
}

const isNode = (part: unknown): part is Any =>
  typeof part === "object" && part !== null && typeof (part as Partial<Node>).type === "string";
