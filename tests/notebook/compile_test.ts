import assert from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { program, type ProgramCell, type ProgramSide } from "../../lib/notebook/compile.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";

const URL_OF_NOTEBOOK = "file:///project/study.ts";

const load = (text: string) =>
  loadNotebook(
    URL_OF_NOTEBOOK,
    memoryModules({
      [URL_OF_NOTEBOOK]: text,
      "file:///project/deno.json": `{"imports": {"plateau": "./mod.ts"}}`,
      "file:///project/mod.ts": `export const view = 1, live = 1, display = 1, signal = 1, md = 1;
        export { train } from "./train.ts";`,
      "file:///project/train.ts": `export const train = () => Deno.pid;`,
    }),
  );

async function cellsOf(
  text: string,
  side: ProgramSide,
  imports: Record<string, unknown> = {},
): Promise<ProgramCell[]> {
  const code = program(await load(text), side);
  const module = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`);
  return module.default(imports);
}

const STUDY = `#!/usr/bin/env -S deno run
import { display, live, md, train, view as ask } from "plateau";

// %% intro [markdown]
// # Study

// %% the rate
const rate: number = ask({ value: 3 }), twice = 2;
// %% training
const run = await live(train(rate));
const label: string = \`
// %% not a cell
\`;
// %% both
export const add = (a: number, b: number): number => a + b;
// %% chart
display(add(run, 1)); display(import.meta.url);
// %% last
await null;
export { add as plus };`;

Deno.test("each side's program has its own cells, and a script all of them", async () => {
  const rows: [side: ProgramSide, ids: number[]][] = [
    ["server", [0, 2, 3, 4]],
    ["browser", [0, 2, 4, 5, 6]],
    ["script", [0, 2, 3, 4, 5, 6]],
  ];
  for (const [side, ids] of rows) {
    assert.deepEqual((await cellsOf(STUDY, side)).map((cell) => cell.id), ids, side);
  }
});

Deno.test("a cell is a function of its verbs and reads, and returns what it defines", async () => {
  const [, rate, training, both] = await cellsOf(STUDY, "server", { train: (value: number) => value * 10 });
  const asked: unknown[] = [];
  const view = (name: string, input: { value: number }) => (asked.push(name), input.value);
  assert.deepEqual(rate.fn({ view }), { rate: 3, twice: 2 });
  assert.deepEqual(asked, ["rate"]);
  const live = (name: string, source: unknown) => ({ stream: name, source });
  assert.deepEqual(training.fn({ live }, 3), {
    run: { stream: "run", source: 30 },
    label: "\n// %% not a cell\n",
  });
  const { add } = both.fn({}) as { add: (a: number, b: number) => number };
  assert.equal(add(1, 2), 3);
});

Deno.test("in a script a live value is awaited", async () => {
  const [, , training] = await cellsOf(STUDY, "script", { train: (value: number) => value });
  const live = (_name: string, source: number) => Promise.resolve(source + 1);
  const defined = training.fn({ live }, 3);
  assert.ok(defined instanceof Promise);
  assert.equal((await defined).run, 4);
});

Deno.test("import.meta says the notebook's own address, and a waiting cell is asynchronous", async () => {
  const cells = await cellsOf(STUDY, "browser");
  const shown: unknown[] = [];
  const chart = cells.find((cell) => cell.id === 5)!;
  chart.fn({ display: (value: unknown) => shown.push(value) }, (a: number, b: number) => a + b, 4);
  assert.deepEqual(shown, [5, URL_OF_NOTEBOOK]);
  assert.deepEqual(await cells.find((cell) => cell.id === 6)!.fn({}), {});
});

Deno.test("import.meta says what it would say in the file, and moves no column", async () => {
  const text = "// %% a\nconst all = [import.meta.dirname, import.meta.filename, " +
    "import.meta.resolve('./x.ts'), import.meta.main]; const at = new Error('here').stack;\n";
  const cell = (await cellsOf(text, "browser")).at(-1)!;
  const { all, at } = await cell.fn({}) as { all: unknown[]; at: string };
  const file = fileURLToPath(URL_OF_NOTEBOOK);
  assert.deepEqual(all, [dirname(file), file, new URL("./x.ts", URL_OF_NOTEBOOK).href, false]);
  const column = text.split("\n")[1].indexOf("new Error") + 1;
  assert.match(at, new RegExp(`:2:${column}\\)`));
});

Deno.test("a cell's title hides no import that it uses", async () => {
  const text = `import { md as cell_a } from "plateau";\n// %% a\nconst b = cell_a;\n`;
  const cell = (await cellsOf(text, "browser", { cell_a: 7 })).at(-1)!;
  assert.deepEqual(cell.fn({}), { b: 7 });
});

Deno.test("a stack names the notebook's line on every side", async () => {
  const text = `// %% first
const a = 1;

// %% skipped [browser]
document.title;
// %% skipped too [server]
Deno.pid;
// %% fails
interface Wide {
  x: number;
}
const f = (wide: Wide): never => {
  export_: throw new Error("here");
};
// %% calls
export const called = f({ x: 1 });
`;
  const sides: ProgramSide[] = ["server", "browser", "script"];
  for (const side of sides) {
    const cells = await cellsOf(
      text.replace("// %% calls", `// %% calls${side === "script" ? "" : ` [${side}]`}`),
      side,
    );
    const { f } = cells.find((cell) => cell.id === 3)!.fn({}) as { f: (wide: { x: number }) => never };
    let stack = "";
    try {
      cells.find((cell) => cell.id === 4)!.fn({}, f);
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const places = [...stack.matchAll(/:(\d+):(\d+)\)?$/gm)].map(([, line, column]) => `${line}:${column}`);
    assert.deepEqual(places.slice(0, 2), ["13:18", "16:23"], `${side}\n${stack}`);
    assert.match(stack, /cell_calls/);
  }
});

Deno.test("a cell with an error is left out, and the others stay on their lines", async () => {
  const text =
    "// %% a\nconst a = 1;\n// %% b\nconst a = 2;\n// %% c\nconst c = = 1;\n// %% d\nthrow new Error('d');\n";
  const cells = await cellsOf(text, "browser");
  assert.deepEqual(cells.map((cell) => cell.id), [3]);
  assert.throws(() => cells[0].fn({}), (error: Error) => /:8:7/.test(error.stack!));
});

Deno.test("names that look like trouble make a program that runs", async () => {
  const texts: string[] = [
    "",
    "\n\n",
    "// %% 1 + 1 = 2, “é”\nconst x = 1;",
    "// %% a\nconst x = 1 // no newline",
    "// %% cell_a\nconst cell_a = 1;\n// %% a\nconst b = cell_a;\n",
    "// %% class\nclass class_ {}\n",
    "// %% a\r\nconst x = 1;\r\n// %% b\r\nx;\r\n",
    "// %% a\nlabel: for (;;) { break label; }\n;[1].map((x) => x)\n",
    "// %% a\nvar hoisted = early(); function early() { return 1; }\n",
  ];
  for (const text of texts) {
    for (const side of ["server", "browser", "script"] as const) {
      for (const cell of await cellsOf(text, side)) assert.equal(typeof cell.fn, "function", text);
    }
  }
});

Deno.test("every program has the notebook's number of lines before its end", async () => {
  const piece = fc.constantFrom(
    "// %% a\n",
    "// %%\n",
    "const x = `\n`;\n",
    "export const y = 2;\n",
    "Deno.pid;\n",
    "\n",
    "(1 +\n",
    "// %% p [markdown]\n// p\n",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
      const text = pieces.join("");
      const notebook = await loadNotebook(
        URL_OF_NOTEBOOK,
        memoryModules({ [URL_OF_NOTEBOOK]: text, "file:///project/deno.json": "{}" }),
      );
      for (const side of ["server", "browser", "script"] as const) {
        const lines = program(notebook, side).split("\n");
        for (const cell of notebook.cells) {
          const at = lines.findIndex((line) => line.includes(`{id:${cell.id},fn:`));
          if (at >= 0) assert.equal(at + 1, cell.line);
        }
      }
    }),
    { numRuns: 60 },
  );
  await stopBundler();
});
