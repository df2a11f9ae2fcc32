import assert from "node:assert/strict";
import fc from "fast-check";
import { bracketOf } from "../../lib/studies/bracket_of.ts";
import { hyperbandBrackets } from "../../lib/studies/hyperband_brackets.ts";

const table = fc.record({ R: fc.integer({ min: 1, max: 300 }), eta: fc.integer({ min: 2, max: 5 }) });

/** How many of the first trials are in each bracket, from the boldest. */
function counts(R: number, eta: number, trials: number): number[] {
  const found = hyperbandBrackets(R, eta).map(() => 0);
  for (let number = 0; number < trials; number++) found[found.length - 1 - bracketOf(R, eta, number).s]++;
  return found;
}

Deno.test("as many trials as a table has fill its brackets, and the next begin another", () => {
  fc.assert(
    fc.property(table, ({ R, eta }) => {
      const sizes = hyperbandBrackets(R, eta).map(({ rungs }) => rungs[0].trials);
      const all = sizes.reduce((sum, size) => sum + size);
      assert.deepEqual(counts(R, eta, all), sizes);
      assert.deepEqual(bracketOf(R, eta, all), bracketOf(R, eta, 0));
    }),
    { numRuns: 30 },
  );
});

Deno.test("few trials are spread over the brackets too, to about their shares", () => {
  assert.deepEqual(counts(81, 3, 143), [81, 34, 15, 8, 5]);
  assert.deepEqual(counts(81, 3, 40), [23, 10, 4, 2, 1]);
  assert.equal(bracketOf(81, 3, 0).s, 4);
});
