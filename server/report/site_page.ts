/** The first page of a site of reports. It needs no script and no server. */
import { html } from "../pages/markup.ts";
import { ICON } from "../pages/shell.ts";
import { sizeText } from "../pages/size_text.ts";
import { styleText } from "../pages/style_text.ts";
import { verifyLine } from "./plateau_line.ts";

/** One report in the list. */
export interface SiteEntry {
  /** its name in the folder */
  readonly file: string;
  readonly title: string;
  /** the finding's sentence, else what the notebook is about; empty: neither is known */
  readonly finding: string;
  /** when it was made, milliseconds since 1970 */
  readonly made: number;
  readonly bytes: number;
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The page as text.
 * @param style text of the pages' style sheets
 * @example
 * ```ts ignore
 * const text = sitePage("Reports", [{ file: "study.html", title, finding, made, bytes }], style);
 * ```
 */
export function sitePage(title: string, entries: readonly SiteEntry[], style: string): string {
  const list = entries.length === 0
    ? html`<p class="empty">No reports. Make the site again with a notebook that runs.</p>`
    : html`<ul class="plain books">${
      entries.map((entry) => entryMarkup(entry, entries.some((other) => isNamesake(entry, other))))
    }</ul>`;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>${title}</title>
        <link rel="icon" href="${ICON}">
        <style>${styleText(style)}</style>
      </head>
      <body>
        <main class="page index alone" id="main">
          <div class="head">
            <h1>${title}</h1>
          </div>
          <section aria-label="Reports">${list}</section>
        </main>
      </body>
    </html>
  `.text.trimStart();
}

const isNamesake = (entry: SiteEntry, other: SiteEntry): boolean =>
  entry !== other && entry.title === other.title;

/** @param named whether its file is named, as its title alone does not tell it from another */
function entryMarkup({ file, title, finding, made, bytes }: SiteEntry, named: boolean) {
  const day = new Date(made);
  return html`<li><a href="${encodeURIComponent(file)}">${title}</a>${
    named && html`
      <span class="mono">${file}</span>
    `
  }${
    finding === "" ? null : html`<p>${finding}</p>`
  }<div class="meta"><span>made <time datetime="${day.toISOString()}">${longDate(day)}</time></span><span>${
    sizeText(bytes)
  }</span><code class="mono">${verifyLine(file)}</code></div></li>`;
}

const longDate = (day: Date): string =>
  day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
