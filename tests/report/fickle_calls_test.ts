import assert from "node:assert/strict";
import { fickleCalls } from "../../lib/report/fickle_calls.ts";

/** What is told of a cell with this text. */
const told = (code: string) =>
  fickleCalls({ cells: [{ name: "a", line: 1, endLine: 99 }] }, `// %% a\n${code}\n`);

const CALLS: readonly (readonly [code: string, call: string])[] = [
  ["const at = Date.now();", "Date.now()"],
  ["const day: string = new Date().toISOString();", "new Date()"],
  ["const f = () => [Math.random()];", "Math.random()"],
  ["export const took = performance.now() - 3;", "performance.now()"],
  ["class A { id = crypto.randomUUID(); }", "crypto.randomUUID()"],
];
for (const [code, call] of CALLS) {
  Deno.test(`${call} in a cell is told, with its line and what to do`, () => {
    const [line, ...others] = told(`\n${code}`);
    assert.ok(line.startsWith(`cell a at line 3: ${call} differs each time`), line);
    assert.match(line, /clocked\(…\)|from a seed/);
    assert.deepEqual(others, []);
  });
}

const CALM = [
  "const text = clocked((performance.now() - 3) / 1000);",
  "const day = new Date(0), other = new Date(2026, 1);",
  'const words = "Math.random()"; // Date.now()',
  "const random = (at: { random(): number }) => at.random();",
  "const = 3",
];
for (const code of CALM) {
  Deno.test(`nothing is told of: ${code}`, () => assert.deepEqual(told(code), []));
}

Deno.test("the same call twice in a cell is told once", () => {
  assert.equal(told("const a = Math.random();\nconst b = Math.random();").length, 1);
});
