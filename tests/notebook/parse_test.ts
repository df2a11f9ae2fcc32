import assert from "node:assert/strict";
import fc from "fast-check";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import { parse } from "../../lib/notebook/parse.ts";

const URL = "file:///project/study.ts";
const load = (text: string) =>
  loadNotebook(URL, memoryModules({ [URL]: text, "file:///project/deno.json": "{}" }));

Deno.test("cells are cut at real line comments of column 0", () => {
  const rows: [text: string, names: string[]][] = [
    ["// %% a\nconst a = 1;\n// %% b\n", ["a", "b"]],
    ["const s = 1;\n// %% a\n", ["setup", "a"]],
    ["\n// only a comment\n// %% a\n", ["a"]],
    ["// %%\n// %%\n", ["cell 0", "cell 1"]],
    ["// %% a\nconst t = `\n// %% text\n`;\n", ["a"]],
    ["// %% a\n/*\n// %% comment\n*/\n", ["a"]],
    ["// %% a\n  // %% indented\n", ["a"]],
    ["// %% a\nf(1); // %% trailing\n", ["a"]],
    ["// %%% a\n// %%b\n", []],
    ["//%% a\n// %% [markdown] b\n// %%[hidden]\n", ["a", "b", "cell 2"]],
    ["// %% a\r\nconst a = 1;\r\n// %% b\r\n", ["a", "b"]],
    ["", []],
  ];
  for (const [text, names] of rows) assert.deepEqual(parse(text, URL).cells.map((c) => c.name), names, text);
});

Deno.test("flags stand in brackets, several at once, and an unknown one is named", async () => {
  const { cells, diagnostics } = await load(
    "// %% a [hidden, auto]\n// %% b [markdown]\n// %% c [serverr]\n",
  );
  assert.deepEqual(cells.map((c) => [c.name, c.kind, c.hidden, c.auto]), [
    ["a", "code", true, true],
    ["b", "markdown", false, false],
    ["c", "code", false, false],
  ]);
  assert.deepEqual(diagnostics.map((d) => [d.line, d.message]), [
    [3, "cell c: unknown flag: serverr (has markdown, server, browser, hidden, auto, worker)"],
  ]);
});

Deno.test("prose stands in line comments or in a block comment", async () => {
  const { cells } = await load(
    "// %% [markdown]\n// # A\n//\n// b\n// %% c [markdown]\n/*\n# A\n\n- b\n  - c\n*/\n",
  );
  assert.deepEqual(cells.map(({ markdown }) => markdown), ["# A\n\nb", "# A\n\n- b\n  - c"]);
});

Deno.test("a flag without its brackets is a word of the title, and a warning says so", async () => {
  const { cells, diagnostics } = await load("// %% primes worker\n// %% worker bees\n");
  assert.deepEqual(cells.map((c) => [c.name, c.worker]), [["primes worker", false], ["worker bees", false]]);
  assert.deepEqual(diagnostics.map((d) => [d.level, d.line, d.message]), [
    [
      "warning",
      1,
      "cell primes worker (line 1): worker is a word of its title: write [worker] for the flag",
    ],
  ]);
});

Deno.test("flags that contradict each other, or prose, are refused in words", async () => {
  const rows: [flags: string, says: string][] = [
    ["server, browser", "server and browser (a cell runs on one side)"],
    ["worker, browser", "worker and browser (a worker is a thread of the kernel)"],
    ["markdown, worker", "markdown and worker (prose does not run)"],
    ["markdown, auto", "markdown and auto (prose does not run)"],
    ["markdown, browser", "markdown and browser (prose does not run)"],
  ];
  for (const [flags, says] of rows) {
    const { diagnostics } = await load(`// %% a [${flags}]\n`);
    assert.deepEqual(diagnostics.map((d) => [d.code, d.message]), [
      ["invalid-flags", `cell a: invalid flags: ${says}`],
    ]);
  }
  assert.deepEqual(
    (await load("// %% a [markdown, hidden]\n// %% b [worker, server, auto]\n")).diagnostics,
    [],
  );
});

Deno.test("title and dek come from the markdown, else from the file's name", async () => {
  const text = "// %% intro [markdown]\n// # When to stop\n//\n// One file,\n// two sides.\n//\n// More.\n";
  const { title, dek, cells } = await load(text);
  assert.deepEqual([title, dek], ["When to stop", "One file, two sides."]);
  assert.equal(cells[0].markdown, "# When to stop\n\nOne file,\ntwo sides.\n\nMore.");
  assert.equal((await load("const a = 1;\n")).title, "study");
});

Deno.test("lines of a cell run from its marker to the line before the next", async () => {
  const { cells } = await load("const a = 1;\n\n// %% b\nconst b = 2;\n// %% c\nconst c = 3;");
  assert.deepEqual(cells.map((c) => [c.line, c.endLine, c.source]), [
    [1, 2, "const a = 1;\n\n"],
    [3, 4, "const b = 2;\n"],
    [5, 6, "const c = 3;"],
  ]);
});

Deno.test({
  name: "a syntax error names its cell and place, and the other cells live on",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const rows: [bad: string, line: number, column: number, says: RegExp][] = [
      ["const x = ;", 4, 11, /cell bad: unexpected ";"/i],
      ["enum X { A }", 4, 1, /an enum cannot be erased: write `const Name/],
      ["namespace N { export const n = 1; }", 4, 1, /a namespace cannot be erased/],
      ["class K { constructor(private k: number) {} }", 4, 31, /a parameter property cannot be erased/],
      ["const y = 1;\nfunction f() { let a; let a; }", 5, 27, /identifier 'a' has already been declared/],
      ["const z = (1 +", 5, 1, /cell bad: unexpected/i],
      [
        "const e = <b>x</b>;",
        4,
        20,
        /cell bad: JSX cannot be erased: make elements by document\.createElement/,
      ],
      ["@sealed class K {}", 4, 1, /cell bad: a decorator cannot be erased: call it as a function/],
      ["const v = <number>x;", 4, 11, /a `<T>value` assertion cannot be erased: write `value as T`/],
      [`import fs = require("fs");`, 4, 1, /`import x = …` cannot be erased/],
      ["export = 1;", 4, 1, /`export = …` cannot be erased/],
      ["export { nope };", 4, 10, /export 'nope' is not defined/],
      ["function f() {}\nnamespace f { export const n = 1; }", 5, 1, /a namespace cannot be erased/],
      ["return 1;", 4, 1, /'return' outside of function/],
      ["let let = 1;", 4, 5, /cannot use "let" as an identifier here$/],
      ["const r = /(/;", 4, 12, /invalid regular expression/],
      ["const é漢 = 1; const q: = 2;", 4, 24, /cell bad: unexpected/i],
    ];
    for (const [bad, line, column, says] of rows) {
      const text = `// %% a\nconst a = 1;\n// %% bad\n${bad}\n// %% c\nconst c = a;\n`;
      const { cells, diagnostics } = await load(text);
      const errors = diagnostics.filter((each) => each.code === "syntax");
      assert.equal(errors.length, 1, bad);
      assert.match(errors[0].message, says, bad);
      assert.deepEqual([errors[0].line, errors[0].column, errors[0].cells], [line, column, [1]], bad);
      assert.deepEqual(cells.map((c) => [c.name, c.reads.join()]), [["a", ""], ["bad", ""], ["c", "a"]], bad);
    }
    await stopBundler();
  },
});

Deno.test("what a faulty cell seems to declare is not unknown to others", async () => {
  const text =
    "// %% bad\nconst { a, b: c = 1 } = ( ;enum E {}\nexport const d = 1\n// %% use\nconst sum = a + c + d;\n";
  const { cells, diagnostics } = await load(text);
  assert.deepEqual(cells[0].defines, ["a", "c", "d"]);
  assert.deepEqual(cells[1].reads, ["a", "c", "d"]);
  assert.deepEqual(diagnostics.map((d) => d.code), ["syntax"]);
  await stopBundler();
});

Deno.test("two cells of one title, code in prose and a marker in a statement are pointed out", async () => {
  const rows: [text: string, code: string, line: number, says: string][] = [
    ["// %% a\n// %% a\n", "duplicate-title", 2, "duplicate title: a (lines 1 and 2): rename one"],
    ["// %% a [markdown]\nconst a = 1;\n", "code-in-markdown", 2, "code in markdown cell a"],
    [
      "// %% a\nfunction f() {\n// %% b\n}\n",
      "marker-in-statement",
      3,
      "cell a: marker inside the statement of line 2",
    ],
  ];
  for (const [text, code, line, says] of rows) {
    const { diagnostics, cells } = await load(text);
    assert.deepEqual(diagnostics.map((d) => [d.code, d.line]), [[code, line]], text);
    assert.ok(diagnostics[0].message.startsWith(says), diagnostics[0].message);
    assert.equal(new Set(cells.map((c) => c.name)).size, cells.length);
  }
});

Deno.test("whatever the text, the cells cover it in order and positions stay inside", () => {
  const piece = fc.constantFrom(
    "// %% a\n",
    "// %% b [markdown]\n",
    "const x = 1;\n",
    "`\n",
    "/*\n",
    "*/\n",
    "enum E {}\n",
    "(\n",
    "}\n",
    "// 漢\n",
    "\n",
    '"',
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
    const text = pieces.join("");
    const { cells, script, diagnostics } = parse(text, URL);
    assert.equal(script.length, text.length);
    for (const [i, cell] of cells.entries()) {
      assert.equal(cell.id, i);
      assert.ok(cell.start <= cell.bodyStart && cell.bodyStart <= cell.end && cell.line <= cell.endLine);
      if (i > 0) assert.equal(cell.start, cells[i - 1].end);
    }
    const lines = text.split("\n").length;
    for (const { line, column } of diagnostics) assert.ok(line >= 1 && line <= lines && column >= 1);
  }));
});
