import assert from "node:assert/strict";
import { strangers } from "./same_work.ts";

Deno.test("losses that random numbers explain make no stranger", () => {
  assert.deepEqual(strangers("M", { a: 2.17, b: 2.36, c: 2.25 }), []);
});

Deno.test("who sums the loss of a batch instead of its mean, or has none, is a stranger", () => {
  const lines = strangers("M", { a: 2.2, summing: 70, b: 2.3, broken: NaN, c: 2.25 });
  assert.deepEqual(lines.map((line) => line.split(" ")[1]), ["summing", "broken"]);
});
