/** The page of one notebook, with its prose, before any of its cells has spoken. */
import type { Diagnostic } from "../../lib/notebook/notebook.ts";
import type { PageNotebook } from "../../lib/notebook/wire.ts";
import { articleMarkup, contentsMarkup } from "./article.ts";
import { html, type Markup } from "./markup.ts";
import type { NativeState } from "../native_state.ts";
import { nativeStrip } from "./native_strip.ts";
import { type Assets, shell } from "./shell.ts";

/** One line per problem of the saved file: where, and what. */
export function problemsMarkup(
  file: string,
  diagnostics: readonly Diagnostic[],
  loaded: boolean,
): Markup | null {
  if (diagnostics.length === 0) return null;
  const lead = loaded ? null : html`<p>The page shows the last version that loaded.</p>`;
  return html`<div class="error-text">${
    diagnostics.map((problem) =>
      html`<p><b>${
        problem.level === "error" ? "Error" : "Warning"
      }</b> <span class="mono">${file}:${problem.line}:${problem.column}</span> ${problem.message}</p>`
    )
  }${lead}</div>`;
}

/**
 * @param diagnostics what is wrong with the file as it was last saved
 * @param native what is shown of the native engine; default: nothing. Null: the page is for a viewer, who may go nowhere
 *   else and starts nothing
 */
export function notebookPage(
  notebook: PageNotebook,
  diagnostics: readonly Diagnostic[],
  assets: Assets,
  native: NativeState | null = { state: "none" },
): string {
  const { base = "" } = assets, isOwner = native !== null;
  return shell({
    role: isOwner ? "owner" : "viewer",
    title: notebook.title,
    assets,
    nav: html`${
      isOwner &&
      html`
        <a class="wide" href="${base}/" aria-current="true">Notebooks</a><a class="wide"
          href="${base}/runs">Runs</a><a class="wide" href="${base}/studies">Studies</a><a class="wide"
          href="${base}/fleet">Fleet</a>
      `
    }<span class="title" aria-current="page">${notebook.title}</span>`,
    end: html`
      <span class="state running" id="running" hidden></span><span class="state live"
        id="connection">Connecting</span><button type="button" id="stop" hidden>Stop</button><button type="button"
        id="run" hidden></button><button type="button" class="bare" id="restart"
        aria-label="Restart kernel">Restart<span class="wide"> kernel</span></button><button type="button"
        class="bare" id="share" aria-haspopup="dialog">Share</button>
    `,
    ...(isOwner ? { strip: nativeStrip(native) } : {}),
    main: html`
      <main class="page notebook" id="main" data-file="${notebook.file}" data-loops="${assets.loops}">
        <details class="toc" open>
          <summary>Contents</summary>
          <nav aria-label="Contents">
            <ul class="plain" id="contents">${contentsMarkup(notebook)}</ul>
          </nav>
          <div class="meta" id="counts"></div>
          <div
            class="acts"><button type="button" class="bare" id="show-graph" aria-haspopup="dialog">Graph <kbd>g</kbd></button><button type="button" class="bare" id="list-keys" aria-haspopup="dialog">Keys <kbd>?</kbd></button></div>
        </details>
        <div>
          <div id="problems" role="status">${problemsMarkup(notebook.file, diagnostics, true)}</div>
          <article id="article">${articleMarkup(notebook)}</article>
          <dialog id="keys" aria-label="Keys"></dialog>
          <dialog id="share-with" aria-label="Share"></dialog>
          <dialog id="graph" data-key="g" aria-label="Graph of the cells"></dialog>
        </div>
      </main>
    `,
  });
}
