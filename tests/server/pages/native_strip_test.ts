import assert from "node:assert/strict";
import type { NativeState } from "../../../server/native_state.ts";
import { nativeStrip, stripContent } from "../../../server/pages/native_strip.ts";
import { indexPage } from "../../../server/pages/index_page.ts";
import { notebookPage } from "../../../server/pages/notebook_page.ts";
import { cellsOf } from "./fixture.ts";

const engine = "tensorflow 2.21.0 on CPU";
const cases: [native: NativeState, words: string, buttons: string[]][] = [
  [
    { state: "offered", times: 12, megabytes: 274 },
    "The native engine trains small networks about 12× faster. On it a notebook can do whatever you can.",
    ["install: Install 274 MB", "dismiss: Not now"],
  ],
  [{ state: "installing", doing: "starting", megabytes: 0, of: 0 }, "Installing Starting", []],
  [
    { state: "installing", doing: "downloading", megabytes: 120, of: 274 },
    "Installing Downloading 120 of 274 MB",
    [],
  ],
  [{ state: "installing", doing: "measuring", megabytes: 0, of: 0 }, "Installing Measuring the engines", []],
  [{ state: "failed", why: "no space left in <cache>" }, "Not installed no space left in &lt;cache&gt;", [
    "install: Try again",
    "dismiss: Close",
  ]],
  [
    { state: "installed", engine, why: "fastest", taken: true },
    "Installed. Kernels now start on tensorflow 2.21.0 on CPU; one that runs takes it when you restart it.",
    ["dismiss: Close"],
  ],
  [
    { state: "installed", engine: "wasm 4.22.0 on CPU", why: "fastest of wasm 1.4", taken: false },
    "Installed. Kernels still start on wasm 4.22.0 on CPU: fastest of wasm 1.4.",
    ["dismiss: Close"],
  ],
];
for (const [native, words, buttons] of cases) {
  Deno.test(`the strip says: ${words}`, () => {
    const text = stripContent(native)!.text;
    assert.equal(/^<p[^>]*>(.*)<\/p>/s.exec(text)![1].replaceAll(/<[^>]*>/g, ""), words);
    const found = [...text.matchAll(/data-native="(\w+)">([^<]*)</g)].map(([, does, name]) =>
      `${does}: ${name}`
    );
    assert.deepEqual(found, buttons);
  });
}

Deno.test("every page has the strip between bar and page, hidden while there is nothing to show", () => {
  const assets = {
    style: "/a.css",
    theme: "/t.js",
    script: "/s.js",
    runs: "/r.js",
    studies: "/st.js",
    loops: "/l.js",
  };
  const [offered] = cases[0];
  const pages = (native?: NativeState) => [
    indexPage([], assets, native),
    notebookPage(cellsOf([{ name: "a" }]), [], assets, native),
  ];
  for (const page of pages()) {
    assert.match(page, /<\/header>\s*<aside class="strip" id="native" [^>]* hidden><\/aside>\s*<main/);
  }
  for (const page of pages(offered)) {
    assert.ok(page.includes(nativeStrip(offered).text));
    assert.doesNotMatch(nativeStrip(offered).text, / hidden/);
  }
});
