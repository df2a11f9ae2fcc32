/** What a browser without a key sees. It loads nothing, as every asset needs the key too. */
import { BARE_STYLE, barePage, barePolicy } from "./bare_page.ts";
import { html } from "./markup.ts";

/** The page of a 401; `reason` is one sentence, `base` the path that every page begins with. */
export const deniedPage = (reason: string, base = ""): string =>
  barePage(
    "Not signed in",
    html`
      <h1>Not signed in</h1>
      <p>${reason}</p>
      <p>A browser that was let in before can <a href="${base}/">go to the notebooks</a>. Otherwise start Plateau again: it prints a new address.</p>
    `,
    null,
    BARE_STYLE,
  );

/** What it may do. */
export const DENIED_POLICY = barePolicy();
