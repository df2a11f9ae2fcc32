import assert from "node:assert/strict";
import { range } from "../../lib/notebook/inputs.ts";

const wrong: [ends: unknown, message: string][] = [
  [[1], "invalid range: max is undefined (write inputs.range([1, max]))"],
  [[], "invalid range: min is undefined (write inputs.range([min, max]))"],
  [[NaN, 30], "invalid range: min is NaN (write inputs.range([min, 30]))"],
  [[1, Infinity], "invalid range: max is Infinity (write inputs.range([1, max]))"],
  [["one", 30], "invalid range: min is one (write inputs.range([min, 30]))"],
  [[30, 1], "invalid range: min 30 is above max 1 (write inputs.range([1, 30]))"],
  [[3, 3], "invalid range: min and max are both 3 (write inputs.range([3, max]))"],
  [{ min: 1 }, "invalid range: max is undefined (write inputs.range([1, max]))"],
  [{ max: 30 }, "invalid range: min is undefined (write inputs.range([min, 30]))"],
  [{ min: 30, max: 1 }, "invalid range: min 30 is above max 1 (write inputs.range([1, 30]))"],
  [{ min: 1, max: 30 }, "invalid range: min and max are to be a list (write inputs.range([1, 30]))"],
  [undefined, "invalid range: min is undefined (write inputs.range([min, max]))"],
  [null, "invalid range: min is undefined (write inputs.range([min, max]))"],
  [5, "invalid range: min is undefined (write inputs.range([min, max]))"],
];
for (const [ends, message] of wrong) {
  Deno.test(`a slider on ${Deno.inspect(ends)} is refused: which end is wrong, and what to write`, () => {
    assert.throws(() => range(ends as never), { message });
  });
}

Deno.test("a logarithmic slider begins above 0", () => {
  const message = "invalid range: min is 0 (above 0 on a logarithmic track)";
  assert.throws(() => range([0, 1], { log: true }), { message });
  assert.equal(range([1, 100], { log: true }).value, 10);
});
