import assert from "node:assert/strict";
import type { PageCell, PageNotebook } from "../../../lib/notebook/wire.ts";
import {
  type Drawn,
  prerender,
  PrerenderFailed,
  type PrerenderOptions,
} from "../../../server/report/prerender.ts";

/** A script for each cell, in which `out` is the place of its output; what it should be as HTML. */
interface Case {
  readonly name: string;
  readonly script: string;
  readonly html: string;
}

const CELLS: readonly Case[] = [
  {
    name: "a list shows what was chosen by its place",
    script: `out.innerHTML = "<select><option value=0>a<option value=1>b</select>";
      out.querySelector("select").selectedIndex = 1;`,
    html: '<select><option value="0">a</option><option selected="" value="1">b</option></select>',
  },
  {
    name: "a list gives what was chosen by its value",
    script: `out.innerHTML = "<select><option value=x>a<option>b</select>";
      const list = out.querySelector("select");
      const first = [list.value, list.selectedIndex, list.selectedOptions[0].textContent];
      list.value = "b";
      out.textContent = JSON.stringify([...first, list.value, list.selectedOptions.length]);`,
    html: '["x",0,"a","b",1]',
  },
  {
    name: "of radio buttons one alone is chosen",
    script: `out.innerHTML = "<input type=radio name=k checked><input type=radio name=k>";
      out.lastElementChild.checked = true;`,
    html: '<input name="k" type="radio"><input checked="" name="k" type="radio">',
  },
  {
    name: "a slider stands on its track",
    script: `out.innerHTML = "<input type=range min=1 max=9 step=2>";
      const input = out.firstChild, middle = input.valueAsNumber;
      input.value = "7.4";
      out.append(middle + " " + input.value + " " + input.checkValidity());`,
    html: '<input max="9" min="1" step="2" type="range" value="7">5 7 true',
  },
  {
    name: "elements have their classes",
    script: `const of = (tag) => document.createElement(tag);
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      out.textContent = [of("form") instanceof HTMLFormElement, of("div") instanceof HTMLFormElement,
        of("table") instanceof HTMLTableElement, svg instanceof SVGSVGElement, of("svg") instanceof SVGSVGElement,
        document.querySelectorAll("p") instanceof NodeList].join(" ");`,
    html: "true false true true false true",
  },
  {
    name: "what only a script can paint says so",
    script: `out.innerHTML = "<canvas></canvas>";
      const painter = out.firstChild.getContext("2d");
      painter.fillRect(0, 0, painter.measureText("wide").width, 2);`,
    html: '<div class="empty">A picture that is drawn where scripts run.</div>',
  },
  {
    name: "nothing that runs is left",
    script: `out.innerHTML = "<b onclick='x()'>b</b><script>x()</" + "script><iframe src='a'></iframe>";
      out.append(document.createComment("--><img src=x>"));`,
    html: "<b>b</b>",
  },
  {
    name: "text stays text",
    script: `const field = document.createElement("textarea"), style = document.createElement("style");
      field.textContent = "</textarea><img src=x>";
      style.textContent = "</style><img src=y>";
      out.append("a < b & c\\u00a0d", field, style);
      out.setAttribute("title", "out");
      out.lastChild.setAttribute("x onload=", "1");`,
    html:
      "a &lt; b &amp; c&nbsp;d<textarea>&lt;/textarea&gt;&lt;img src=x&gt;</textarea><style><\\/style><img src=y></style>",
  },
  {
    name: "a script finds the globals of a page and no others",
    script: `const refused = await fetch("https://example.org/").catch((error) => error.message);
      out.textContent = [typeof Deno, typeof process, typeof window.document, location.protocol, refused,
        matchMedia("(max-width: 400px)").matches, localStorage.getItem("a")].join(" ");`,
    html: "undefined undefined object file: Failed to fetch false ",
  },
  {
    name: "frames, short timers and promises are waited for",
    script: `requestAnimationFrame(() => setTimeout(async () => out.append("3"), 30));
      setTimeout(() => out.append("late"), 60_000);
      setInterval(() => {}, 10);
      out.append("1");`,
    html: "13",
  },
];

const cellOf = (name: string, more: Partial<PageCell> = {}) =>
  ({ key: `key of ${name}`, name, kind: "code", place: "browser", ...more }) as PageCell;

const notebookOf = (cells: readonly PageCell[]): PageNotebook => ({
  file: "a.ts",
  title: "",
  dek: "",
  edited: 0,
  cells,
  toBrowser: [],
  toServer: [],
});

function drawn(cells: readonly PageCell[], script: string, options?: PrerenderOptions): Promise<Drawn> {
  const places = cells.map(({ name }) =>
    `<div class="cell" data-cell="${name}" data-state="idle"><div class="out"></div></div>`
  );
  const html = `<!doctype html><html><body><article>${places.join("")}</article></body></html>`;
  const loaded = `document.documentElement.dataset.loaded = "true";`;
  return prerender(html, { notebook: notebookOf(cells) }, `${script}\n${loaded}`, options);
}

const outOf = (name: string) => `document.querySelector('[data-cell="${name}"] .out')`;

/** Two rejections of the same process are the same text. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof PrerenderFailed, String(error));
    return error.message;
  }
  assert.fail("it was drawn");
}

const bundled = { sanitizeOps: false, sanitizeResources: false }; // the bundler's process goes on

Deno.test({
  name: "cells are drawn as a browser draws them",
  ...bundled,
  async fn(t) {
    const script = CELLS.map(({ name, script }) => `{ const out = ${outOf(name)};\n${script}\n}`).join("\n");
    const { cells } = await drawn(CELLS.map(({ name }) => cellOf(name)), script);
    for (const { name, html } of CELLS) {
      await t.step(name, () => assert.equal(cells[`key of ${name}`].wide, html));
    }
  },
});

Deno.test({
  name: "figures are drawn at both widths, and ids of the narrow ones are their own",
  ...bundled,
  async fn() {
    const script = `const out = ${outOf("chart")};
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".plot { color: red }");
      document.adoptedStyleSheets.push(sheet);
      new ResizeObserver(() => {
        const width = out.clientWidth;
        out.innerHTML = '<label for="a">' + width + '</label><input id="a"><i style="fill:url(#a)"></i>';
      }).observe(out);
      ${outOf("same")}.innerHTML = '<b id="c">same</b>';`;
    const { cells, styles } = await drawn([cellOf("chart"), cellOf("same")], script);
    assert.deepEqual(cells, {
      "key of chart": {
        wide: '<label for="a">864</label><input id="a"><i style="fill:url(#a)"></i>',
        narrow: '<label for="a-narrow">358</label><input id="a-narrow"><i style="fill:url(#a-narrow)"></i>',
      },
      "key of same": { wide: '<b id="c">same</b>', narrow: '<b id="c">same</b>' },
    });
    assert.deepEqual(styles, [".plot { color: red }"]);
  },
});

Deno.test({
  name: "a cell that failed or did not end says so",
  ...bundled,
  async fn() {
    const names = ["failed", "endless", "server", "fine"];
    const cells = names.map((name) => cellOf(name, name === "server" ? { place: "server" } : {}));
    const script = `for (const name of ["failed", "server"]) {
        const out = document.querySelector('[data-cell="' + name + '"] .out');
        out.classList.add("replaced");
        out.insertAdjacentHTML("afterend", '<div class="error-text"><p><b>TypeError</b> no x.</p></div>');
        out.parentElement.dataset.state = "error";
      }
      ${outOf("endless")}.parentElement.dataset.state = "running";
      ${outOf("fine")}.append("1");`;
    const { cells: found } = await drawn(cells, script, { seconds: 0.3 });
    const failed = '<div class="error-text"><p><b>TypeError</b> no x.</p></div>';
    assert.deepEqual(found, {
      "key of failed": { wide: failed, narrow: failed, error: "TypeError: no x." },
      "key of endless": { wide: "", narrow: "", error: "did not end while the report was drawn" },
      "key of server": { wide: failed, narrow: failed },
      "key of fine": { wide: "1", narrow: "1" },
    });
  },
});

const REFUSED = [
  [
    "a script that throws",
    `throw new RangeError("no section");`,
    /^cannot draw the cells: RangeError: no section$/,
  ],
  ["a script that never ends", `for (;;);`, /^cannot draw the cells: no answer within 2.3 s$/],
  [
    "a script that takes all memory",
    `const kept = []; for (let n = 0; n < 40; n++) kept.push(new Uint8Array(1e7).fill(1)); globalThis.kept = kept;`,
    /^cannot draw the cells: Error: out of memory$/,
  ],
  ["a script that ends the page", `for (;;) await new Promise(() => {});`, /^cannot draw the cells: /],
] as const;

Deno.test({
  name: "what cannot be drawn at all is one line",
  ...bundled,
  async fn(t) {
    for (const [name, script, message] of REFUSED) {
      // what never ends is waited for; the others end by themselves, also on a busy machine
      const seconds = name.includes("never ends") ? 0.3 : 20;
      const options = { seconds, memory: name.includes("memory") ? 200 : 1024 };
      await t.step(
        name,
        async () => assert.match(await refusal(drawn([cellOf("a")], script, options)), message),
      );
    }
  },
});

Deno.test({
  name: "the same page is drawn the same again, whatever its cells ask of a clock or of chance",
  ...bundled,
  async fn() {
    const script = `const began = Date.now();
      while (Date.now() < began + 1000) continue;
      ${
      outOf("a")
    }.append(new Date().toISOString(), " ", Math.random(), " ", new Date(5).getTime(), " ", typeof Date());`;
    const now = Date.UTC(2026, 10, 22);
    const first = await drawn([cellOf("a")], script, { now });
    assert.deepEqual(await drawn([cellOf("a")], script, { now }), first);
    assert.match(first.cells["key of a"].wide, /^2026-11-22T00:00:01\.001Z 0\.\d+ 5 string$/);
  },
});

Deno.test({
  name: "a drawing that is not wanted any more ends at once",
  ...bundled,
  async fn() {
    const stop = new AbortController(), reason = new Error("not wanted");
    const drawing = drawn([cellOf("a")], "for (;;);", { seconds: 600, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 300);
    await assert.rejects(drawing, reason);
    await assert.rejects(drawn([cellOf("a")], "for (;;);", { signal: stop.signal }), reason);
  },
});
