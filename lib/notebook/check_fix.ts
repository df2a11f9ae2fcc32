import { graph, type LinkedCell } from "./graph.ts";
import { fewestMoves } from "./graph_order.ts";
import { parse } from "./parse.ts";

/** A notebook's text with its cells in an order that runs from top to bottom. */
export interface Reordered {
  readonly text: string;
  /** cells that changed their place, by their lines before and after, in the new order */
  readonly moved: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** why nothing was moved, though something would have to be */
  readonly refused?: string;
}

/** Faults by which the order of cells cannot be told. */
const HIDE_THE_ORDER = ["syntax", "cycle", "duplicate-name"];

/**
 * Puts the cells of a notebook in an order in which each stands below what it needs when it runs, moving as few as can
 * be. A cell moves with its comments and blank lines, and with the markdown cells before it; the notebook's heading and
 * what stands before the first marker stay first. An order that holds already is left as it is.
 *
 * @returns the same text, and `refused` where it has a syntax error, a ring of cells or a name declared twice, or where
 * the code before the first marker would have to move
 *
 * @example
 * ```ts
 * import { reordered } from "./check_fix.ts";
 * reordered("// %% b\nconst b = a + 1;\n\n// %% a\nconst a = 1;\n", "file:///n.ts").text;
 * // "// %% a\nconst a = 1;\n\n// %% b\nconst b = a + 1;\n"
 * ```
 */
export function reordered(text: string, url: string): Reordered {
  const { cells, owner, diagnostics } = graph(parse(text, url));
  const fault = diagnostics.find(({ code }) => HIDE_THE_ORDER.includes(code));
  if (fault) return { text, moved: [], refused: `line ${fault.line}: ${fault.message}` };
  const blocks = blocksOf(cells);
  const blockOf = new Map(blocks.flatMap((block, i) => block.map((cell) => [cell.id, i])));
  const needs = blocks.map((block, i) => {
    const makers = block.flatMap((cell) => [...cell.needs.keys()]).map((name) =>
      blockOf.get(owner.get(name)!)
    );
    return [...new Set(makers)].filter((maker) => maker !== undefined && maker !== i) as number[];
  });
  const { order, moved } = fewestMoves(needs);
  const [first] = cells;
  if (order.some((block, i) => block !== i) && first.bodyStart === first.start && order[0] !== 0) {
    const refused =
      `line ${first.line}: the code before the first marker reads what cells below it declare: ` +
      "give it a marker";
    return { text, moved: [], refused };
  }
  const prefix = text.slice(0, first?.start ?? text.length);
  const pieces = gapsKept(blocks.map((block) => text.slice(block[0].start, block.at(-1)!.end)), order);
  const places = order.flatMap((block, i) => {
    if (!moved.includes(block)) return [];
    const { name, line } = blocks[block].at(-1)!;
    const above = [prefix, ...pieces.slice(0, i)].join("").split("\n").length;
    return [{ name, from: line, to: above + line - blocks[block][0].line }];
  });
  return { text: prefix + pieces.join(""), moved: places };
}

/** What moves as one: a code cell and the markdown cells before it. A notebook's heading is for itself. */
function blocksOf(cells: readonly LinkedCell[]): LinkedCell[][] {
  const blocks: LinkedCell[][] = [];
  let open: LinkedCell[] = [];
  let headed = false;
  for (const cell of cells) {
    open.push(cell);
    const heading: boolean = !headed && cell.kind === "markdown" && /^# /m.test(cell.markdown);
    headed ||= heading;
    if (cell.kind === "markdown" && !heading) continue;
    blocks.push(open);
    open = [];
  }
  return open.length > 0 ? [...blocks, open] : blocks;
}

/** Texts in their new order. Whichever comes last ends as the file ended, and what was last ends as that one did. */
function gapsKept(texts: readonly string[], order: readonly number[]): string[] {
  const [before, after] = [texts.length - 1, order.at(-1)];
  return order.map((i) => {
    const from = i === after ? before : i === before ? after! : i;
    return texts[i].trimEnd() + texts[from].slice(texts[from].trimEnd().length);
  });
}
