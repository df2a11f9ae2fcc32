/** What a browser without a key sees. It loads nothing, as every asset needs the key too. */
import { html } from "./markup.ts";

/** The page of a 401; `reason` is one sentence. */
export function deniedPage(reason: string): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Not signed in · Plateau</title>
        <link rel="icon" href="data:,">
      </head>
      <body>
        <main>
          <h1>Not signed in</h1>
          <p>${reason}</p>
          <p>A browser that was let in before can <a href="/">go to the notebooks</a>. Otherwise start Plateau again: it prints a new address.</p>
        </main>
      </body>
    </html>
  `.text;
}
