import assert from "node:assert/strict";
import { blocksOf, layout } from "../../../server/pages/layout.ts";
import { cellsOf } from "./fixture.ts";

Deno.test("rendered markdown is cut into its outermost elements", () => {
  const cases: readonly [string, string[]][] = [
    ["", []],
    ["<p>a</p>\n<h2>b</h2>", ["p", "h2"]],
    ["<ul>\n<li>\n<h2>inner</h2>\n</li>\n</ul>\n<p>x</p>", ["ul", "p"]],
    ["<blockquote><p>a<br>b</p></blockquote><hr><p>c</p>", ["blockquote", "hr", "p"]],
    ['<p><a href="x>y">a</a></p><pre><code>&lt;h2&gt;</code></pre>', ["p", "pre"]],
  ];
  for (const [html, tags] of cases) {
    const blocks = blocksOf(html);
    assert.deepEqual(blocks.map((block) => block.tag), tags, html);
    const kept = blocks.map((block) => block.html).join("").replace(/\s/g, "");
    assert.equal(kept, html.replace(/\s/g, ""));
  }
});

Deno.test("second-level headings open parts, and the title's paragraph moves to the head", () => {
  const { parts, finding } = layout(cellsOf([
    "<h1>Title</h1>\n<p>Dek.</p>\n<p>Before.</p>",
    { name: "setup" },
    "<h2>One &amp; two</h2>\n<p>Text.</p>",
    { name: "chart" },
    "<p>After.</p>\n<h2>Three</h2>",
    { name: "finding" },
    { name: "table" },
    "<h2>Three</h2>",
  ]));
  assert.equal(finding?.name, "finding");
  assert.deepEqual(
    parts.map((
      { id, items },
    ) => [id, items.map((item) => item.type === "prose" ? item.html : item.cell.name)]),
    [
      ["part-start", ["<p>Before.</p>", "setup"]],
      ["part-one-two", ["<p>Text.</p>", "chart", "<p>After.</p>"]],
      ["part-three", ["table"]],
      ["part-three-2", []],
    ],
  );
});

Deno.test("only the first title leaves the prose", () => {
  const { parts } = layout(cellsOf(["<h1>One</h1>", "<h1>Two</h1>\n<p>Stays.</p>"]));
  assert.deepEqual(parts.flatMap((part) => part.items), [
    { type: "prose", html: "<h1>Two</h1>\n<p>Stays.</p>" },
  ]);
});
