/** The page of all runs, before any of them is known: list at the left, comparison at the right. */
import { html } from "./markup.ts";
import { pageLinks } from "./page_links.ts";
import { type Assets, shell } from "./shell.ts";

const AXES = [["step", "step"], ["epoch", "epoch"], ["examples", "examples"], [
  "seconds",
  "wall time",
]] as const;
const KINDS = [["ema", "EMA"], ["time", "time-weighted"], ["gaussian", "Gaussian"]] as const;

const LIST = html`
  <section class="list" aria-label="Runs">
    <div class="tools"><input type="search" id="filter" placeholder="Filter: patience, state:error, lr<1e-3  /"
        aria-label="Filter runs" spellcheck="false"><button type="button" id="clear">Clear</button></div>
    <p class="fault" id="fault" role="status" hidden></p>
    <div class="acts meta"><span id="shown"></span><span class="does" id="acts"></span></div>
    <div class="rows" id="rows" tabindex="-1"></div>
  </section>
`;

const CONTROLS = html`
  <div class="tools" id="controls">
    <div role="radiogroup" aria-label="Horizontal axis" class="seg">${AXES.map(([value, words]) =>
      html`<label><input type="radio" name="axis" value="${value}">${words}</label>`
    )}</div>
    <span
      class="smooth"><label for="amount">smoothing</label><select id="kind" aria-label="Kind of smoothing">${KINDS
        .map(([value, words]) =>
          html`<option value="${value}">${words}</option>`
        )}</select><input type="range" id="amount" min="0" max="0.99" step="0.01" value="0"><output id="amount-text"
      class="num" for="amount">0.00</output></span>
    <label><input type="checkbox" id="log-x"> log x</label>
    <label><input type="checkbox" id="log-y"> log y</label>
    <label><input type="checkbox" id="bands"> seed bands</label>
  </div>
`;

const COMPARISON = html`
  <section class="comparison" aria-label="Comparison">
    <div class="panel">
      ${CONTROLS}
      <form class="ask" id="ask" hidden></form>
      <div id="overlay"></div>
      <div class="empty" id="nothing" hidden></div>
      <div class="acts meta" id="saving"><span id="unplaced"></span><span class="does"><button type="button" class="bare"
          id="all" hidden>Show all of the axis</button><button type="button" class="bare" data-save="svg">SVG</button><button
          type="button" class="bare" data-save="png">PNG</button><button type="button" class="bare"
          data-save="csv">CSV</button></span></div>
    </div>
    <div class="panel" id="parallel" hidden></div>
    <div class="panel" id="config" hidden></div>
  </section>
`;

/** The page as text. Its rows, curves and the state in its address are the script's. */
export function runsPage(assets: Assets, role: "owner" | "viewer" = "owner"): string {
  const { base = "" } = assets;
  return shell({
    role,
    title: "Runs",
    assets,
    script: assets.runs,
    nav: role === "owner" ? pageLinks("Runs", base) : html`<span aria-current="page">Runs</span>`,
    end: html`
      <span class="state running" id="running" hidden></span><span class="state live lost" id="connection"
        hidden>Reconnecting</span><button type="button" class="bare wide" id="list-keys"
        aria-haspopup="dialog">Keys</button>
    `,
    main: html`
      <main class="page runs" id="main">
        <div class="head">
          <h1>Runs</h1>
          <span class="meta" id="compared"></span>
        </div>
        ${LIST}${COMPARISON}
        <dialog id="ask-first"></dialog>
        <dialog id="share-with" aria-label="Share"></dialog>
        <dialog id="keys" aria-label="Keys"></dialog>
      </main>
    `,
  });
}
