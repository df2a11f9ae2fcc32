/** A page that loads nothing: for those who may load nothing, or shall not. What it looks like it brings itself. */
import { createHash } from "node:crypto";
import { POLICY } from "../headers.ts";
import { html, type Markup, trusted } from "./markup.ts";

/** How such a page looks: prose, light or dark as its reader has it. */
export const BARE_STYLE = `
:root { color-scheme: light dark }
body { font: 17px/27px system-ui, sans-serif; margin: 72px auto; padding: 0 16px; max-width: 41rem }
h1 { font-size: 22px; line-height: 28px }
`;

/**
 * What such a page may do: run nothing, and use this style alone.
 * @example
 * ```ts
 * import { barePolicy } from "./bare_page.ts";
 * barePolicy("p { color: red }"); // "default-src 'none'; style-src 'sha256-…'; …"
 * ```
 */
export function barePolicy(style = BARE_STYLE): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return POLICY.replace("script-src 'self'; ", "").replace("style-src 'self'", `style-src 'sha256-${hash}'`);
}

/**
 * @param head further markup for its head; default none
 * @param style its style sheet, which its policy must name; default none
 */
export function barePage(title: string, main: Markup, head: Markup | null = null, style = ""): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title} · Plateau</title>
        <link rel="icon" href="data:,">
        ${head}${style === "" ? null : trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>${main}</main>
      </body>
    </html>
  `.text;
}
