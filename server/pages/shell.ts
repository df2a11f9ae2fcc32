/** The frame of every page: head, skip link, top bar, and the scripts. */
import { html, type Markup } from "./markup.ts";

/** Addresses of the hashed assets. */
export interface Assets {
  readonly style: string;
  readonly theme: string;
  readonly script: string;
  /** script of the runs page */
  readonly runs: string;
  /** script of the pages of studies and of the fleet */
  readonly studies: string;
  /** script of the worker that watches the loops of a notebook's cells */
  readonly loops: string;
  /** path that every page begins with, as `/plateau`; default none */
  readonly base?: string;
}

export interface Shell {
  readonly title: string;
  readonly assets: Assets;
  /** address of its script. Default: that of most pages */
  readonly script?: string;
  /** what stands in the bar after the name */
  readonly nav: Markup;
  /** what stands at the right of the bar, before the theme button */
  readonly end: Markup;
  readonly main: Markup;
  /** for whom the page is. Default: the owner, who may go to all others */
  readonly role?: "owner" | "viewer";
  /** what stands between bar and page. Default: nothing */
  readonly strip?: Markup;
}

/** A curve that falls and stays. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 2c1 8 4 10 12 10' fill='none' stroke='%23808891' stroke-width='2'/%3E%3C/svg%3E";

/** A whole page as text. */
export function shell(page: Shell): string {
  const { base = "" } = page.assets, isOwner = page.role !== "viewer";
  const name = isOwner
    ? html`<a class="name quiet" href="${base}/">Plateau</a>`
    : html`<span class="name">Plateau</span>`;
  return html`
    <!doctype html>
    <html lang="en" data-base="${base}" data-role="${isOwner ? "owner" : "viewer"}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${page.title} · Plateau</title>
        <link rel="icon" href="${ICON}">
        <link rel="stylesheet" href="${page.assets.style}">
        <script src="${page.assets.theme}"></script>
        <script type="module" src="${page.script ?? page.assets.script}"></script>
      </head>
      <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="bar">${name}<nav class="quiet" aria-label="Pages">${page
      .nav}</nav><div class="end">${page
      .end}<button type="button" class="bare" id="theme">Theme</button></div></header>
    ${page.strip}
    ${page.main}
    <p class="sr" role="status" aria-live="polite" id="said"></p>
      </body>
    </html>
  `.text;
}
