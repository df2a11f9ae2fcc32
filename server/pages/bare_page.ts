/** A page that loads nothing: for those who may load nothing, or shall not. */
import { html, type Markup } from "./markup.ts";

/** @param head further markup for its head; default none */
export function barePage(title: string, main: Markup, head: Markup | null = null): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title} · Plateau</title>
        <link rel="icon" href="data:,">
        ${head}
      </head>
      <body>
        <main>${main}</main>
      </body>
    </html>
  `.text;
}
