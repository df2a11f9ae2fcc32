/** A report as one file: what it shows is drawn, and all that it needs to move lies inside. */
import { createHash } from "node:crypto";
import type { Manifest } from "../../lib/report/manifest.ts";
import type { PageNotebook } from "../../lib/notebook/wire.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { CHECK_ID, reportArticle, type Stills } from "./report_article.ts";
import { REPORT_BOOT } from "./report_boot.ts";
import { reportFacts } from "./report_facts.ts";
import { styleText } from "./style_text.ts";
import { ICON } from "./shell.ts";

export interface ReportPage {
  readonly notebook: PageNotebook;
  /** absent while the cells are still to be drawn: the page then says nothing of how it was made */
  readonly manifest?: Manifest;
  /** cells that failed, one line each; default none */
  readonly failed?: readonly string[];
  /** when the report was made, milliseconds since 1970 */
  readonly made: number;
  /** what each cell shows before any script runs; default: nothing */
  readonly stills?: Stills;
  /** the style sheet, with what drawn figures need besides */
  readonly style: string;
  /** the file's named parts as script elements */
  readonly sections: string;
  /** further markup for its head, as Open Graph; default none */
  readonly head?: Markup;
}

/** What a report may do: run its own script, and reach nothing. */
export const REPORT_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash("sha256").update(REPORT_BOOT).digest("base64")}' blob:`,
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * The whole file as text.
 * @example
 * ```ts ignore
 * const page = reportPage({ notebook, manifest, made, stills: drawn.cells, style, sections });
 * ```
 */
export function reportPage(
  { notebook, manifest, failed = [], made, stills = {}, style, sections, head }: ReportPage,
): string {
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>${notebook.title} · report</title>
        <link rel="icon" href="${ICON}">
        ${head}
        <style>${styleText(style)}</style>
      </head>
      <body>
    <a class="skip" href="#main">Skip to content</a>
    <main class="report" id="main">
    <article id="article">${reportArticle(notebook, made, stills)}</article>
    ${manifest === undefined
      ? null
      : html`<section class="part made" id="${CHECK_ID}"><h2>How it was made</h2>${
        reportFacts(manifest, failed)
      }</section>`}
    </main>
    <p class="sr" role="status" aria-live="polite" id="said"></p>
    ${trusted(sections)}
    <script type="module">${trusted(REPORT_BOOT)}</script>
      </body>
    </html>
  `;
  return page.text.trimStart();
}
