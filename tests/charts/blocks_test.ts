import assert from "node:assert/strict";
import { blocks, wrapParts } from "../../lib/charts/blocks.ts";

Deno.test("a rising curve rises from the lowest block to the highest", () => {
  assert.equal(blocks([0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
});
Deno.test("many values share a column by their mean", () => assert.equal(blocks([0, 0, 9, 9], 2), "▁█"));
Deno.test("a gap is a space", () => assert.equal(blocks([0, NaN, 1], 3), "▁ █"));
Deno.test("a flat curve lies on the floor", () => assert.equal(blocks([2, 2, 2], 3), "▁▁▁"));
Deno.test("nothing draws nothing", () => assert.equal(blocks([], 10), ""));
Deno.test("values above the ceiling do not flatten the rest", () => {
  assert.equal(blocks([100, 1, 0], 3, 2), "█▅▁");
});
Deno.test("parts fill lines and none is longer than asked", () => {
  const lines = wrapParts(["one", "two", "a part that is much too long"], 12);
  assert.deepEqual(lines, ["one   two", "a part that…"]);
});

Deno.test("a constant is flat, though means of it differ in their last bits", () => {
  const mixed = Array.from({ length: 40 }, (_, i) => i % 3 === 0 ? 0.005 : 0.005 * (1 + 2 ** -52));
  assert.equal(blocks(mixed, 12), "▁".repeat(12));
});
