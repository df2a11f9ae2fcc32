import assert from "node:assert/strict";
import { paced } from "../../lib/training/pace.ts";

const start = { since: 0, step: 0, updatesPerSecond: 0 };

Deno.test("no pace is claimed before a second has passed", () => {
  assert.deepEqual(paced(start, 999, 500), start);
});

Deno.test("the first second's pace counts whole, later ones by half", () => {
  const first = paced(start, 1000, 600);
  assert.equal(first.updatesPerSecond, 600);
  assert.equal(paced(first, 2000, 1000).updatesPerSecond, 500);
});

Deno.test("a training that waits for another's turn shows the pace of both turns together", () => {
  let pace = start;
  // 50 ms of 40 updates, then 50 ms of none, over and over
  for (let turn = 1; turn <= 60; turn++) pace = paced(pace, turn * 100, turn * 40);
  assert.ok(Math.abs(pace.updatesPerSecond - 400) < 1, `${pace.updatesPerSecond}`);
});
