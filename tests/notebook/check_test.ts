import assert from "node:assert/strict";
import { join } from "node:path";
import { check, checkNotebook } from "../../lib/notebook/check.ts";
import { parseTypeErrors } from "../../lib/notebook/check_types.ts";

async function withNotebook(text: string, work: (path: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "plateau-check-" });
  try {
    await Deno.writeTextFile(join(folder, "study.ts"), text);
    await work(join(folder, "study.ts"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a notebook without faults has nothing to say", async () => {
  await withNotebook(
    "// %% a\nexport const a: number = 1;\n// %% b\nexport const b = a + 1;\n",
    async (path) => {
      assert.deepEqual(await check([path]), { text: "", errors: 0 });
    },
  );
});

Deno.test("faults of the graph and of types stand in file order, each once, with file, line and column", async () => {
  const text = `// %% a
const a: number = "one";
// %% b
const b = a + unknwn;
// %% c
const b = 2;
`;
  await withNotebook(text, async (path) => {
    const { text, errors } = await check([path]);
    const lines = text.split("\n").map((line) => line.slice(line.indexOf("study.ts")).replace(/  +/g, "  "));
    assert.deepEqual(lines.map((line) => line.split("  ").slice(0, 2).join(" ")), [
      "study.ts:2:7 error TS2322",
      "study.ts:4:15 error unknown-name",
      "study.ts:6:7 error duplicate-name",
    ]);
    assert.equal(errors, 3);
    assert.match(lines[0], /Type 'string' is not assignable to type 'number'/);
  });
});

Deno.test("what is read too early is said once, though the compiler says it too", async () => {
  await withNotebook("// %% a\nconst y = x;\n// %% b\nconst x = 1;\n", async (path) => {
    const found = await checkNotebook(path, { types: true });
    assert.deepEqual(found.map(({ code }) => code), ["used-before-defined"]);
  });
});

Deno.test("what cannot be imported is said once, where it is imported", async () => {
  const text = `import { inputs } from "nowhere";\nimport y from "./nope.ts";\n// %% a\ninputs.rnge(y);\n`;
  await withNotebook(text, async (path) => {
    const found = await checkNotebook(path, { types: true });
    assert.deepEqual(found.map(({ line, code }) => [line, code]), [[1, "missing-import"], [
      2,
      "missing-import",
    ]]);
  });
});

Deno.test("as JSON every problem has its place, its end and the names of its cells", async () => {
  const text = `// %% a
const rate: number = "one";
// %% b
const more = rate + unknwn;
// %% c
const more = 2;
// %% d [markdown, worker]
`;
  await withNotebook(text, async (path) => {
    const { text, errors } = await check([path], { json: true });
    const { files, ...counts } = JSON.parse(text);
    assert.equal(errors, 4);
    assert.deepEqual(counts, { errors: 4, warnings: 0 });
    assert.equal(files.length, 1);
    assert.match(files[0].file, /study\.ts$/);
    const found = files[0].diagnostics as Record<string, unknown>[];
    assert.deepEqual(found.map(({ message: _, ...rest }) => rest), [
      { level: "error", line: 2, column: 7, endColumn: 11, code: "TS2322", cells: ["a"] },
      { level: "error", line: 4, column: 21, endColumn: 27, code: "unknown-name", cells: ["b"] },
      { level: "error", line: 6, column: 7, endColumn: 11, code: "duplicate-name", cells: ["b", "c"] },
      { level: "error", line: 7, column: 1, code: "invalid-flags", cells: ["d"] },
    ]);
    assert.match(String(found[0].message), /^cell a: Type 'string' is not assignable to type 'number'\.$/);
  });
});

Deno.test("--fix writes the file in an order that runs, says what moved, and finds nothing to do again", async () => {
  const text = "// %% b\nexport const b = a + 1;\n\n// %% a\nconst a = 1;\n";
  await withNotebook(text, async (path) => {
    await Deno.chmod(path, 0o755);
    const link = path.replace("study", "link");
    await Deno.symlink(path, link);
    const { text, errors } = await check([link], { fix: true, types: false });
    assert.match(text, /^\S*link\.ts: moved cell a from line 4 to line 1$/);
    assert.equal(errors, 0);
    assert.equal(
      await Deno.readTextFile(path),
      "// %% a\nconst a = 1;\n\n// %% b\nexport const b = a + 1;\n",
    );
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o755);
    assert.ok((await Deno.lstat(link)).isSymlink);
    assert.deepEqual(await check([path], { fix: true, types: false }), { text: "", errors: 0 });
    const { files: [again] } = JSON.parse(
      (await check([path], { fix: true, json: true, types: false })).text,
    );
    assert.deepEqual(again.moved, []);
  });
});

Deno.test("--fix leaves a file alone whose order cannot be told, or whose bytes are no text", async () => {
  const ring = "// %% a\nconst a = b;\n// %% b\nconst b = a;\n";
  await withNotebook(ring, async (path) => {
    const { text } = await check([path], { fix: true, types: false });
    assert.match(text, /study\.ts: not reordered: line 1: cycle: a \(line 1\) → b \(line 3\) → a/);
    assert.equal(await Deno.readTextFile(path), ring);
    const bytes = new Uint8Array([
      ...new TextEncoder().encode("// %% b\na;\n// %% a\nconst a = '"),
      0xff,
      0x27,
    ]);
    await Deno.writeFile(path, bytes);
    await assert.rejects(check([path], { fix: true, types: false }), /^Error: not UTF-8: .*study\.ts$/);
    assert.deepEqual(await Deno.readFile(path), bytes);
    assert.deepEqual([...Deno.readDirSync(join(path, ".."))].map(({ name }) => name), ["study.ts"]);
  });
});

const STORY = `// %% inputs
import { display, inputs, view } from "plateau";
const cap = view(inputs.range([1, 9]));
// %% count
const pids = Deno.pid + cap, half = pids / 2;
// %% chart & <more>
display(pids + half);
`;

Deno.test("--graph tells where each cell runs and why, what it reads of which, and what crosses", async () => {
  await withNotebook(STORY, async (path) => {
    const { text } = await check([path], { graph: true, types: false });
    const [, ...lines] = text.split("\n");
    assert.deepEqual(lines.map((line) => line.trim().replace(/ {2,}/g, " | ")), [
      "line | cell | runs | because",
      "1 | inputs | input | holds inputs",
      "sends cap to the server",
      "4 | count | server | uses Deno",
      "reads cap of inputs, line 1",
      "sends pids, half to the page",
      "6 | chart & <more> | browser | needs nothing of the server",
      "reads pids, half of count, line 4",
    ]);
    const { files: [{ cells }] } = JSON.parse(
      (await check([path], { graph: true, json: true, types: false })).text,
    );
    assert.deepEqual(cells[1], {
      name: "count",
      line: 4,
      place: "server",
      why: "uses Deno",
      defines: ["pids", "half"],
      reads: [{ name: "cap", cell: "inputs", line: 1 }],
      sends: [{ name: "pids", to: "page" }, { name: "half", to: "page" }],
    });
  });
});

Deno.test("--svg draws one notebook, each cell with its place in words, what crosses dashed", async () => {
  await withNotebook(STORY, async (path) => {
    const svg = join(path, "..", "graph.svg");
    await check([path], { svg, types: false });
    const drawn = await Deno.readTextFile(svg);
    const texts = [...drawn.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    assert.deepEqual(texts.slice(2), [
      ...["inputs", "input, line 1", "→ cap"],
      ...["count", "server, line 4", "→ pids, half"],
      ...["chart &amp; &lt;more&gt;", "page, line 6"],
    ]);
    assert.equal(drawn.match(/class="edge crossing"/g)?.length, 2);
    const open: string[] = [];
    for (const [, end, name, alone] of drawn.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (end) assert.equal(open.pop(), name);
      else if (!alone) open.push(name);
    }
    assert.deepEqual(open, []);
    await assert.rejects(
      check([path, path], { svg, types: false }),
      /^Misuse: invalid --svg: .* one notebook, not 2\)$/,
    );
  });
});

Deno.test("a notebook outside of any project may import plateau", async () => {
  await withNotebook(
    `import { steps } from "plateau";\n// %% a\nexport const a: string = steps(1);\n`,
    async (path) => {
      const { text, errors } = await check([path]);
      assert.equal(errors, 1, text);
      assert.match(text, /study\.ts:3:14 {2}error TS2322/);
    },
  );
});

Deno.test("a syntax error is said by the notebook's words, and types are not asked", async () => {
  await withNotebook("// %% a\nconst a = ;\n", async (path) => {
    const { text, errors } = await check([path]);
    assert.equal(errors, 1);
    assert.match(text, /study\.ts:2:11 {2}error syntax {2}cell a: unexpected ";"/);
  });
});

Deno.test("order is an error, said once, and types are asked only on demand", async () => {
  await withNotebook("// %% a\nconst y: string = x;\n// %% b\nconst x = 1;\n", async (path) => {
    const found = await checkNotebook(path, { types: false });
    assert.deepEqual(found.map((each) => [each.level, each.code]), [["error", "used-before-defined"]]);
  });
});

Deno.test("a file that is not there is one line", async () => {
  await assert.rejects(
    checkNotebook("none/study.ts", { types: false }),
    /^Error: missing file: .*none\/study\.ts$/,
  );
});

Deno.test("what deno check prints is read with colours, related places and other files", () => {
  const output = `\x1b[32mCheck\x1b[0m study.ts
\x1b[1mTS2322 \x1b[0m[\x1b[31mERROR\x1b[0m]: Type 'string' is not assignable to type 'number'.
const a: number = "one";
      ^
    at file:///p/study.ts:2:7

    The expected type comes from property 'x'
        x: number;
        ~
        at file:///p/other.ts:9:3

TS2304 [ERROR]: Cannot find name 'q'.
q;
^
    at file:///p/other.ts:1:1

Found 2 errors.
`;
  const cells = [{ id: 4, name: "rate", line: 1, endLine: 3 }];
  assert.deepEqual(parseTypeErrors(output, "file:///p/study.ts", cells), [
    {
      level: "error",
      line: 2,
      column: 7,
      endColumn: 8,
      code: "TS2322",
      message: "cell rate: Type 'string' is not assignable to type 'number'.",
      cells: [4],
    },
    {
      level: "error",
      line: 1,
      column: 1,
      code: "TS2304",
      message: "file:///p/other.ts:1: Cannot find name 'q'.",
      cells: [],
    },
  ]);
});

Deno.test("what the compiler says further is told too: which properties are missing", async () => {
  const text = `// %% a
const a: { x: number } = {};
`;
  await withNotebook(text, async (path) => {
    const [{ code, message }] = await checkNotebook(path, { types: true });
    assert.equal(code, "TS2741");
    assert.match(
      message,
      /^cell a: Property 'x' is missing in type '\{\}' but required in type '\{ x: number; \}'\.$/,
    );
  });
  const nested = `// %% a
const a: (value: { x: number; y: number }) => void = () => {};
a({ x: "1", y: 2 } as { x: string; y: number });
`;
  await withNotebook(nested, async (path) => {
    const [{ message }] = await checkNotebook(path, { types: true });
    assert.match(
      message,
      /^cell a: Argument of type .* Types of property 'x' are incompatible\. Type 'string' is not assignable/,
    );
    assert.doesNotMatch(message, /~|as \{/);
  });
});
