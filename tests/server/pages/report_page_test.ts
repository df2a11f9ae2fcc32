import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { PageCell, PageNotebook } from "../../../lib/notebook/wire.ts";
import { FORMAT, type Manifest } from "../../../lib/report/manifest.ts";
import { type ReportPage, reportPage } from "../../../server/pages/report_page.ts";

const cell = (id: number, name: string, html?: string): PageCell => ({
  id,
  name,
  kind: html === undefined ? "code" : "markdown",
  hidden: false,
  auto: false,
  worker: false,
  line: 1,
  endLine: 2,
  defines: [],
  reads: [],
  views: [],
  lives: [],
  imports: [],
  async: false,
  place: "browser",
  why: "",
  key: `key of ${name}`,
  code: [],
  readBy: [],
  ...(html === undefined ? {} : { html }),
});

const notebook: PageNotebook = {
  file: "a.ts",
  title: "Loss <b> & regret",
  dek: "Which way is “up”?",
  edited: 0,
  cells: [
    cell(0, "title", "<h1>Loss</h1><p>Which</p>"),
    cell(1, "curve"),
    cell(2, "finding"),
    cell(3, "quiet"),
  ],
  toBrowser: [],
  toServer: [],
};

const HASH = "0123456789abcdef".repeat(4);
const part = (packed: number) => ({ bytes: 9 * packed, packed, sha256: HASH });
const manifest: Manifest = {
  sha256: "",
  format: FORMAT,
  notebook: "notebooks/a.ts",
  title: "Loss",
  sources: [
    { path: "notebooks/a.ts", bytes: 2000, sha256: HASH },
    { path: "lib/<b>.ts", bytes: 2000, sha256: HASH },
  ],
  data: [
    { path: "data/<i>.csv", bytes: 7_200_000, sha256: HASH, inside: false, why: "above 5 MB" },
    { path: "data/b.csv", bytes: 812, sha256: HASH, inside: true },
  ],
  folders: [],
  library: HASH,
  on: {
    engine: "tensorflow",
    version: "2.21.0",
    device: "",
    deno: "2.9.6",
    system: "linux",
    processor: "x86-64",
    threads: 1,
  },
  modes: ["tensorflow 2.21.0, compiled"],
  seeds: [0, 1, 4],
  datasets: [{ name: "digits", fingerprint: "9a0f12cd71c3" }],
  command: "plateau export notebooks/a.ts --set 'word=<script>'",
  git: { commit: "4f1c9e2".padEnd(40, "0"), dirty: true },
  began: 0,
  made: Date.UTC(2026, 10, 21, 23, 59),
  seconds: 1380,
  parts: { recording: part(400_000), client: part(150_000), sources: part(999) },
};

const page = (options: Partial<ReportPage> = {}) =>
  reportPage({ notebook, manifest, made: manifest.made, style: "", sections: "", ...options });

const textOf = (markup: string) =>
  markup.replace(/<style>.*?<\/style>|<script.*?<\/script>/gs, "").replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");

Deno.test("a report begins with its date, its title and its finding, and ends with how it was made", () => {
  const text = textOf(page({
    stills: Object.fromEntries(
      ["finding", "curve"].map((name) => [`key of ${name}`, { wide: `still of ${name}`, narrow: "" }]),
    ),
  }));
  const order = [
    "Report, 21 November 2026. A fixed record",
    "Loss <b> & regret",
    "Which way is “up”?",
    "still of finding",
    "still of curve",
    "How it was made",
    "deno task plateau verify a.html",
  ];
  const places = order.map((words) => text.lastIndexOf(words));
  assert.deepEqual(places, places.toSorted((a, b) => a - b), text);
  assert.ok(places[0] > 0);
});

const facts: [about: string, words: RegExp][] = [
  ["the commit, and that it is not all", /notebooks\/a\.ts at 4f1c9e2, with changes that are not committed/],
  ["every source", /sha256 0123…cdef and 1 more source/],
  ["the seeds and the time", /seeds 0, 1, 4; 23:00 in all/],
  ["data sets by their numbers", /digits, fingerprint 9a0f12cd71c3/],
  ["files that are not inside, and why", /data\/<i>\.csv, 7\.2 MB, sha256 0123…cdef, not inside: above 5 MB/],
  ["files that are inside", /data\/b\.csv, 812 bytes, sha256 0123…cdef(?!,)/],
  ["engine and mode", /tensorflow 2\.21\.0; tensorflow 2\.21\.0, compiled/],
  ["the machine", /x86-64, 1 thread, linux, Deno 2\.9\.6/],
  [
    "what is inside",
    /Sources and numbers are inside\. .*in a clone of Plateau: deno task plateau verify a\.html/,
  ],
  ["how Plateau is run", /Its clone needs git and Deno; with Node 20 instead, write npx -y before/],
  [
    "sizes",
    /551 kB beside the page \(goal 700 kB for the whole file\): recording 400 kB, client 150 kB, sources 999 bytes/,
  ],
  ["the command", /plateau export notebooks\/a\.ts --set 'word=<script>'/],
];
for (const [about, words] of facts) {
  Deno.test(`a report tells ${about}`, () => assert.match(textOf(page()), words));
}

Deno.test("cells that failed are named first, and what could not be followed says why", () => {
  const failed = ["cell <b> at line 3: Error: no"];
  assert.match(textOf(page({ failed })), /How it was made Failed cell <b> at line 3: Error: no Notebook/);
  assert.doesNotMatch(textOf(page()), /Failed/);
  const unfollowed = "the names in data with 20,000 names are not listed";
  assert.match(
    textOf(page({ manifest: { ...manifest, unfollowed } })),
    /Not all that was read is here: the names in data with 20,000 names are not listed\./,
  );
});

Deno.test("where nothing trained, seeds in logs are not its runs, and a written name is quoted", () => {
  const on = { ...manifest.on, engine: "none" as const, version: "" };
  const text = textOf(page({ manifest: { ...manifest, on, file: "my report.html" } }));
  assert.match(text, /Took 23:00/);
  assert.doesNotMatch(text, /seeds/);
  assert.match(text, /verify 'my report\.html'/);
});

Deno.test("the head leads to the line that checks the file", () => {
  assert.match(
    page(),
    /<a href="#plateau-made">can be checked<\/a>[^]*<section class="part made" id="plateau-made">/,
  );
});

const COMMITS: readonly (readonly [about: string, git: Manifest["git"], words: RegExp])[] = [
  ["what is in no commit", null, /a\.ts, in no commit/],
  ["a commit that is not known", "unknown", /a\.ts, its commit is not known/],
  ["a change that is not known", { commit: "a".repeat(40), dirty: null }, /at aaaaaaa, or changed since/],
];
for (const [about, git, words] of COMMITS) {
  Deno.test(`${about} is said to be so`, () => {
    assert.match(textOf(page({ manifest: { ...manifest, git } })), words);
  });
}

Deno.test("the policy allows the one script that the page has, and no address", () => {
  const text = page();
  const scripts = [...text.matchAll(/<script(?! type="application)[^>]*>(.*?)<\/script>/gs)];
  assert.equal(scripts.length, 1);
  const hash = createHash("sha256").update(scripts[0][1]).digest("base64");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)!;
  assert.ok(policy.includes(`script-src &#39;sha256-${hash}&#39; blob:;`), policy);
  assert.ok(policy.startsWith("default-src &#39;none&#39;;"));
  assert.doesNotMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
});

Deno.test("a style sheet cannot end its element", () => {
  const text = page({ style: 'p::after { content: "</style><script>xss(1)</script>" }' });
  assert.equal(text.split("</style").length, 2);
  assert.ok(text.indexOf("xss(1)") < text.indexOf("</style>"));
});

Deno.test("a drawing that is the same wide and narrow stands once, and an empty one nowhere", () => {
  const text = page({
    stills: {
      "key of curve": { wide: "<p>one</p>", narrow: "<p>one</p>" },
      "key of finding": { wide: "<p>wide</p>", narrow: "<p>narrow</p>" },
      "key of quiet": { wide: "", narrow: "" },
    },
  });
  assert.equal(text.split("<p>one</p>").length, 2);
  assert.match(text, /class="still wide"><p>wide<\/p>/);
  assert.match(text, /class="still narrow"><p>narrow<\/p>/);
  assert.match(text, /id="quiet"[^>]*>\s*<div class="out"><\/div>/);
});
