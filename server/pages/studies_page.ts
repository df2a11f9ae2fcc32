/** The pages of studies and of the fleet, before anything of them is known: their script fills them. */
import { html, type Markup } from "./markup.ts";
import { pageLinks, type PageName } from "./page_links.ts";
import { type Assets, shell } from "./shell.ts";

const CONNECTION = html`<span class="state live lost" id="connection" hidden>Reconnecting</span>`;
const FAULT = html`<p class="fault error-text" id="fault" role="status" hidden></p>`;

function page(title: string, here: PageName | null, assets: Assets, end: Markup, main: Markup): string {
  const { base = "" } = assets;
  return shell({ title, assets, script: assets.studies, nav: pageLinks(here, base), end, main });
}

/** All studies of the store. */
export const studiesPage = (assets: Assets): string =>
  page(
    "Studies",
    "Studies",
    assets,
    CONNECTION,
    html`
      <main class="page studies" id="main" data-page="studies">
        <div class="head"><h1>Studies</h1><span class="meta" id="about"></span></div>
        ${FAULT}
        <ul class="plain books" id="studies"></ul>
        <div class="empty" id="empty" hidden></div>
      </main>
    `,
  );

/** Who trains, what waits, what failed. */
export const fleetPage = (assets: Assets): string =>
  page(
    "Fleet",
    "Fleet",
    assets,
    CONNECTION,
    html`
      <main class="page fleet" id="main" data-page="fleet">
        <div class="head"><h1>Fleet</h1><span class="meta" id="about"></span></div>
        ${FAULT}
        <section><h2>Rate</h2><div class="rates" id="rate"></div></section>
        <section><h2>Queue</h2><div id="queue"></div></section>
        <section><h2>Workers</h2><div id="workers"></div></section>
        <section><h2>Failures</h2><div id="failures"></div></section>
        <section><h2>Workers gone</h2><div id="gone"></div></section>
      </main>
    `,
  );

/** One study. */
export const studyPage = (name: string, assets: Assets): string =>
  page(
    name,
    null,
    assets,
    html`
      <span class="state running wide" id="running" hidden></span>${CONNECTION}<button type="button" class="bare wide"
        id="list-keys" aria-haspopup="dialog">Keys</button>
    `,
    html`
      <main class="page study" id="main" data-page="study" data-name="${name}">
        <div class="head">
          <h1>${name}</h1><span class="meta" id="about"></span><span class="does" id="acts"></span>
        </div>
        ${FAULT}
        <div class="standing" id="standing"></div>
        <section class="list" aria-label="Trials">
          <div class="tools"><input type="search" id="filter" placeholder="Filter: state:pruned, rate<1e-3  /"
              aria-label="Filter trials" spellcheck="false"><button type="button" id="clear">Clear</button></div>
          <div class="acts meta"><span id="shown"></span></div>
          <div class="rows" id="rows" tabindex="-1"></div>
        </section>
        <section class="told" aria-label="Findings and figures">
          <div class="panel" id="findings">
            <div class="chart"><header><h2>Findings</h2><span class="meta" id="spoken"></span></header></div>
            <ol class="findings" id="found"></ol>
          </div>
          <div class="panel" id="curves" hidden></div>
          <div class="panel" id="figures"></div>
          <div class="panel" id="parallel" hidden></div>
        </section>
        <dialog id="keys" aria-label="Keys"></dialog>
      </main>
    `,
  );
