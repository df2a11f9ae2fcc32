import assert from "node:assert/strict";
import fc from "fast-check";
import { median } from "../../lib/curves/median.ts";
import { bootstrap } from "../../lib/policies/bootstrap.ts";

/** Medians of all n^n resamples, sorted. */
function medians(values: readonly number[]): number[] {
  let resamples: number[][] = [[]];
  for (const _ of values) resamples = resamples.flatMap((some) => values.map((value) => [...some, value]));
  return resamples.map(median).sort((a, b) => a - b);
}
const share = (values: readonly number[], of: (value: number) => boolean): number =>
  values.filter(of).length / values.length;

Deno.test("the band of an odd number of values is that of all resamples", () => {
  const odd = fc.constantFrom(3, 5).chain((count) =>
    fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: count, maxLength: count })
  );
  fc.assert(
    fc.property(odd, fc.constantFrom(0.5, 0.8, 0.95), (values, level) => {
      const { low, high, of } = bootstrap(values, level)!, all = medians(values), tail = (1 - level) / 2;
      assert.equal(of, values.length);
      assert.ok(share(all, (each) => each <= low) >= tail - 1e-12);
      assert.ok(share(all, (each) => each < low) < tail);
      assert.ok(share(all, (each) => each <= high) >= 1 - tail - 1e-12);
      assert.ok(share(all, (each) => each < high) < 1 - tail);
    }),
    { numRuns: 30 },
  );
});

Deno.test("the band of an even number is at least as wide as that of all resamples", () => {
  const even = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(even, (values) => {
    const { low, high } = bootstrap(values, 0.8)!;
    assert.ok(share(medians(values), (each) => each >= low && each <= high) >= 0.8);
  }));
});

Deno.test("the median lies in its band, which grows with the level and stays within the values", () => {
  const many = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(many, (values) => {
    const wide = bootstrap(values, 0.99)!, narrow = bootstrap(values, 0.5)!;
    assert.ok(wide.low <= narrow.low && narrow.low <= narrow.median);
    assert.ok(wide.high >= narrow.high && narrow.high >= narrow.median);
    assert.ok(wide.low >= Math.min(...values) && wide.high <= Math.max(...values));
  }));
});

Deno.test("a thousand values have a band as wide as theory says, and at once", () => {
  const values = Array.from({ length: 1_001 }, (_, i) => i);
  const { low, high } = bootstrap(values)!;
  // half of the width is 1.96 × √n ÷ 2 ranks
  assert.ok(Math.abs(low - (500 - 31)) <= 2 && Math.abs(high - (500 + 31)) <= 2, `${low} to ${high}`);
});

Deno.test("nothing has no band, one value none but itself, and a level outside 0 to 1 is refused", () => {
  assert.equal(bootstrap([]), null);
  assert.deepEqual(bootstrap([3]), { median: 3, low: 3, high: 3, of: 1 });
  assert.throws(() => bootstrap([1], 1), { message: "invalid level: 1 (between 0 and 1)" });
});
