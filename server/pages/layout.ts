/** Where everything of a notebook stands on its page: the head, then parts that begin at each second-level heading. */
import type { PageCell, PageNotebook } from "../../lib/notebook/wire.ts";
import { slug } from "./words.ts";

export type Item =
  /** rendered markdown */
  | { readonly type: "prose"; readonly html: string }
  | { readonly type: "cell"; readonly cell: PageCell };

export interface Part {
  /** address within the page; unique */
  readonly id: string;
  /** rendered heading; empty for what stands before the first one */
  readonly heading: string;
  readonly items: readonly Item[];
}

export interface Layout {
  /** the cell named "finding", shown under the title */
  readonly finding: PageCell | null;
  readonly parts: readonly Part[];
}

interface Block {
  readonly tag: string;
  readonly html: string;
}

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

/** Cuts rendered markdown into its outermost elements. Text between them stays with the one before. */
export function blocksOf(html: string): Block[] {
  const blocks: Block[] = [];
  let depth = 0, start = 0, tag = "";
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:"[^"]*"|'[^']*'|[^>"'])*>/gi)) {
    const name = match[2].toLowerCase();
    if (depth === 0 && match[1] === "") {
      start = match.index;
      tag = name;
    }
    if (!VOID.has(name)) depth += match[1] === "" ? 1 : -1;
    if (depth <= 0) {
      depth = 0;
      blocks.push({ tag, html: html.slice(start, match.index + match[0].length) });
    }
  }
  return blocks;
}

const innerOf = (html: string) => html.replace(/^<[^>]*>/, "").replace(/<\/[^>]*>$/, "");
const plainOf = (html: string) => html.replace(/<[^>]*>/g, "").replace(/&[a-z#0-9]+;/gi, " ");

/** The blocks of a markdown cell without the title and the paragraph after it, which the page's head shows. */
function withoutTitle(blocks: readonly Block[]): readonly Block[] {
  const title = blocks.findIndex((block) => block.tag === "h1");
  if (title < 0) return blocks;
  const dek = blocks[title + 1]?.tag === "p" ? 2 : 1;
  return [...blocks.slice(0, title), ...blocks.slice(title + dek)];
}

/** Collects parts; a heading opens one, prose that follows prose joins it. */
class Parts {
  readonly list: { id: string; heading: string; items: Item[] }[] = [{
    id: "part-start",
    heading: "",
    items: [],
  }];
  readonly #taken = new Set<string>(["part-start"]);

  open(heading: string): void {
    const base = `part-${slug(plainOf(heading))}`;
    let id = base;
    for (let copy = 2; this.#taken.has(id); copy++) id = `${base}-${copy}`;
    this.#taken.add(id);
    this.list.push({ id, heading, items: [] });
  }

  prose(html: string): void {
    const items = this.list.at(-1)!.items;
    const last = items.at(-1);
    if (last?.type === "prose") items[items.length - 1] = { type: "prose", html: `${last.html}\n${html}` };
    else items.push({ type: "prose", html });
  }

  cell(cell: PageCell): void {
    this.list.at(-1)!.items.push({ type: "cell", cell });
  }
}

/** The layout of a notebook. The title and its paragraph are taken from the first markdown cell that has a title. */
export function layout(notebook: PageNotebook): Layout {
  const parts = new Parts();
  let finding: PageCell | null = null;
  let titled = false;
  for (const cell of notebook.cells) {
    if (cell.kind === "code") {
      if (cell.name === "finding" && finding === null) finding = cell;
      else parts.cell(cell);
      continue;
    }
    let blocks: readonly Block[] = blocksOf(cell.html ?? "");
    if (!titled && blocks.some((block) => block.tag === "h1")) {
      blocks = withoutTitle(blocks);
      titled = true;
    }
    for (const block of blocks) {
      if (block.tag === "h2") parts.open(innerOf(block.html));
      else parts.prose(block.html);
    }
  }
  return { finding, parts: parts.list.filter((part) => part.heading !== "" || part.items.length > 0) };
}
