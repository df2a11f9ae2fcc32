/** What a browser sees at an address that names no notebook. */
import { html } from "./markup.ts";
import { type Assets, shell } from "./shell.ts";

/** The page of a 404; `file` is the name in the address. */
export function missingPage(file: string, assets: Assets): string {
  const { base = "" } = assets;
  return shell({
    title: "No such notebook",
    assets,
    nav: html`
      <a href="${base}/" aria-current="true">Notebooks</a><a href="${base}/runs">Runs</a>
    `,
    end: html``,
    main: html`
      <main class="page index alone" id="main">
        <div class="head">
          <div>
            <h1>No such notebook</h1>
          </div>
        </div>
        <p>No notebook is named <span class="mono">${file}</span>. <a href="${base}/">See all notebooks</a>.</p>
      </main>
    `,
  });
}
