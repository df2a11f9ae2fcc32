import assert from "node:assert/strict";
import { program } from "../../lib/notebook/compile.ts";
import type { LoopWatch } from "../../lib/notebook/compile_loops.ts";
import { EndlessLoop } from "../../lib/notebook/endless_loop.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import type { Side } from "../../lib/notebook/notebook.ts";
import { cellError } from "../../lib/notebook/runtime_error.ts";
import { loopWatch } from "../../server/client/loop_watch.ts";

const URL_OF_NOTEBOOK = "file:///project/loops.ts";

async function codeOf(text: string, side: Side = "browser"): Promise<string> {
  const files = { [URL_OF_NOTEBOOK]: text, "file:///project/deno.json": "{}" };
  return program(await loadNotebook(URL_OF_NOTEBOOK, memoryModules(files)), side);
}
async function addressOf(text: string): Promise<string> {
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(await codeOf(text))}`;
}
async function run(text: string, watch?: LoopWatch): Promise<Record<string, unknown>> {
  const [cell] = (await import(await addressOf(text))).default({}, watch);
  return await cell.fn({});
}

/** A watch that ends the loops from the nth turn on, whichever loop makes it. */
function ending(turns: number): LoopWatch {
  const ended = (cell: string) => (line: number, column: number) => new EndlessLoop(cell, line, column);
  return {
    stop: {
      get 0() {
        return --turns < 0 ? 1 : 0;
      },
    },
    ended,
  }; // deno-fmt-ignore
}

const LOOPS: readonly [text: string, result: unknown][] = [
  ["let r = 0; for (let i = 0; i < 5; i++) r += i;", 10],
  ["let r = 0; for (let i = 0; i < 5; i++) { r += i }", 10],
  ["let r = 0; for (let i = 0; i < 5; i++) { if (i === 2) continue; r += i; }", 8],
  ["let r = 0; for (let i = 0; i < 5; i++) if (i % 2) continue; else r += i", 6],
  ["let r = 0\nfor (let i = 0; i < 5; i++)\n  r += i\nr += 1", 11],
  ["let r = 0; while (r < 7) r++", 7],
  ["let r = 0; while (r < 7) { // up\n r++ // by one\n}", 7],
  ["let r = 0; do r++; while (r < 3)", 3],
  ["let r = 0; do { r++ } while (r < 3); r *= 2", 6],
  ["let r = ''; for (const x of 'abc') r = x + r;", "cba"],
  ["let r = ''; for (const x in { a: 1, b: 2 }) { r += x }", "ab"],
  ["let r = 0; for (const x of [1, 2]) for (const y of [3, 4]) r += x * y", 21],
  ["let r = 0; for (;;) if (++r > 4) break", 5],
  ["let r = 0; outer: for (;;) { for (;;) { if (++r > 4) break outer; continue outer; } }", 5],
  ["let r = 0; outer: while (true) while (true) if (++r > 4) break outer", 5],
  [
    "const got: (() => number)[] = []; for (let i = 0; i < 3; i++) got.push(() => i); const r = got.map((f) => f()).join();",
    "0,1,2",
  ],
  [
    "const sum = (n: number) => { let s = 0; for (let i = 0; i <= n; i++) s += i; return s; }; const r = sum(4);",
    10,
  ],
  [
    "function* up() { for (let i = 0;; i++) yield i; } let r = 0; for (const x of up()) if ((r = x) > 5) break;",
    6,
  ],
  ["let r = 0; for await (const x of [1, Promise.resolve(2)]) r += x;", 3],
  ["class Deep { static r = 0; static { for (let i = 0; i < 3; i++) Deep.r += i } } const r = Deep.r;", 3],
  ["let r = 0; while (r++ < 3);", 4],
  [
    "let r = 0; for (const k of [1, 2, 3]) { try { if (k === 2) continue; r += k; } finally { r += 10 } }",
    34,
  ],
  ["const $stop = 1; let r = 0; for (const $ended of [1, 2]) r += $ended + $stop;", 5],
  ["let r = 0; if (true) for (const x of [1, 2]) r += x; else r = 9;", 3],
  [
    "let r = 0; outer: for (const x of [1, 2]) { for (const y of [1, 2]) { if (y > 1) continue outer; r += x; } }",
    3,
  ],
  ["let r = 0; while (r < 6) for (const x of [1, 2]) for (const y of [1]) r += x * y;", 6],
  ["let r = 0; for (const x of [1, 2, 3]) { switch (x) { case 2: break; default: r += x; } }", 4],
  ["let r = 0; switch (1) { case 1: for (const x of [1, 2]) { if (x === 1) continue; r = x; } }", 2],
];

Deno.test("a watched loop does what the loop does", async () => {
  for (const [text, result] of LOOPS) {
    assert.equal((await run(text)).r, result, text);
    assert.equal((await run(text, loopWatch(""))).r, result, text);
  }
});

Deno.test("every loop ends when it is told to, and names its cell", async () => {
  for (const [text] of LOOPS) {
    const named = `// %% busy\n${text}\n`;
    await assert.rejects(() => run(named, ending(1)), (error) => {
      assert.ok(error instanceof EndlessLoop, text);
      assert.equal(error.cell, "busy", text);
      return true;
    });
  }
});

const places: readonly [loop: string, line: number, column: number][] = [
  ["while (true);", 2, 1],
  ["let r = 0; while (true) {\n  r++;\n}", 2, 12],
  ["let r = 0;\nfor (;;) {\n  r++;\n  r--;\n}", 3, 1],
  ["const spin = () => {\n  do {\n  } while (true);\n};\nspin();", 3, 3],
  ["for (const x of [1, 2]) {\n  x;\n}", 2, 1],
  ["for (let i = 0; i < 1; i++) {\n  const é = '𝒳'; while (true);\n}", 3, 19],
];
Deno.test("what an endless loop throws has the loop's line and column, wherever its turn was ended", async () => {
  for (const [loop, line, column] of places) {
    const turns = loop.startsWith("for (let i") ? 2 : 1;
    await assert.rejects(() => run(`// %% busy\n${loop}\n`, ending(turns)), (thrown) => {
      const error = cellError(thrown, []);
      assert.deepEqual([error.name, error.line, error.column], ["EndlessLoop", line, column], loop);
      assert.match(error.message, /^cell busy looped for more than 5 s/);
      assert.match(error.hint!, /^Pause with/);
      return true;
    });
  }
});

Deno.test("an endless loop is ended after 5 s without a shared flag, and not when it pauses", async () => {
  const now = performance.now;
  let seconds = 0;
  try {
    performance.now = () => (seconds += 0.5) * 1000;
    const endless = "// %% busy\nlet r = 0;\nwhile (true) r++;\n";
    await assert.rejects(() => run(endless, loopWatch("")), EndlessLoop);
    assert.ok(seconds > 5 && seconds < 10);
    const pausing = `// %% busy
let r = 0;
for (let round = 0; round < 20; round++) {
  for (let i = 0; i < 1030; i++) r++;
  await new Promise((go) => setTimeout(go));
}
`;
    assert.equal((await run(pausing, loopWatch(""))).r, 20_600);
  } finally {
    performance.now = now;
  }
});

Deno.test("what a loop throws keeps its line, and its column but behind a brace that is followed", async () => {
  const thrown = "null!.x";
  const rows: readonly [loop: string, line: number, moved: boolean][] = [
    ["for (const x of [1]) {\n  null!.x;\n}", 3, false],
    ["for (const x of [1]) {\n  if (x) null!.x;\n  else continue;\n}", 3, false],
    ["for (const x of [1]) { null!.x; }", 2, false],
    ["for (const x of [1]) { null!.x; continue }", 2, true],
    ["for (const x of [1]) null!.x;", 2, true],
    ["for (const x of [1])\n  null!.x;", 3, true],
    ["outer: for (const x of [1]) {\n  null!.x;\n}", 3, false],
    ["if (true) for (const x of [1]) {\n  null!.x;\n}", 3, false],
    ["while (true)\n{\n  for (;;) {\n    null!.x;\n  }\n}", 5, false],
  ];
  for (const [loop, line, moved] of rows) {
    const address = await addressOf(`// %% busy\n${loop}\n`);
    const [cell] = (await import(address)).default({}, ending(1000));
    assert.throws(() => cell.fn({}), (error: Error) => {
      const [, at, column] = /:(\d+):(\d+)\)?$/m.exec(error.stack!)!;
      const text = loop.split("\n")[line - 2];
      assert.equal(Number(at), line, loop);
      assert.equal(
        Number(column) === text.indexOf(thrown) + "null!.".length + 1,
        !moved,
        `${loop} ${column}`,
      );
      return true;
    });
  }
});

Deno.test("only the page's loops are watched, and a program without loops is as it was", async () => {
  const text = "// %% here\nfor (;;) break;\n// %% there [server]\nfor (;;) break;\n";
  assert.match(await codeOf(text, "browser"), /\$stop\[0\]/);
  assert.doesNotMatch(await codeOf(text, "server"), /\$stop/);
  assert.doesNotMatch(await codeOf("// %% a\n[1].map((x) => x);\n"), /\$stop/);
});
