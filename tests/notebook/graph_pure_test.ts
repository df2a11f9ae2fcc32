import assert from "node:assert/strict";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";

const URL = "file:///project/study.ts";

const LIBRARY: Readonly<Record<string, string>> = {
  "file:///project/deno.json": `{ "imports": { "plateau": "./mod.ts" } }`,
  "file:///project/mod.ts": `
    export { train } from "./train.ts"; export { mean } from "./mean.ts";
    export * as curves from "./curves.ts";
    export const display = 1, view = 1, live = 1, signal = 1, md = 1;`,
  "file:///project/train.ts": `export const train = () => Deno.pid;`,
  "file:///project/mean.ts": `export const mean = (x) => x;`,
  "file:///project/curves.ts":
    `export { mean as ema } from "./mean.ts"; export { train as read } from "./train.ts";`,
};

const HEAD = `import { curves, display, live, md, mean, signal, train, view } from "plateau";\n`;

/** What is said of exports; each text is a cell, `name: code`. */
async function problems(cells: readonly string[]): Promise<string[]> {
  const text = HEAD + cells.map((each) => each.replace(/^(\w+): /, "// %% $1\n")).join("\n") + "\n";
  const { diagnostics } = await loadNotebook(URL, memoryModules({ ...LIBRARY, [URL]: text }));
  return diagnostics.map(({ code, line, message }) => `${code} ${line} ${message}`);
}

Deno.test("an export that only computes may be imported", async () => {
  const rows: string[][] = [
    ["a: export const rate = mean(1);"],
    ["a: const x = 1;", "b: export const y = x + 1;", "c: export { y as z };"],
    ["a: export const f = () => Deno.pid, g = () => display(train());"],
    ["a: export const f = () => document.title;"],
    ["a: export function f() { return fetch('x'); } export class K { title = document.title; }"],
    ["a: export const wait = await Promise.resolve(1);"],
    ["a: export const prose = md`a`, last = curves.ema(1), stop = signal;"],
    ["a: export const x = 1;", "b: display(x);", "c: const run = await live(train(x));"],
    ["a: export type T = number; export interface I { n: number }", "b: display(1);"],
    ["a: display(1); export type T = number;"],
    ["a: const f = () => display(1);", "b: export const g = f;"],
    ["a: export const asks = typeof Deno;"],
  ];
  for (const cells of rows) assert.deepEqual(await problems(cells), [], cells.join());
});

Deno.test("an export whose cell, or a cell that it reads, does more is told with both and why", async () => {
  const says = (name: string, where: string) =>
    `impure export: ${name} (${where}): export from cells that only compute`;
  const rows: [cells: string[], line: number, message: string][] = [
    [["a: display(1); export const x = 1;"], 3, says("x", "cell a, line 3, displays")],
    [["a: export const n = view(1);"], 3, says("n", "cell a, line 3, holds inputs")],
    [["a: export const s = await live(1);"], 3, says("s", "cell a, line 3, streams")],
    [["a: export const s = train();"], 3, says("s", "cell a, line 3, uses train (train.ts uses Deno)")],
    [
      ["a: export const s = curves.read();"],
      3,
      says("s", "cell a, line 3, uses curves (train.ts uses Deno)"),
    ],
    [["a: export const s = Deno.pid;"], 3, says("s", "cell a, line 3, uses Deno")],
    [["a: export const s = document.title;"], 3, says("s", "cell a, line 3, uses document")],
    [["a: export const s = await fetch('x');"], 3, says("s", "cell a, line 3, uses fetch")],
    [["a: console.log(1); export const s = 1;"], 3, says("s", "cell a, line 3, uses console")],
    [
      ["a: const f = () => display(1);", "b: export const x = f();"],
      5,
      says("x", "cell b, line 5, calls f, which displays"),
    ],
    [
      ["a: const f = () => train();", "b: const g = () => f();", "c: export const x = g();"],
      7,
      says("x", "cell c, line 7, calls g, which uses train (train.ts uses Deno)"),
    ],
    [
      [
        "train: const run = await live(train());",
        "middle: const m = run;",
        "summary: export const best = m;",
      ],
      7,
      says("best", "cell summary, line 7, depends on cell train, line 2, which streams"),
    ],
    [
      ["a: const n = view(1);", "b: export const f = () => n;"],
      5,
      says("f", "cell b, line 5, depends on cell a, line 2, which holds inputs"),
    ],
    [
      ["a: const n = view(1);", "b: export { n as rate };"],
      5,
      says("rate", "cell b, line 5, depends on cell a, line 2, which holds inputs"),
    ],
  ];
  for (const [cells, line, message] of rows) {
    assert.deepEqual(await problems(cells), [`export-impure ${line} ${message}`], cells.join());
  }
});
