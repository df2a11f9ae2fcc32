import assert from "node:assert/strict";
import fc from "fast-check";
import { articleMarkup, cellId, contentsMarkup } from "../../../server/pages/article.ts";
import { indexPage } from "../../../server/pages/index_page.ts";
import { escapeText, html, trusted } from "../../../server/pages/markup.ts";
import { notebookPage } from "../../../server/pages/notebook_page.ts";
import { ago, count, slug, took } from "../../../server/pages/words.ts";
import { cellsOf } from "./fixture.ts";

const ASSETS = {
  style: "/assets/a.css",
  theme: "/assets/t.js",
  script: "/assets/a.js",
  runs: "/assets/r.js",
  studies: "/assets/st.js",
  loops: "/assets/l.js",
};
const EVIL = `"><script>alert(1)</script>'&`;

Deno.test("text put into markup never opens an element or leaves an attribute", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const made = html`<p title="${text}">${[text, text]}</p>`.text;
    assert.equal(made.match(/</g)?.length, 2);
    assert.equal(made.match(/"/g)?.length, 2);
  }));
  assert.equal(html`${null}${undefined}${false}${0}${trusted("<b>")}`.text, "0<b>");
  assert.equal(escapeText(`<&>"'`), "&lt;&amp;&gt;&quot;&#39;");
});

Deno.test("names, titles and problems that hold markup are shown as text", () => {
  const notebook = { ...cellsOf([{ name: EVIL }]), title: EVIL, dek: EVIL, file: EVIL };
  const problem = { level: "error" as const, line: 1, column: 1, code: "x", message: EVIL, cells: [] };
  const entry = { file: EVIL, title: EVIL, dek: EVIL, edited: 0, states: null, problem: EVIL };
  for (const page of [notebookPage(notebook, [problem], ASSETS), indexPage([entry], ASSETS)]) {
    assert.equal(page.match(/<script/g)?.length, 2, "only our own two");
    assert.ok(!page.includes("<script>"));
  }
});

Deno.test("a page has no inline script, no inline style and no address of another host", () => {
  const pages = [
    notebookPage(cellsOf(["<h2>A</h2>", { name: "a" }, { name: "finding" }]), [], ASSETS),
    indexPage([], ASSETS),
  ];
  for (const page of pages) {
    assert.ok(!/<script(?![^>]* src=)/.test(page));
    assert.ok(!/<style|\sstyle=|\son\w+=/.test(page));
    assert.deepEqual(page.match(/(?:src|href)="https?:[^"]*"/g), null);
  }
});

Deno.test("a page has a skip link, landmarks, one title and a polite live region", () => {
  const page = notebookPage(cellsOf(["<h2>A</h2>", { name: "a" }]), [], ASSETS);
  for (
    const part of [
      'class="skip" href="#main"',
      '<main class="page notebook" id="main"',
      'aria-label="Contents"',
      'aria-live="polite"',
      'aria-label="cell a"',
      '<html lang="en" data-base="" data-role="owner">',
    ]
  ) {
    assert.ok(page.includes(part), part);
  }
  assert.equal(page.match(/<h1/g)?.length, 1);
});

Deno.test("the prose of a notebook is in its first page, and hidden cells show nothing", () => {
  const notebook = cellsOf(["<h2>Part</h2>\n<p>Prose.</p>", { name: "seen" }, {
    name: "unseen",
    hidden: true,
  }]);
  const text = articleMarkup(notebook).text;
  assert.ok(text.includes("<p>Prose.</p>"));
  assert.match(text, /data-cell="unseen" data-state="idle"\s+hidden>/);
  assert.match(text, /data-cell="seen" data-state="idle"\s*>/);
  const imports = articleMarkup(cellsOf([{ name: "setup" }, { name: "setup", defines: ["a"], id: 1 }])).text;
  assert.equal(imports.match(/data-state="idle"\s+hidden>/g)?.length, 1, "imports alone show nothing either");
  assert.equal(
    contentsMarkup(notebook).text,
    '<li><a href="#part-part"><span>Part</span><span class="mark"></span></a></li>',
  );
});

Deno.test("the index words states, problems and an empty folder", () => {
  const entry = {
    file: "a.ts",
    title: "A",
    dek: "",
    edited: 0,
    states: { running: 1, stale: 0, error: 2 },
    problem: "",
  };
  const page = indexPage([entry], ASSETS);
  const edited =
    'edited <time datetime="1970-01-01T00:00:00.000Z" data-age="long">1 Jan 1970, 00:00 UTC</time>';
  assert.ok(page.includes(edited) && page.includes("1 running") && page.includes("2 error"));
  assert.ok(!page.includes("0 stale"));
  assert.ok(
    indexPage([], ASSETS).includes("No notebooks yet. Save a TypeScript file in the folder notebooks."),
  );
});

Deno.test("times and counts are worded", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const MINUTE = 60_000;
  const cases: readonly [number, string][] = [
    [0, "just now"],
    [-5 * MINUTE, "just now"],
    [4 * MINUTE, "4 min ago"],
    [90 * MINUTE, "1 h ago"],
    [30 * 60 * MINUTE, "yesterday"],
    [72 * 60 * MINUTE, "18 Nov"],
    [365 * 24 * 60 * MINUTE, "21 Nov 2025"],
  ];
  for (const [past, words] of cases) assert.equal(ago(now - past, now), words);
  assert.deepEqual([0.01, 0.24, 14.2, 89].map(took), ["", "0.2 s", "14 s", "1:29"]);
  assert.deepEqual([1, 2, 1200].map((n) => count(n, "cell")), ["1 cell", "2 cells", "1,200 cells"]);
  assert.deepEqual(["Learning curves", "  ", "Ünï/ⅷ", "a__b"].map(slug), [
    "learning-curves",
    "cell",
    "u-ni-viii",
    "a-b",
  ]);
});

Deno.test("no cell has an id by which a page or a report finds something else", () => {
  const found = "main said article theme";
  const page = notebookPage(cellsOf(["<h2>A</h2>", { name: "a" }]), [], ASSETS);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.ok(found.split(" ").every((id) => ids.includes(id)));
  for (const name of ids.filter((id) => id !== "a")) assert.notEqual(cellId({ name }), name);
  const names = [
    "plateau client",
    "Plateau Manifest",
    "plateau-recording",
    "part start",
    "src a",
    "cell run",
    "run",
  ];
  assert.deepEqual(names.map((name) => cellId({ name })), [
    "cell-plateau-client",
    "cell-plateau-manifest",
    "cell-plateau-recording",
    "cell-part-start",
    "cell-src-a",
    "cell-cell-run",
    "cell-run",
  ]);
  assert.equal(cellId({ name: "loss curve" }), "loss-curve", "addresses of other cells are their names");
});
