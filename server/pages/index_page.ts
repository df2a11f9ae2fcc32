/** The list of notebooks. Making it runs nothing. */
import { lastRunMarkup, type NotebookRuns, runsMarkup } from "./last_run.ts";
import { html, type Markup } from "./markup.ts";
import type { NativeState } from "../native_state.ts";
import { nativeStrip } from "./native_strip.ts";
import { pageLinks } from "./page_links.ts";
import { type Recent, recentRuns } from "./recent_runs.ts";
import { type Assets, shell } from "./shell.ts";
import { timeAgo } from "./time_ago.ts";

/** One notebook in the list. */
export interface Entry {
  readonly file: string;
  readonly title: string;
  readonly dek: string;
  /** when it was last saved, milliseconds since 1970 */
  readonly edited: number;
  /** cells that run, are stale or failed; null when the notebook is not open */
  readonly states: { readonly running: number; readonly stale: number; readonly error: number } | null;
  /** what is wrong with the file; empty when nothing is */
  readonly problem: string;
  /** default: none are known */
  readonly runs?: NotebookRuns;
}

function stateMarks(entry: Entry): Markup | null {
  if (entry.states === null) return null;
  const words = ["running", "stale", "error"] as const;
  return html`${
    words.filter((word) => entry.states![word] > 0).map((word) =>
      html`<span class="state ${word}">${entry.states![word]} ${word}</span>`
    )
  }`;
}

function entryMarkup(entry: Entry, base: string): Markup {
  return html`<li><a href="${base}/notebooks/${encodeURIComponent(entry.file)}">${entry.title}</a>${
    entry.dek === "" ? null : html`<p>${entry.dek}</p>`
  }<div class="meta"><span class="mono">${entry.file}</span><span>edited ${timeAgo(entry.edited)}</span>${
    entry.runs ? runsMarkup(entry.runs) : null
  }${entry.states === null ? null : html`<span>open</span>`}${stateMarks(entry)}${
    entry.problem === "" ? null : html`<span class="state error">${entry.problem}</span>`
  }</div>${entry.runs ? lastRunMarkup(entry.runs) : null}</li>`;
}

/**
 * @param native what is shown of the native engine; default: nothing
 * @param recent what is shown of the runs; default: nothing
 */
export function indexPage(
  entries: readonly Entry[],
  assets: Assets,
  native: NativeState = { state: "none" },
  recent: Recent | null = null,
): string {
  const { base = "" } = assets;
  const list = entries.length === 0
    ? html`<p class="empty">No notebooks yet. Save a TypeScript file in the folder notebooks.</p>`
    : html`
      <ul class="plain books" id="books">${entries.map((entry) => entryMarkup(entry, base))}</ul>
      <p class="empty" id="none" hidden>No notebooks match. Clear the search.</p>
    `;
  return shell({
    title: "Notebooks",
    assets,
    nav: pageLinks("Notebooks", base),
    end: html``,
    strip: nativeStrip(native),
    main: html`
      <main class="page index${recent === null ? " alone" : ""}" id="main">
        <div
          class="head"><div><h1>Notebooks</h1></div><input type="search" id="find" placeholder="Find a notebook or run  /" aria-label="Find a notebook or run"></div>
        <section aria-label="Notebooks">${list}</section>
        ${recent === null ? null : recentRuns(recent, base)}
      </main>
    `,
  });
}
