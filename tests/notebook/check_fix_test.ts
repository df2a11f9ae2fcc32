import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { reordered } from "../../lib/notebook/check_fix.ts";
import { writeReordered } from "../../lib/notebook/check_fix_file.ts";
import { graph } from "../../lib/notebook/graph.ts";
import { parse } from "../../lib/notebook/parse.ts";
import { inFolder } from "../in_folder.ts";

const URL = "file:///n.ts";

const cell = (name: string, code: string) => `// %% ${name}\n${code}\n\n`;

Deno.test("cells move to where a script can run them, with their comments and prose, and nothing else does", () => {
  const a = cell("a", "// the base\nconst a = 1;"), b = cell("b", "const b = a + 1;");
  const c = cell("c", "const c = () => b;"), d = cell("d", "const d = c();");
  const prose = "// %% why [markdown]\n// Because.\n\n", title = "// %% title [markdown]\n// # Title\n\n";
  const rows: [name: string, before: string[], after: string[], moved: string][] = [
    ["in order", [a, b], [a, b], ""],
    ["a maker moves up", [b, a], [a, b], "a 4→1"],
    ["prose goes along", [b, prose, a, c], [prose, a, b, c], "a 7→4"],
    ["the title does not", [title, b, a], [title, a, b], "a 7→4"],
    ["prose at the end stays", [b, a, prose], [a, b, prose], "a 4→1"],
    ["imports stay first", [`import { x } from "./m.ts";\n`, b, a], [
      `import { x } from "./m.ts";\n`,
      a,
      b,
    ], "a 5→2"],
    ["a function may read what is below", [c, a, b], [c, a, b], ""],
    ["but not when it is called", [c, d, a, b], [c, a, b, d], "d 4→11"],
    ["a comment before the first marker stays", ["// words\n", b, a], ["// words\n", a, b], "a 5→2"],
  ];
  for (const [name, before, after, says] of rows) {
    const { text, moved, refused } = reordered(before.join(""), URL);
    assert.equal(refused, undefined, name);
    assert.equal(text, after.join(""), name);
    assert.equal(moved.map((each) => `${each.name} ${each.from}→${each.to}`).join(), says, name);
  }
});

Deno.test("the end of the file stays as it was, whichever cell comes last", () => {
  const rows: [before: string, after: string][] = [
    ["// %% b\na;\n\n\n// %% a\nconst a = 1;", "// %% a\nconst a = 1;\n\n\n// %% b\na;"],
    ["// %% b\r\na;\r\n\r\n// %% a\r\nconst a = 1;\r\n", "// %% a\r\nconst a = 1;\r\n\r\n// %% b\r\na;\r\n"],
    [
      "// %% b\na; // why\n\n// %% a\nconst a = `\n\n`;\n",
      "// %% a\nconst a = `\n\n`;\n\n// %% b\na; // why\n",
    ],
  ];
  for (const [before, after] of rows) assert.equal(reordered(before, URL).text, after);
});

Deno.test("what hides the order is refused, and the text left as it was", () => {
  const rows: [text: string, says: RegExp][] = [
    ["// %% a\nconst a = ;\n// %% b\nb;\n", /^line 1: cell a: /],
    ["// %% a\nconst a = b;\n// %% b\nconst b = a;\n", /^line 1: cycle: a \(line 1\) → b \(line 3\) → a/],
    ["// %% c\na;\n// %% a\nconst a = 1;\n// %% b\nconst a = 2;\n", /^line 6: duplicate name: a/],
    ["const b = a;\n// %% a\nconst a = 1;\n", /^line 1: the code before the first marker reads/],
  ];
  for (const [before, says] of rows) {
    const { text, moved, refused } = reordered(before, URL);
    assert.match(refused!, says);
    assert.deepEqual([text, moved], [before, []]);
  }
});

Deno.test("once is enough: every text survives, no order error is left, and a second time moves nothing", () => {
  const gap = fc.constantFrom("\n", "\n\n", "\n\n\n", "\r\n\r\n");
  const body = fc.record({
    prose: fc.boolean(),
    reads: fc.array(fc.nat(11), { maxLength: 3 }),
    later: fc.array(fc.nat(11), { maxLength: 2 }),
    calls: fc.array(fc.nat(11), { maxLength: 2 }),
    comment: fc.constantFrom("", "// why\n", "/* long\n\n */ "),
    gap,
  });
  const bodies = fc.array(body, { maxLength: 12 });
  fc.assert(
    fc.property(bodies, fc.boolean(), fc.constantFrom("", "\n", "\n\n"), (cells, marked, end) => {
      const text = cells.map(({ prose, reads, later, calls, comment, gap }, i) => {
        const below = (names: number[]) => names.filter((j) => j < cells.length && j > i);
        const sum = [...below(reads).map((j) => `x${j}`), ...below(calls).map((j) => `f${j}()`), "1"].join(
          " + ",
        );
        const lazy = [...below(later).map((j) => `x${j}`), "1"].join(" + ");
        const code = `${comment}const x${i} = ${sum};\nfunction f${i}() { return ${lazy}; }`;
        const head = marked || i > 0 ? `// %% c${i}\n` : "";
        const above = prose && head ? `// %% p${i} [markdown]\n// words ${i}\n` : "";
        return `${above}${head}${code}` +
          (i === cells.length - 1 ? end : gap);
      }).join("");
      const { text: fixed, refused } = reordered(text, URL);
      if (refused) return assert.match(refused, /before the first marker/);
      const parsed = parse(fixed, URL);
      assert.deepEqual(graph(parsed).diagnostics, []);
      assert.deepEqual(reordered(fixed, URL), { text: fixed, moved: [] });
      const pieces = (of: string) =>
        parse(of, URL).cells.map((c) => of.slice(c.start, c.end).trimEnd()).sort();
      assert.deepEqual(pieces(fixed), pieces(text));
      assert.equal(fixed.length, text.length);
      for (const [i, { name }] of parsed.cells.entries()) {
        if (name.startsWith("p")) assert.equal(parsed.cells[i + 1].name.slice(1), name.slice(1));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("a byte order mark stays before the cells, whichever moves", () =>
  inFolder((folder) => {
    const file = join(folder, "a.ts");
    const [a, b] = [cell("a", "const a = b;"), cell("b", "const b = 1;")];
    Deno.writeTextFileSync(file, `\uFEFF${a}${b}`);
    writeReordered(file);
    assert.equal(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(Deno.readFileSync(file)),
      `\uFEFF${b}${a}`,
    );
  }));
