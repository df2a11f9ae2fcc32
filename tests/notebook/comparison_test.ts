/** Each row of docs/comparison.md: what Plateau does where other reactive notebooks do the same or something else. */
import assert from "node:assert/strict";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { HEAD, ReactiveBench, turn } from "./reactive_bench.ts";

/** A row that this file proves, or the file of tests/notebook and the sentence of the test that does. */
type Row = readonly [says: string, proof: () => Promise<void>] | readonly [says: string, file: string];

const open = (text: string) => ReactiveBench.of(`${HEAD}${text}`);

/** Opens cells a, b, c …, checks their states and what they showed, and that the problems are these. */
async function holds(
  cells: readonly string[],
  expected: { says?: Record<string, string>; shows?: Record<string, unknown[]>; problems?: string[] },
): Promise<ReactiveBench> {
  const bench = await open(cells.map((body, i) => `// %% ${"abcdef"[i]}\n${body}\n`).join(""));
  const { says = {}, shows = {}, problems = [] } = expected;
  for (const [cell, words] of Object.entries(says)) assert.equal(bench.says(cell), words, cell);
  for (const [cell, values] of Object.entries(shows)) assert.deepEqual(bench.seen(cell).shown, values, cell);
  assert.deepEqual(bench.problems().map((problem) => problem.replace(/ \d+$/, "")), problems);
  return bench;
}

const close = (bench: ReactiveBench) => bench.dispose();

const ROWS: readonly Row[] = [
  ["a name belongs to one cell: two that declare it are refused, and the rest runs", async () => {
    const bench = await holds(["const x = 1;", "const x = 2;", "display(3);"], {
      shows: { c: [3] },
      problems: ["duplicate-name"],
    });
    assert.match(bench.notebook.diagnostics[0].message, /cell a, line \d+, cell b, line \d+/);
    assert.deepEqual(bench.cells.map((cell) => cell.name), ["setup", "c"]);
    close(bench);
  }],
  ["braces make a name private to its cell, an underscore does not", async () => {
    close(
      await holds(["{ const t = 1; display(t); }", "{ const t = 2; display(t); }"], {
        shows: { a: [1], b: [2] },
      }),
    );
    close(await holds(["const _t = 1;", "const _t = 2;"], { problems: ["duplicate-name"] }));
  }],
  ["only the cell that declares a name assigns it", async () => {
    const bench = await holds(["let x = 1; x = 2;", "x = 3;", "display(x);"], {
      shows: { c: [2] },
      problems: ["foreign-assignment"],
    });
    close(bench);
  }],
  ["a circle is refused with its cells and lines before anything runs", async () => {
    const bench = await holds(["const f = () => y;", "const y = f();"], { problems: ["cycle"] });
    assert.match(bench.notebook.diagnostics[0].message, /a \(line \d+\) → b \(line \d+\) → a/);
    assert.deepEqual(bench.runs.map(({ cell }) => cell), ["setup"]);
    close(bench);
  }],
  [
    "a name that nobody declares is refused before anything runs, with the nearest that there is",
    async () => {
      const bench = await holds(["const patience = 5;", "display(patiense);"], {
        problems: ["unknown-name"],
      });
      assert.match(bench.notebook.diagnostics[0].message, /did you mean patience\?/);
      assert.ok(!bench.runs.some(({ cell }) => cell === "b"));
      close(bench);
    },
  ],
  ["a name whose cell has an error is not the platform's thing of that name", async () => {
    close(
      await holds(["const Date = missing;", "display(Date);"], {
        says: { b: "waits for Date" },
        shows: { b: [] },
        problems: ["unknown-name"],
      }),
    );
  }],
  ["a cell that is deleted takes its names with it, and those that read them say so", async () => {
    const bench = await holds(["const x = 1;", "const y = x + 1;", "display(y);"], { shows: { c: [2] } });
    await bench.save(`${HEAD}// %% b\nconst y = x + 1;\n// %% c\ndisplay(y);\n`);
    await bench.settle();
    assert.deepEqual(bench.problems(), ["unknown-name 4"]);
    assert.equal(bench.says("c"), "waits for y");
    close(bench);
  }],
  ["a name in a text, as a property or as a parameter is no reference", async () => {
    const bench = await holds(["const x = 1;", "display(((x: number) => x)(2) + 'x'.length + { x: 3 }.x);"], {
      shows: { b: [6] },
    });
    assert.deepEqual(bench.notebook.cells.map((cell) => [...cell.reads]), [[], [], []]);
    close(bench);
  }],
  ["what a cell shows, it displays: its last expression is no output", async () => {
    close(await holds(["1 + 1;", "display(display(2) + 1);"], { shows: { a: [], b: [2, 3] } }));
  }],
  [
    "the graph orders the cells, and an order of the file that breaks as a script is refused",
    async () => {
      close(
        await holds(["function f() { return x; }", "const x = 1;", "display(f());"], { shows: { c: [1] } }),
      );
      close(await holds(["display(x);", "const x = 1;"], { problems: ["used-before-defined"] }));
    },
  ],
  [
    "an input that moves re-runs each cell that depends on it once, and no other",
    "dataflow_laws_test.ts",
  ],
  [
    "no cell is ever given a mixture of old and new values, however fast inputs move",
    "dataflow_laws_test.ts",
  ],
  ["cells that do not depend on each other run side by side", async () => {
    const slow = (name: string) => `watch("${name} begins"); await pause(5); watch("${name} ends");`;
    const bench = await holds([slow("a"), slow("b")], {});
    assert.deepEqual(bench.watched.map((word) => String(word).slice(2)), [
      "begins",
      "begins",
      "ends",
      "ends",
    ]);
    close(bench);
  }],
  [
    "an endless loop in a worker holds up no other cell; Stop ends it alone, and it can run again",
    "kernel_workers_test.ts",
  ],
  ["a change inside a value re-runs nobody", async () => {
    const bench = await holds(["const list = [1];", "display(list.length);", "list.push(2); display(1);"], {
      shows: { c: [1] },
    });
    assert.equal(bench.seen("b").runs, 1);
    close(bench);
  }],
  [
    "an error stays in its cell; dependents wait for the value that failed, all the way down",
    "runtime_test.ts",
  ],
  ["a broken cell is an error with its place, the others live, and mending it runs it", "session_test.ts"],
  ["comments, layout and cells that move re-run nothing", async () => {
    const bench = await holds(["const x = 1;", "const other = 2;", "display(x);"], {});
    const before = bench.runs.length;
    const fresh = await bench.save(
      `${HEAD}// %% b\n\n// a word\nconst   other = 2;\n// %% a\nconst x = 1; // one\n// %% c\ndisplay(x);\n`,
    );
    await bench.settle();
    assert.deepEqual([fresh, bench.runs.length], [[], before]);
    close(bench);
  }],
  ["a cell runs whether or not anybody reads or sees it", async () => {
    const bench = await holds(["const unread = watch(1);", "function never() { watch(2); }"], {});
    assert.deepEqual(bench.watched, [1]);
    close(bench);
  }],
  ["a cell of prose runs nothing, and what reads its names is refused", async () => {
    const bench = await open("// %% a [markdown]\n// const x = 1;\n// %% b\ndisplay(x);\n");
    assert.deepEqual(bench.problems(), ["unknown-name 6"]);
    close(bench);
  }],
  ["await holds up the cell and its readers, who get the value", async () => {
    const cells = ["await pause(4); const x = 1; watch('a');", "watch('b'); display(x);", "watch('c');"];
    const bench = await holds(cells, { shows: { b: [1] } });
    assert.deepEqual(bench.watched, ["c", "a", "b"]);
    close(bench);
  }],
  ["a promise that a cell declares is awaited before others read it", async () => {
    close(
      await holds(["const x = pause(2).then(() => 1);", "display(await x);"], { shows: { b: [1] } }),
    );
  }],
  ["a generator is a value like any other; live makes a stream of it", async () => {
    const source = "function* source() { yield 1; yield 2; }";
    const cells = [source, "const all = source();", "display([...all]);"];
    close(await holds(cells, { shows: { c: [[1, 2]] } }));
    const bench = await holds([source, "const last = await live(source());", "display(last); watch(last);"], {
      shows: { c: [2] },
    });
    assert.equal(bench.watched.at(-1), 2);
    close(bench);
  }],
  [
    "work that is superseded is told so by its signal and its invalidation, and shows nothing more",
    async () => {
      const cells = [
        "const n = view({ value: 1 });",
        `invalidation.then(() => watch(["over", n]));
signal.addEventListener("abort", () => watch(["abort", n]));
await pause(6);
display(n);`,
      ];
      const bench = new ReactiveBench();
      await bench.save(HEAD + cells.map((body, i) => `// %% ${"ab"[i]}\n${body}\n`).join(""));
      while (bench.seen("b").state !== "running") await turn();
      bench.set("n", 2);
      await bench.settle();
      assert.deepEqual(bench.watched.map(String).sort(), ["abort,1", "over,1"]);
      assert.deepEqual([bench.seen("b").shown, bench.late], [[2], []]);
      close(bench);
    },
  ],
  ["interrupt keeps the partial value and the kernel", "session_test.ts"],
  ["an input's name is its value in every other cell, and cannot be used in its own", async () => {
    const bench = await holds(["const n = view({ value: 3 });", "display(n);"], { shows: { b: [3] } });
    bench.set("n", 4);
    await bench.settle();
    assert.deepEqual(bench.seen("b").shown, [4]);
    close(bench);
    close(await holds(["const n = view({ value: 3 }); display(n);"], { problems: ["stream-in-own-cell"] }));
  }],
  ["two inputs of one cell are two: what reads the one is not re-run by the other", async () => {
    const cells = ["const n = view({ value: 1 }), m = view({ value: 2 });", "display(n);", "display(m);"];
    const bench = await holds(cells, { shows: { b: [1], c: [2] } });
    bench.set("m", 5);
    await bench.settle();
    assert.deepEqual([bench.seen("a").runs, bench.seen("b").runs, bench.seen("c").shown], [1, 1, [5]]);
    close(bench);
  }],
  ["a view keeps what was set; its cell starts from what the hook remembers", "runtime_test.ts"],
  ["--set gives inputs their values; --json says everything as one object", "run_test.ts"],
  ["a change that trains waits as stale until Run; one that is undone does not", "session_test.ts"],
  ["a cell on the same inputs gives what it gave, also in another process' life", "kernel_cache_test.ts"],
  [
    "saving re-runs only what changed; a syntax error keeps the last good version and says where",
    "session_test.ts",
  ],
  ["saving a module re-runs the cells that import it, in the same kernel", "session_test.ts"],
  ["a notebook runs as a script: what it shows as text in order, progress beside it", "run_test.ts"],
  [
    "tests run with what they need and nothing else, each passes or fails at its place",
    "test_command_test.ts",
  ],
  ["each side's program has its own cells, and a script all of them", "compile_test.ts"],
];

for (const [says, proof] of ROWS) if (typeof proof === "function") Deno.test(says, proof);

/** The rows of the tables in docs/comparison.md: what they say, and the file of the test. */
function documented(text: string): string[][] {
  const rows = text.split("\n").filter((line) => line.startsWith("|") && !/^\|[-|]+\|$/.test(line));
  const cells = rows.map((row) => row.slice(1, -1).split("|").map((cell) => cell.trim()));
  return cells.filter(([first]) => first !== "Plateau");
}

Deno.test("the comparison in the docs has these rows, and each names a test that there is", async () => {
  const rows = documented(await Deno.readTextFile(new URL("../../docs/comparison.md", import.meta.url)));
  assert.deepEqual(
    rows.map((row) => [row[0], row.at(-1)]),
    ROWS.map(([says, proof]) => [says, typeof proof === "string" ? proof : "comparison_test.ts"]),
  );
  for (const row of rows) assert.ok(row.length === 5 && row.every(Boolean), row.join(" | "));
  for (const [says, file] of ROWS) {
    if (typeof file !== "string") continue;
    const text = await Deno.readTextFile(new URL(file, import.meta.url));
    const begins = ["Deno.test(", "t.step("].some((call) => text.includes(call + JSON.stringify(says)));
    assert.ok(begins, `missing test: ${says} (${file})`);
  }
  await stopBundler();
});
