/** The article of a report: finding first, then the parts, each cell as it was drawn before anybody opened it. */
import type { PageCell, PageNotebook } from "../../lib/notebook/wire.ts";
import { cellMarkup, partMarkup } from "./article.ts";
import { layout } from "./layout.ts";
import { html, type Markup, trusted } from "./markup.ts";

/** What a cell shows at 864 CSS pixels and at 358, as markup in which nothing can run. */
export interface Still {
  readonly wide: string;
  readonly narrow: string;
}

/** Stills by the keys of cells. */
export type Stills = Readonly<Record<string, Still>>;

/** Of the part that says how to check the file; no cell is named so. */
export const CHECK_ID = "plateau-made";

/** @param made when the report was made, milliseconds since 1970 */
export function reportArticle(notebook: PageNotebook, made: number, stills: Stills): Markup {
  const { finding, parts } = layout(notebook);
  const still = (cell: PageCell) => stillMarkup(stills[cell.key]);
  return html`<header><p class="meta">Report, <time datetime="${new Date(made).toISOString()}">${
    longDate(made)
  }</time>. A fixed record: it does not change when the notebook does, and <a href="#${CHECK_ID}">can be checked</a>.</p><h1>${notebook.title}</h1>${
    notebook.dek === "" ? null : html`<p class="dek">${notebook.dek}</p>`
  }${finding === null ? null : cellMarkup(finding, true, still)}</header>${
    parts.map((part) => partMarkup(part, still))
  }`;
}

/** The same twice is sent once. */
function stillMarkup(still: Still | undefined): Markup | null {
  if (still === undefined || still.wide === "" && still.narrow === "") return null;
  const { wide, narrow } = still;
  if (wide === narrow) return html`<div class="still">${trusted(wide)}</div>`;
  return html`
    <div class="still wide">${trusted(wide)}</div>
    <div class="still narrow">${trusted(narrow)}</div>
  `;
}

/** `21 November 2026`, the same wherever it is made. */
const longDate = (at: number): string =>
  new Date(at).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
