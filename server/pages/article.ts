/** The article of a notebook page as markup. The server sends it, and the client draws it again after a save. */
import { cellNamed } from "../../lib/notebook/cell_named.ts";
import type { PageCell, PageNotebook } from "../../lib/notebook/wire.ts";
import { type Item, layout, type Part } from "./layout.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { timeAgo } from "./time_ago.ts";
import { slug } from "./words.ts";

/** What the ids of pages and reports begin with where they name no cell. */
const OTHERS = /^(?:plateau|part|src|cell)-/;
/** Ids of the pages themselves. */
const PAGES = new Set(
  ("main said theme running connection stop run restart share share-with contents counts show-graph list-keys " +
    "problems article keys graph kernel native").split(" "),
);

/** The address of a cell within the page: its name, and never an id by which the page or a report finds something else. */
export function cellId({ name }: Pick<PageCell, "name">): string {
  const id = slug(name);
  return PAGES.has(id) || OTHERS.test(id) ? `cell-${id}` : id;
}

/** Cells without a place on the page unless they fail: hidden ones, and the imports before the first marker. */
export const isHidden = (cell: PageCell) =>
  cell.hidden || cell.name === "setup" && cell.id === 0 && cell.defines.length === 0;

/** What stands in a cell's place before a script has drawn it; null: nothing. */
export type StillOf = (cell: PageCell) => Markup | null;
const noStill: StillOf = () => null;

/** A cell without its output. @param finding whether it stands in the page's head */
export function cellMarkup(cell: PageCell, finding: boolean, still: StillOf): Markup {
  const id = cellId(cell);
  return html`
    <div class="cell${finding && " of-finding"}" id="${id}" data-cell="${cell
      .name}" data-state="idle" ${isHidden(cell) ? trusted(" hidden") : ""}>
      <div class="out${finding && " finding"}">${still(cell)}</div>
      <aside class="note"
        aria-label="${cellNamed(cell.name)}"><span class="mono" tabindex="-1">${cell
          .name}</span><div class="status"></div><div class="acts"><button type="button" class="bare" data-act="source" aria-expanded="false" aria-controls="src-${id}">Source</button><button type="button" class="bare" data-act="link">Link</button></div></aside>
      <div class="src" id="src-${id}" hidden></div>
    </div>
  `;
}

function itemMarkup(item: Item, still: StillOf): Markup {
  return item.type === "cell"
    ? cellMarkup(item.cell, false, still)
    : html`<div class="prose">${trusted(item.html)}</div>`;
}

export function partMarkup(part: Part, still: StillOf): Markup {
  const heading = part.heading === "" ? null : html`<h2 tabindex="-1">${trusted(part.heading)}</h2>`;
  const visible = part.heading !== "" ||
    part.items.some((item) => item.type === "prose" || !isHidden(item.cell));
  return html`<section class="part${visible ? "" : " silent"}" id="${part.id}">${heading}${
    part.items.map((item) => itemMarkup(item, still))
  }</section>`;
}

/** Everything inside `<article>`: title, dek, byline, finding and the parts. */
export function articleMarkup(notebook: PageNotebook): Markup {
  const { finding, parts } = layout(notebook);
  return html`<header><h1>${notebook.title}</h1>${
    notebook.dek === "" ? null : html`<p class="dek">${notebook.dek}</p>`
  }<p class="byline meta"><span>${notebook.file}</span><span>edited ${
    timeAgo(notebook.edited)
  }</span><span id="kernel"></span></p>${
    finding === null ? null : cellMarkup(finding, true, noStill)
  }</header>${parts.map((part) => partMarkup(part, noStill))}`;
}

/** The list of parts, each with a place for the mark of its worst state. */
export function contentsMarkup(notebook: PageNotebook): Markup {
  const { parts } = layout(notebook);
  return html`${
    parts.filter((part) => part.heading !== "").map((part) =>
      html`<li><a href="#${part.id}"><span>${trusted(part.heading)}</span><span class="mark"></span></a></li>`
    )
  }`;
}
