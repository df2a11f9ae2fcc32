/** The pages that an owner may go to, in the bar of each. */
import { html, type Markup } from "./markup.ts";

const PAGES = [["/", "Notebooks"], ["/runs", "Runs"], ["/studies", "Studies"], ["/fleet", "Fleet"]] as const;
export type PageName = typeof PAGES[number][1];

/**
 * @param here the page itself, which is no link
 * @param base path that every page begins with
 * @example
 * ```ts
 * import { pageLinks } from "./page_links.ts";
 * const nav = pageLinks("Runs", "");
 * ```
 */
export const pageLinks = (here: PageName | null, base: string): Markup =>
  html`${
    PAGES.map(([path, name]) =>
      name === here
        ? html`<span aria-current="page">${name}</span>`
        : html`<a href="${base}${path}">${name}</a>`
    )
  }`;
