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

Deno.test("a warning is no error, and types are asked only on demand", async () => {
  await withNotebook("// %% a\nconst y: string = x;\n// %% b\nconst x = 1;\n", async (path) => {
    const found = await checkNotebook(path, { types: false });
    assert.deepEqual(found.map((each) => [each.level, each.code]), [["warning", "used-before-defined"]]);
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
  assert.deepEqual(parseTypeErrors(output, "file:///p/study.ts"), [
    {
      level: "error",
      line: 2,
      column: 7,
      code: "TS2322",
      message: "Type 'string' is not assignable to type 'number'.",
      cells: [],
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
      /^Property 'x' is missing in type '\{\}' but required in type '\{ x: number; \}'\.$/,
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
      /^Argument of type .* Types of property 'x' are incompatible\. Type 'string' is not assignable/,
    );
    assert.doesNotMatch(message, /~|as \{/);
  });
});
