import assert from "node:assert/strict";
import { join } from "node:path";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import { runNotebook } from "../../lib/notebook/run.ts";
import { compiler } from "../../lib/notebook/session_compiler.ts";
import { testName, withoutTests } from "../../lib/notebook/test_cell.ts";
import { testCommand, type TestOptions } from "../../lib/notebook/test_command.ts";
import { inFolder } from "../in_folder.ts";

const lib = new URL("../../lib/", import.meta.url).href;

/** Runs the tests of notebooks by file name; seconds and the folder are left out of what is printed. */
const tested = (notebooks: Readonly<Record<string, string>>, options: Partial<TestOptions> = {}) =>
  inFolder(async (project) => {
    Deno.writeTextFileSync(
      join(project, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    for (const [name, text] of Object.entries(notebooks)) Deno.writeTextFileSync(join(project, name), text);
    let out = "", err = "";
    const code = await testCommand({
      files: Object.keys(notebooks).map((name) => join(project, name)),
      project,
      engine: "wasm",
      out: (line) => out += `${line.replaceAll(`${project}/`, "").replace(/\d+\.\d+ s/, "0 s")}\n`,
      err: (line) => err += `${line}\n`,
      ...options,
    });
    const left = [...Deno.readDirSync(join(project, ".plateau", "notebooks", "~a"))].map(({ name }) => name);
    return { code, out, err, left };
  });

const story = `import assert from "node:assert/strict";
import { display, inputs, live, view } from "plateau";
// %% rate
const rate = view(inputs.range([0, 1], { value: 0.5, step: 0.25 }));
// %% halved
const halved = (value: number) => value / 2;
// %% counted
async function* ticks() { yield 1; yield 2; yield 3; }
const counted = await live(ticks());
// %% never
const never = ((): number => { throw new Error("a cell that no test needs"); })();
console.log("never", never);
// %% shown
display(halved(rate));
// %% test halves
console.log("said by a test");
assert.equal(halved(rate), 0.25);
// %% test counts to the last
assert.equal(counted, 3);
// %% test fails
{
  const half = halved(3);
  assert.equal(half, 2, "half of 3");
}
`;

Deno.test("tests run with what they need and nothing else, each passes or fails at its place", async () => {
  const { code, out, err, left } = await tested({ "a.ts": story });
  assert.equal(
    out,
    "a.ts\nok      halves (0 s)\nok      counts to the last (0 s)\nfailed  fails (0 s)\n" +
      "a.ts:23:10  AssertionError  half of 3\n\n1.5 !== 2\n2 passed, 1 failed in 0 s\n",
  );
  assert.deepEqual([code, err], [1, "said by a test\n"]);
  assert.deepEqual(left.sort(), ["run", "scripts.lock"]);
});

Deno.test("a filter picks tests by their name, of several notebooks", async () => {
  const other =
    "// %% test counts\nif (1 + 1 !== 2) throw new Error();\n// %% test else\nthrow new Error();\n";
  const { code, out } = await tested({ "a.ts": story, "b.ts": other }, { filter: "count" });
  assert.equal(
    out,
    "a.ts\nok      counts to the last (0 s)\nb.ts\nok      counts (0 s)\n2 passed, 0 failed in 0 s\n",
  );
  assert.equal(code, 0);
});

const refused: [string, string, Partial<TestOptions>, { code: number; out: string; err: string }][] = [
  ["a filter that no test has", story, { filter: "halfs" }, {
    code: 2,
    out: "",
    err: "unknown test: halfs (has halves, counts to the last, fails)\n",
  }],
  ["a notebook without tests", "// %% a\nconst a = 1;\nconsole.log(a);\n", {}, {
    code: 0,
    out: "0 passed, 0 failed in 0 s\n",
    err: 'no tests: a cell titled "test …" is one\n',
  }],
  ["a file that is missing", story, { files: ["/nowhere/a.ts"] }, {
    code: 2,
    out: "",
    err: "missing file: /nowhere/a.ts\n",
  }],
  [
    "an error of the graph",
    "// %% a\nconst a = 1;\n// %% b\nconst a = 2;\n// %% test c\nconsole.log(a);\n",
    {},
    {
      code: 1,
      out:
        "a.ts\na.ts:4:7  error duplicate-name  duplicate name: a (cell a, line 2, cell b, line 4): rename one\n" +
        "0 passed, 1 failed in 0 s\n",
      err: "",
    },
  ],
  [
    "a cell that fails",
    "// %% a\nconst a = JSON.parse('{');\n// %% test one\nconsole.log(a);\n// %% test two\n1 + 1;\n",
    {},
    {
      code: 1,
      out:
        "a.ts\na.ts:2:16  SyntaxError  Expected property name or '}' in JSON at position 1 (line 1 column 2)\n" +
        "failed  one (0 s)\na.ts:3  Waits  waits for a, which failed\nok      two (0 s)\n1 passed, 2 failed in 0 s\n",
      err: "",
    },
  ],
  ["a test that ends its kernel", "// %% test one\nDeno.exit(3);\n// %% test two\n1 + 1;\n", {}, {
    code: 1,
    out: "a.ts\nfailed  one (0 s)\na.ts:1  NotRun  the kernel ended: exit code 3\n" +
      "failed  two (0 s)\na.ts:3  NotRun  the kernel ended before it: exit code 3\n0 passed, 2 failed in 0 s\n",
    err: "",
  }],
  [
    "a module that throws when it is loaded",
    'import { a } from "./b.ts";\n// %% test one\nconsole.log(a);\n',
    {},
    {
      code: 1,
      out: "a.ts\na.ts:1  Error  broken module\n" +
        "failed  one (0 s)\na.ts:2  NotRun  its notebook could not be loaded\n0 passed, 2 failed in 0 s\n",
      err: "",
    },
  ],
];
for (const [name, text, options, expected] of refused) {
  Deno.test(`plateau test says of ${name} what is wrong`, () =>
    inFolder(async (project) => {
      Deno.mkdirSync(join(project, ".plateau", "notebooks"), { recursive: true });
      Deno.writeTextFileSync(
        join(project, "b.ts"),
        'export const a = 1;\nthrow new Error("broken module");\n',
      );
      Deno.writeTextFileSync(join(project, "a.ts"), text);
      let out = "", err = "";
      const code = await testCommand({
        files: [join(project, "a.ts")],
        project,
        engine: "wasm",
        out: (line) => out += `${line.replaceAll(`${project}/`, "").replace(/\d+\.\d+ s/, "0 s")}\n`,
        err: (line) => err += `${line}\n`,
        ...options,
      });
      assert.deepEqual({ code, out, err }, expected);
    }));
}

Deno.test("an interrupt ends the tests with 130", async () => {
  const { code, out } = await tested({ "a.ts": "// %% test one\nwhile (true);\n" }, {
    onInterrupt: (listener) => {
      const timer = setTimeout(listener, 400);
      return () => clearTimeout(timer);
    },
  });
  assert.equal(code, 130);
  assert.match(
    out,
    /^a\.ts\nfailed {2}one \(0 s\)\na\.ts:1 {2}NotRun {2}the kernel ended(?: before it)?: interrupted\n$/,
  );
});

Deno.test("neither a run nor a page knows of tests, and they decide nothing about where cells run", () =>
  inFolder(async (project) => {
    const file = join(project, "a.ts");
    Deno.writeTextFileSync(
      join(project, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    Deno.writeTextFileSync(file, story.replace("a cell that no test needs", "told"));
    let out = "", err = "";
    const code = await runNotebook({
      ...{ file, project, engine: "wasm", terminal: false, columns: 60 },
      out: (text) => out += text,
      err: (text) => err += text,
    });
    assert.deepEqual([code, out], [1, "0.25\n"]);
    assert.match(err, /^counted {2}1 value\ncounted {2}3 values\na\.ts:11:\d+ {2}Error {2}told\n$/);

    const url = new URL(file, "file:").href;
    const whole = await loadNotebook(url), known = await compiler.load(url);
    const places = ({ cells }: typeof whole) =>
      cells.flatMap(({ kind, name, place }) => kind === "code" ? [`${name}: ${place}`] : []);
    assert.deepEqual(places(known).slice(1), [
      ...["rate: input", "halved: both", "counted: browser", "never: browser", "shown: browser"],
    ]);
    assert.deepEqual([whole.toBrowser, whole.toServer], [[], []]);
    assert.equal(whole.cells.length, known.cells.length + 3);
    for (const side of ["server", "browser", "script"] as const) {
      assert.ok(!compiler.program(known, side).includes("assert"));
    }
  }));

Deno.test("a cell that reads what a test declares is an error, a test may", async () => {
  const text =
    "// %% test a\nconst a = 1;\nconsole.log(a);\n// %% b\nconsole.log(a);\n// %% test c\nconsole.log(a);\n";
  const { diagnostics } = await loadNotebook("file:///n.ts", memoryModules({ "file:///n.ts": text }));
  assert.deepEqual(diagnostics.map(({ line, code, message }) => [line, code, message]), [[
    4,
    "reads-test",
    "cell b (line 4) reads a of cell test a (line 1), which only plateau test runs: " +
    "declare a in a cell that is no test",
  ]]);
});

Deno.test("only code cells titled `test …` are tests", async () => {
  const text =
    "// %% test\n1;\n// %% test one\n1;\n// %% tests\n1;\n// %% test prose [markdown]\n// no\n// %% test two [hidden]\n1;\n";
  const notebook = await loadNotebook("file:///n.ts", memoryModules({ "file:///n.ts": text }));
  assert.deepEqual(notebook.cells.map(testName), [undefined, "one", undefined, undefined, "two"]);
  assert.deepEqual(withoutTests(notebook).cells.map(({ name }) => name), ["test", "tests", "test prose"]);
});
