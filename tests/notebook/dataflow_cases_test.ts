/** Edits and inputs as tables: the cells before and after, and what each says and shows when all has come to rest. */
import assert from "node:assert/strict";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { HEAD, ReactiveBench, turn } from "./reactive_bench.ts";

interface Row {
  readonly name: string;
  /** the notebook, cell by cell, by title */
  readonly cells: Readonly<Record<string, string>>;
  /** cells that change, are added, or go (undefined) */
  readonly edit?: Readonly<Record<string, string | undefined>>;
  /** inputs that move after that */
  readonly set?: Readonly<Record<string, unknown>>;
  /** what each cell says in the end; default done */
  readonly says?: Readonly<Record<string, string>>;
  readonly shows?: Readonly<Record<string, readonly unknown[]>>;
  /** how often each cell of interest ran since the edit */
  readonly runs?: Readonly<Record<string, number>>;
}

const FOREVER = "await new Promise(() => {});";

const ROWS: readonly Row[] = [
  {
    name: "a changed cell re-runs its readers, and theirs",
    cells: { a: "const a = 1;", b: "const b = a + 1;", c: "display(b);", d: "display(0);" },
    edit: { a: "const a = 10;" },
    shows: { c: [11] },
    runs: { a: 1, b: 1, c: 1, d: 0 },
  },
  {
    name: "a changed leaf re-runs alone",
    cells: { a: "const a = 1;", b: "display(a);", c: "display(a);" },
    edit: { c: "display(-a);" },
    shows: { b: [1], c: [-1] },
    runs: { a: 0, b: 0, c: 1 },
  },
  {
    name: "readers follow a name that moves to another cell",
    cells: { a: "const x = 1, y = 2;", b: "display(x);" },
    edit: { a: "const y = 2;", b: "const x = 3;", c: "display(x);" },
    shows: { c: [3] },
  },
  {
    name: "a renamed value is gone for those that read the old name",
    cells: { a: "const x = 1;", b: "function f() { return x; }", c: "display(f());" },
    edit: { a: "const z = 1;" },
    says: { c: "waits for f" },
  },
  {
    name: "a name that comes back mends its readers",
    cells: { b: "const y = x;", c: "display(y);" },
    edit: { b: undefined, c: undefined, a: "const x = 1;", d: "const y = x;", e: "display(y);" },
    shows: { e: [1] },
  },
  {
    name: "two cells of one name: the one that stays runs",
    cells: { a: "const x = 1;", b: "const x = 2;", c: "display(x);" },
    edit: { a: undefined },
    shows: { c: [2] },
    runs: { b: 1, c: 1 },
  },
  {
    name: "a second cell of the name takes the value away",
    cells: { a: "const x = 1;", c: "display(x);" },
    edit: { b: "const x = 2;" },
    says: { c: "waits for x" },
  },
  {
    name: "a circle that is cut runs",
    cells: { a: "const f = () => y;", b: "const y = f();" },
    edit: { b: "const y = 1;", c: "display(f());" },
    shows: { c: [1] },
  },
  {
    name: "a cell that threw is mended, and its readers with it",
    cells: { a: "const x = (() => { throw new Error('no'); })();", b: "const y = x;", c: "display(y);" },
    edit: { a: "const x = 4;" },
    shows: { c: [4] },
  },
  {
    name: "a cell that throws leaves those beside it alone",
    cells: { a: "const x = 1;", b: "display(x);", c: "display(2);" },
    edit: { a: "const x = 1; throw new Error('no');" },
    says: { a: "error no", b: "waits for x" },
    runs: { b: 0, c: 0 },
  },
  {
    name: "what waits for two that failed waits for the other when one is mended",
    cells: {
      a: "const x = 1; throw new Error('a');",
      b: "const y = 1; throw new Error('b');",
      c: "display(x + y);",
    },
    edit: { a: "const x = 1;" },
    says: { b: "error b", c: "waits for y" },
  },
  {
    name: "a reader is rid of what never ends when the cell between no longer reads it",
    cells: { a: `${FOREVER} const x = 1;`, b: "const y = x;", c: "display(y);" },
    edit: { b: "const y = 2;" },
    says: { a: "running" },
    shows: { c: [2] },
  },
  {
    name: "a reader of what never ends says so when the cell between has gone",
    cells: { a: `${FOREVER} const x = 1;`, b: "const y = x;", c: "function f() { return y; }", d: "f();" },
    edit: { b: "const z = x;" },
    says: { a: "running", b: "queued", d: "waits for f" },
  },
  {
    name: "a cell that never ends is superseded by its next version",
    cells: { a: `${FOREVER} const x = 1;`, b: "display(x);" },
    edit: { a: "const x = 2;" },
    shows: { b: [2] },
  },
  {
    name: "an input keeps its choice when its cell is edited",
    cells: { a: "const n = view({ value: 1 });", b: "display(n);" },
    set: { n: 5 },
    edit: { a: "const n = view({ value: 2 });" },
    shows: { b: [5] },
  },
  {
    name: "an input that feeds another input moves its readers once",
    cells: {
      a: "const n = view({ value: 1 });",
      b: "const m = view({ value: 2 * n });",
      c: "display(m + n);",
    },
    set: { n: 5 },
    shows: { c: [15] },
    runs: { a: 0, b: 1, c: 1 },
  },
  {
    name: "functions carry what they read",
    cells: {
      a: "const n = view({ value: 1 });",
      b: "function f() { return 10 * n; }",
      c: "display([1].map(f));",
    },
    set: { n: 3 },
    shows: { c: [[30]] },
    runs: { b: 1, c: 1 },
  },
  {
    name: "a class is a name like any other",
    cells: { a: "const n = view({ value: 1 });", b: "class K { n = n; }", c: "display(new K().n);" },
    set: { n: 3 },
    shows: { c: [3] },
  },
  {
    name: "a pattern's names are followed one by one",
    cells: { a: "const { x, k: [y] } = { x: 1, k: [2] };", b: "display(x);", c: "display(y);" },
    edit: { a: "const { x, k: [y] } = { x: 1, k: [3] };" },
    shows: { b: [1], c: [3] },
    runs: { b: 1, c: 1 },
  },
  {
    name: "var in a branch that is not taken is undefined, and its readers run",
    cells: { a: "if (Math.abs(1) > 2) { var x = 1; }", b: "display(x);" },
    shows: { b: [undefined] },
  },
  {
    name: "a stream begins anew with its input, and its readers end with its last value",
    cells: {
      a: "const n = view({ value: 1 });",
      s: "async function* count(to: number) { for (let i = 1; i <= to; i++) { await pause(1); yield i; } }",
      b: "const last = await live(count(n));",
      c: "display(last);",
    },
    set: { n: 3 },
    shows: { c: [3] },
    runs: { b: 1 },
  },
  {
    name: "a stream without values is an error, and its readers wait",
    cells: { s: "async function* none() {}", a: "const x = await live(none());", b: "display(x);" },
    says: { a: "error x ended without a value", b: "waits for x" },
  },
];

const textOf = (cells: Readonly<Record<string, string | undefined>>) =>
  HEAD +
  Object.entries(cells).map(([title, body]) => body === undefined ? "" : `// %% ${title}\n${body}\n`).join(
    "",
  );

async function rested(row: Row): Promise<{ bench: ReactiveBench; runs: Map<string, number> }> {
  const bench = await ReactiveBench.of(textOf(row.cells));
  const before = new Map(bench.cells.map(({ key }) => [key, bench.seen(key).runs]));
  for (const [name, value] of Object.entries(row.set ?? {})) bench.set(name, value);
  await bench.settle();
  if (row.edit) await bench.save(textOf({ ...row.cells, ...row.edit }));
  await bench.settle();
  const runs = bench.cells.map(({ name, key }): [string, number] => [
    name,
    bench.seen(key).runs - (before.get(key) ?? 0),
  ]);
  return { bench, runs: new Map(runs) };
}

Deno.test("edits and inputs re-run what they concern, and every cell ends as its text says", async () => {
  for (const row of ROWS) {
    const { bench, runs } = await rested(row);
    for (const { name } of bench.cells) {
      assert.equal(bench.says(name), row.says?.[name] ?? "done", `${row.name}: cell ${name}`);
    }
    for (const [cell, shown] of Object.entries(row.shows ?? {})) {
      assert.deepEqual(bench.seen(cell).shown, shown, `${row.name}: cell ${cell}`);
    }
    for (const [cell, times] of Object.entries(row.runs ?? {})) {
      assert.equal(runs.get(cell), times, `${row.name}: runs of cell ${cell}`);
    }
    bench.dispose();
  }
  await stopBundler();
});

Deno.test("a cell that is edited while it works is no failure to those that wait for it", async () => {
  const working = [
    "await pause(9); const x = 1;",
    "await pause(9); signal.throwIfAborted(); const x = 1;",
    "await new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason))); const x = 1;",
    "async function* slow() { await pause(9); yield 1; }\nconst x = await live(slow());",
  ];
  for (const a of working) {
    const readers = { b: "const y = x;", c: "display(y);" };
    const bench = new ReactiveBench();
    await bench.save(textOf({ a, ...readers }));
    while (bench.seen("a").state !== "running") await turn();
    await bench.save(textOf({ a: "const x = 2;", ...readers }));
    await bench.settle();
    assert.deepEqual(bench.seen("c").shown, [2], a);
    assert.deepEqual(bench.said.filter((word) => word.includes("wait")), [], a);
    bench.dispose();
  }
});
