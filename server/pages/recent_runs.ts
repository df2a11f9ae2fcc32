/** The newest runs, beside the notebooks on the index. */
import { decimals, thousands } from "../../lib/charts/format.ts";
import { palette } from "../../lib/charts/palette.ts";
import type { PolicyKind } from "../../lib/policies/policy.ts";
import type { RunRow } from "../../lib/store/store.ts";
import { symbolPaths } from "../client/key_mark.ts";
import { html, type Markup } from "./markup.ts";
import { timeAgo } from "./time_ago.ts";

/** What the index shows of the runs. */
export interface Recent {
  /** the newest few */
  readonly rows: readonly RunRow[];
  /** runs there are */
  readonly total: number;
  /** why they cannot be read; empty when they can */
  readonly fault: string;
}

/** Runs that are shown. */
export const RECENT = 12;

/** The symbol of a kind as markup; its colour follows the theme. */
function keyMarkup(kind: PolicyKind): Markup {
  const { color, symbol } = palette[kind];
  const [fill, stroke] = symbol === "ring" ? ["none", color] : [color, "none"];
  return html`
    <svg class="key" viewBox="0 0 10 10" aria-hidden="true">
      <path d="${symbolPaths[symbol]}" fill="${fill}" stroke="${stroke}"></path>
    </svg>
  `;
}

/** States that are said beside the name, and how each looks. */
const WORDS: Partial<Record<RunRow["state"], string>> = {
  running: "running",
  interrupted: "stale",
  diverged: "error",
  failed: "error",
};

function rowMarkup(row: RunRow, base: string): Markup {
  const { id, name, kind, state, step, best, updated } = row, look = WORDS[state];
  const word = look === undefined ? null : html`<span class="state ${look}">${state}</span>`;
  return html`
    <tr>
      <td>${keyMarkup(kind)}<a class="quiet mono" href="${base}/runs?runs=${encodeURIComponent(
        id,
      )}">${name}</a>${word}</td>
      <td class="r">${thousands(step)}</td>
      <td class="r">${state === "diverged" ? decimals(null) : decimals(best?.value ?? null)}</td>
      <td class="r meta">${timeAgo(updated, "short")}</td>
    </tr>
  `;
}

function tableMarkup(rows: readonly RunRow[], base: string): Markup {
  return html`
    <table class="recent" id="recent">
      <thead>
        <tr>
          <th scope="col">run</th>
          <th scope="col" class="r">stopped at</th>
          <th scope="col" class="r">best loss</th>
          <th scope="col" class="r">ago</th>
        </tr>
      </thead>
      <tbody>${rows.map((row) => rowMarkup(row, base))}</tbody>
    </table>
  `;
}

/**
 * @param base path that every page begins with
 */
export function recentRuns({ rows, total, fault }: Recent, base = ""): Markup {
  const all = total === 0 ? null : html`<a href="${base}/runs" id="all-runs">All ${thousands(total)}</a>`;
  const list = fault !== ""
    ? html`<p class="error-text">${fault}</p>`
    : rows.length === 0
    ? html`<p class="empty">No runs yet. Run a notebook.</p>`
    : tableMarkup(rows, base);
  return html`<section aria-label="Recent runs"><h2>Recent runs${all}</h2>${list}</section>`;
}
