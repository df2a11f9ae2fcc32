/** Draws the article again after a save, around the cells that stay, without moving what the reader looks at. */
import { cellNamed } from "../../lib/notebook/cell_named.ts";
import type { PageCell, PageNotebook } from "../../lib/notebook/wire.ts";
import { wordAges } from "./ages.ts";
import { articleMarkup, cellId, contentsMarkup } from "../pages/article.ts";
import { html } from "../pages/markup.ts";

/** What the reader looks at: the first thing below the bar, and where it stands. */
function anchor(article: Element): { node: Element; top: number } | null {
  for (const node of article.querySelectorAll(".cell:not([hidden]), .prose, h1, h2")) {
    const box = node.getBoundingClientRect();
    if (box.bottom > 56 && box.height > 0) return { node, top: box.top };
  }
  return null;
}

/** The same place after the drawing: the cell itself, or the heading or prose with the same words. */
function sameIn(article: Element, before: Element): Element | undefined {
  if (before.isConnected) return before;
  return [...article.querySelectorAll(before.tagName)].find((node) =>
    node.textContent === before.textContent
  );
}

/**
 * Replaces the article's content when the layout changed. Cells are kept by name, with all that they show.
 * @returns the cell elements by name
 */
export function updateArticle(article: HTMLElement, notebook: PageNotebook): Map<string, HTMLElement> {
  const cells = () =>
    new Map(
      [...article.querySelectorAll<HTMLElement>("[data-cell]")].map((node) => [node.dataset.cell!, node]),
    );
  const before = cells();
  const seen = anchor(article);
  const focused = document.activeElement;
  const template = document.createElement("template");
  template.innerHTML = articleMarkup(notebook).text;
  wordAges(template.content);
  const kernel = article.querySelector("#kernel");
  if (kernel) template.content.querySelector("#kernel")?.replaceWith(kernel);
  for (const fresh of template.content.querySelectorAll<HTMLElement>("[data-cell]")) {
    const old = before.get(fresh.dataset.cell!);
    // A cell that moved into or out of the head has another form: it is drawn anew.
    if (old && old.classList.contains("of-finding") === fresh.classList.contains("of-finding")) {
      fresh.replaceWith(old);
    }
  }
  article.replaceChildren(template.content);
  document.getElementById("contents")!.innerHTML = html`${contentsMarkup(notebook)}`.text;
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
  const now = seen && sameIn(article, seen.node);
  if (seen && now) scrollBy({ top: now.getBoundingClientRect().top - seen.top, behavior: "instant" });
  return cells();
}

/** Writes a cell's new name into its element, wherever the markup has the name. */
export function renameCell(node: HTMLElement, cell: PageCell): void {
  const id = cellId(cell);
  node.id = id;
  node.dataset.cell = cell.name;
  node.querySelector(":scope > .note")!.setAttribute("aria-label", cellNamed(cell.name));
  node.querySelector(":scope > .note > .mono")!.textContent = cell.name;
  node.querySelector("[data-act=source]")!.setAttribute("aria-controls", `src-${id}`);
  node.querySelector(":scope > .src")!.id = `src-${id}`;
}

/** What of a notebook decides the layout: while it stays the same, no element is moved. */
export function layoutKey(notebook: PageNotebook): string {
  const cells = notebook.cells.map(({ name, kind, hidden, html }) => [name, kind, hidden, html]);
  return JSON.stringify([notebook.file, notebook.title, notebook.dek, cells]);
}
