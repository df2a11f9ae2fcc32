import assert from "node:assert/strict";
import fc from "fast-check";
import { stratify } from "../../lib/data/split.ts";

Deno.test("parts have the sizes asked for, share no row, and hold classes in proportion", () => {
  const arbitrary = fc.array(fc.nat(4), { minLength: 6, maxLength: 300 }).chain((labels) =>
    fc.tuple(
      fc.constant(labels),
      fc.nat(Math.floor(labels.length / 3)),
      fc.nat(Math.floor(labels.length / 3)),
      fc.nat(),
    )
  );
  fc.assert(fc.property(arbitrary, ([labels, validation, test, seed]) => {
    const sizes = [labels.length - validation - test, validation, test];
    const parts = stratify(Int32Array.from(labels), sizes, seed);
    assert.deepEqual(parts.map((part) => part.length), sizes);
    assert.equal(new Set(parts.flatMap((part) => [...part])).size, labels.length);
    for (const k of new Set(labels)) {
      const of = (rows: Iterable<number>) => [...rows].filter((row) => labels[row] === k).length;
      const share = of(labels.keys()) / labels.length;
      parts.forEach((part, i) => assert.ok(Math.abs(of(part) - share * part.length) < i + 1 + 1e-9));
    }
  }));
});

Deno.test("the same seed gives the same split, another seed another", () => {
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 3);
  const split = (seed: number) => stratify(labels, [60, 40], seed).map((part) => part.join());
  assert.deepEqual(split(0), split(0));
  assert.notDeepEqual(split(0), split(1));
});

Deno.test("rows that cannot be had are an error that says how many", () => {
  assert.throws(() => stratify(Int32Array.of(0, 1), [-1, 2], 0), /invalid split: -1 rows/);
  assert.throws(() => stratify(Int32Array.of(0, 1), [0.5], 0), /invalid split: 0.5 rows/);
  assert.throws(() => stratify(Int32Array.of(0, 1), [2, 1], 0), /invalid split: 2 \+ 1 rows of 2/);
});
