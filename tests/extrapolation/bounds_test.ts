import assert from "node:assert/strict";
import { boundsOf, cutTo } from "../../lib/extrapolation/bounds.ts";
import { untold } from "../../lib/extrapolation/untold.ts";

Deno.test("a metric is bounded by its name, where its values were within", () => {
  const cases: [string, number[], number, number][] = [
    ["validation.accuracy", [0.5, 0.9, NaN], 0, 1],
    ["validation.accuracy", [50, 90], -Infinity, Infinity],
    ["validation.loss", [2, 1], 0, Infinity],
    ["validation.loss", [0.5, -1], -Infinity, Infinity],
    ["reward", [0.1, 0.2], -Infinity, Infinity],
  ];
  for (const [metric, values, least, most] of cases) {
    assert.deepEqual(boundsOf(metric, values), { least, most }, metric);
  }
});

Deno.test("a band is cut to its bounds, and what is untold stays so", () => {
  const told = { told: true, value: 0.97, low: 0.9, high: 1.04, share: 0.8, factor: 2 } as const;
  assert.deepEqual(cutTo(told, { least: 0, most: 1 }), { ...told, high: 1 });
  const none = untold("few", "it has 2 evaluations");
  assert.equal(cutTo(none, { least: 0, most: 1 }), none);
});
