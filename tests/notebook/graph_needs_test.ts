import assert from "node:assert/strict";
import fc from "fast-check";
import { graph } from "../../lib/notebook/graph.ts";
import { parse } from "../../lib/notebook/parse.ts";

/** Ways to read a value, or to call a function or class, at once. */
const READS = [
  (j: number) => `x${j}`,
  (j: number) => `(() => x${j})()`,
  (j: number) => `[0].map(() => x${j})`,
];
const CALLS = [
  (j: number) => `f${j}()`,
  (j: number) => `h${j}()`,
  (j: number) => `[0].map(f${j})`,
  (j: number) => `new K${j}().v`,
  (j: number) => `t${j}\`\``,
  (j: number) => `[...g${j}()]`,
];
/** Ways to read and call that wait. */
const WAITS = [
  (j: number) => `() => x${j}`,
  (j: number) => `{ m() { return f${j}(); } }`,
  (j: number) => `[f${j}]`,
];

interface Step {
  readonly way: number;
  readonly to: number;
}

Deno.test("an order is called an error exactly when the file, run from top to bottom, reads a name too early", () => {
  const step = fc.record({ way: fc.nat(2), to: fc.nat(5) });
  const cell = fc.record({
    reads: fc.array(step, { maxLength: 1 }),
    calls: fc.array(fc.record({ way: fc.nat(5), to: fc.nat(5) }), { maxLength: 1 }),
    waits: fc.array(step, { maxLength: 1 }),
    later: fc.array(fc.nat(5), { maxLength: 2 }),
    inner: fc.array(fc.record({ way: fc.nat(5), to: fc.nat(5) }), { maxLength: 1 }),
  });
  let failed = 0;
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
      const within = (steps: readonly Step[], i: number) =>
        steps.filter(({ to }) => to < cells.length && to !== i);
      const texts = cells.map(({ reads, calls, waits, later, inner }, i) => {
        const now = [
          ...within(reads, i).map(({ way, to }) => READS[way](to)),
          ...within(calls, i).map(({ way, to }) => CALLS[way](to)),
          ...within(waits, i).map(({ way, to }) => WAITS[way](to)),
        ];
        const body = [
          ...later.filter((to) => to < cells.length && to !== i).map((to) => `x${to}`),
          ...within(inner, i).filter(({ to }) => to < i).map(({ way, to }) => CALLS[way](to)), // no endless recursion
        ];
        const value = `[${body.join()}]`;
        return `const x${i} = [${now.map((each) => each.startsWith("{") ? `(${each})` : each).join()}];\n` +
          `const f${i} = () => ${value}, t${i} = () => ${value}; class K${i} { v = ${value}; }\n` +
          `const g${i} = function* () { yield ${value}; };\nfunction h${i}() { return ${value}; }\n`;
      });
      const { diagnostics } = graph(
        parse(texts.map((text, i) => `// %% c${i}\n${text}`).join(""), "file:///n.ts"),
      );
      const early = diagnostics.filter(({ code }) => code === "used-before-defined");
      let thrown: unknown;
      try {
        new Function(`"use strict";\n${texts.join("")}`)();
      } catch (error) {
        thrown = error;
      }
      // a cell that calls what reads its own name is in a ring with it, which is said instead
      const ring = diagnostics.some(({ code }) => code === "cycle");
      if (ring && early.length === 0) return;
      assert.equal(thrown instanceof ReferenceError, early.length > 0, `${thrown} in\n${texts.join("")}`);
      if (thrown instanceof ReferenceError) {
        failed++;
        if (ring) return;
        const name = /'(\w+)'/.exec(thrown.message)![1];
        assert.ok(early.some(({ message }) => message.startsWith(`used before defined: ${name} `)), name);
      } else assert.equal(thrown, undefined);
    }),
    { numRuns: 1000 },
  );
  assert.ok(failed > 100 && failed < 900, `${failed} of 1000 read a name too early`);
});
