import assert from "node:assert/strict";
import { confusion } from "../../lib/training/confusion.ts";

Deno.test("rows are the truth, columns the prediction", () => {
  assert.deepEqual(confusion([0, 0, 1, 2], [0, 1, 1, 0], 3), [[1, 1, 0], [0, 1, 0], [1, 0, 0]]);
});
Deno.test("what is no class is refused", () => {
  assert.throws(() => confusion([0, 1], [0, -1], 2), /invalid class: -1 \(a whole number from 0 to 1\)/);
  assert.throws(() => confusion([0, 2], [0, 1], 2), /invalid class: 2/);
});
Deno.test("arrays of different length are refused", () => {
  assert.throws(() => confusion([0, 1], [0], 2), /invalid predictions: 1 for 2 examples/);
});
