/** Text of a cell, from the lines that a page shows. */
import { parseHTML } from "linkedom";
import type { PageCell } from "../notebook/wire.ts";
import { htmlMarkdown } from "./html_markdown.ts";

const CHARACTERS: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};

/**
 * Program text of a code cell, without what colours it and without blank lines at its ends; of a markdown cell its
 * prose as GitHub-flavoured Markdown, in which HTML is words, as on the page.
 * @example
 * ```ts ignore
 * cellSource(recording.notebook.cells[1]); // "const rate = 0.1;"
 * ```
 */
export function cellSource(cell: Pick<PageCell, "kind" | "html" | "code">): string {
  if (cell.kind === "markdown") {
    const { document } = parseHTML(`<!doctype html><html><body><div>${cell.html ?? ""}</div></body></html>`);
    return htmlMarkdown(document.querySelector("div")!);
  }
  const lines = cell.code.map((line) =>
    line.replaceAll(/<[^>]*>/g, "").replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => CHARACTERS[entity])
  );
  return lines.join("\n").replace(/^(?:[ \t]*\n)+|\s+$/g, "");
}
