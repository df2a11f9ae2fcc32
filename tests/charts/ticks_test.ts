import assert from "node:assert/strict";
import fc from "fast-check";
import { clockTicks, roundUp, ticks } from "../../lib/charts/ticks.ts";

Deno.test("ticks are multiples of a round number", () => {
  assert.deepEqual(ticks(3_000, 7), [0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]);
  assert.deepEqual(ticks(0.3, 4), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(3, 7, true), [0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 7), [0]);
});

Deno.test("ticks of time are what a clock shows", () => {
  assert.deepEqual(clockTicks(100, 7), [0, 15, 30, 45, 60, 75, 90]);
});

Deno.test("ticks begin at 0, rise, end at the maximum at most, and are not too many", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.integer({ min: 3, max: 12 }),
      (max, count) => {
        for (const found of [ticks(max, count), clockTicks(max, count)]) {
          assert.equal(found[0], 0);
          assert.ok(found.length <= count + 1 && found.length >= 2, `${found}`);
          assert.ok(found.every((tick, index) => index === 0 || tick > found[index - 1]));
          assert.ok(found.at(-1)! <= max * (1 + 1e-6));
        }
      },
    ),
  );
});

Deno.test("a growing domain holds the data, at most twice as wide, and is the same for a while", () => {
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
    const end = roundUp(value);
    assert.ok(end >= value * (1 - 1e-9) && end <= 2 * value);
    assert.ok(Math.abs(roundUp(end) / end - 1) < 1e-9);
  }));
});
