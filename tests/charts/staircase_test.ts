import assert from "node:assert/strict";
import fc from "fast-check";
import { type Stair, staircase, type Stem } from "../../lib/charts/staircase.ts";

const RIGHT = 1_000;
const stems = fc.array(
  fc.record({ x: fc.integer({ min: 48, max: 876 }), width: fc.integer({ min: 40, max: 180 }) }),
  { maxLength: 8 },
);

const labelOf = ({ x, width }: Stem, { left }: Stair) => left ? [x - width, x] : [x, x + width];

Deno.test("labels far apart share the lowest row", () => {
  assert.deepEqual(staircase([{ x: 100, width: 50 }, { x: 300, width: 50 }], RIGHT).map(({ row }) => row), [
    0,
    0,
  ]);
});

Deno.test("a label that would cross a stem is placed above it", () => {
  assert.deepEqual(
    staircase([{ x: 200, width: 120 }, { x: 100, width: 120 }, { x: 150, width: 120 }], RIGHT).map((
      { row },
    ) => row),
    [0, 2, 1],
  );
});

Deno.test("stops at one step are stacked", () => {
  assert.deepEqual(
    staircase(Array.from({ length: 3 }, () => ({ x: 300, width: 90 })), RIGHT).map(({ row }) => row).sort(),
    [0, 1, 2],
  );
});

Deno.test("a label that would leave the figure ends at its stem", () => {
  const [left, right] = staircase([{ x: 100, width: 90 }, { x: 950, width: 90 }], RIGHT);
  assert.deepEqual([left.left, right.left], [false, true]);
});

Deno.test("no two labels of a staircase overlap", () => {
  fc.assert(fc.property(stems, (given) => {
    const stairs = staircase(given, RIGHT);
    for (let a = 0; a < given.length; a++) {
      for (let b = 0; b < a; b++) {
        if (stairs[a].row !== stairs[b].row) continue;
        const [[fromA, toA], [fromB, toB]] = [labelOf(given[a], stairs[a]), labelOf(given[b], stairs[b])];
        assert.ok(toA <= fromB || toB <= fromA, JSON.stringify([given, stairs]));
      }
    }
  }));
});

Deno.test("no stem runs through a label of a lower row", () => {
  fc.assert(fc.property(stems, (given) => {
    const stairs = staircase(given, RIGHT);
    given.forEach((stem, a) =>
      given.forEach((other, b) => {
        if (a === b || stairs[a].row < stairs[b].row) return;
        const [from, to] = labelOf(other, stairs[b]);
        assert.ok(stem.x <= from || stem.x >= to, JSON.stringify([given, stairs]));
      })
    );
  }));
});

Deno.test("no label leaves the figure at the right", () => {
  fc.assert(fc.property(stems, (given) => {
    const stairs = staircase(given, RIGHT);
    assert.ok(given.every((stem, index) => labelOf(stem, stairs[index])[1] <= RIGHT));
  }));
});
