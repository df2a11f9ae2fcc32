import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseOnHalf, noLoss, oneStandardError, type Outcome } from "../../lib/policies/choice.ts";

/** One row a run: regret and saving of each policy. */
const runs = (rows: readonly (readonly [regret: number, saved: number])[][]): Outcome[][] =>
  rows.map((row) => row.map(([regret, saved], i) => ({ policy: `p${i}`, regret, ownRegret: regret, saved })));

Deno.test("the one-standard-error choice saves most of those within an error of the best", () => {
  const cases: [string, Outcome[][], number][] = [
    // the best has a mean of 0.3 and an error of 0.1
    ["within the error", runs([[[0.2, 0], [0.3, 0.5], [0.6, 0.9]], [[0.4, 0], [0.45, 0.5], [0.6, 0.9]]]), 1],
    ["beyond it", runs([[[0.2, 0], [0.4, 0.5]], [[0.4, 0], [0.5, 0.5]]]), 0],
    ["one run gives nothing up", runs([[[0.1, 0.2], [0.1001, 0.9]]]), 0],
    ["of equals the one that saves most", runs([[[0.1, 0.2], [0.1, 0.3], [0.1, 0.1]]]), 1],
    ["of the same the first", runs([[[0.1, 0.2], [0.1, 0.2]]]), 0],
    ["what keeps nothing on one run is out", runs([[[0, 0.9], [1, 0]], [[Infinity, 0.9], [1, 0]]]), 1],
    ["all are out", runs([[[Infinity, 0.9]]]), -1],
    ["nothing", [], -1],
  ];
  for (const [name, outcomes, expected] of cases) assert.equal(oneStandardError(outcomes), expected, name);
});

Deno.test("without an error to spare only what loses as little as any is chosen", () => {
  const spread = runs([[[0.2, 0], [0.3, 0.5]], [[0.4, 0], [0.45, 0.5]]]);
  assert.deepEqual([oneStandardError(spread), noLoss(spread)], [1, 0]);
  assert.equal(noLoss(runs([[[0, 0], [0, 0.5], [0.1, 0.9]], [[0, 0], [0, 0.4], [0, 0.9]]])), 1);
});

Deno.test("fewer than four runs are not halved", () => {
  assert.equal(chooseOnHalf(runs([[[0, 0]], [[0, 0]], [[0, 0]]])), null);
});

Deno.test("a choice on every half is told by what it does on the other", () => {
  // p0 wins on the first two runs, p1 on the last two: whatever is chosen on two of a kind loses on the others
  const [a, b] = [[[0, 0.5], [1, 0.5]], [[1, 0.5], [0, 0.5]]] as [number, number][][];
  const { splits, all, chosen, ownRegret, saved } = chooseOnHalf(runs([a, a, b, b]))!;
  assert.deepEqual([splits, all, saved], [6, true, 0.5]);
  assert.deepEqual(chosen.reduce((sum, { share }) => sum + share, 0), 1);
  assert.equal(ownRegret, 0.5); // the mixed halves; of the two pure ones it is 1
  assert.equal(chooseOnHalf(runs([a, a, a, a]))!.ownRegret, 0);
});

Deno.test("what is told is of the half that did not choose", () => {
  const five = runs([[[0, 0]], [[0, 0]], [[0, 0]], [[0, 0]], [[9, 0]]]);
  // two choose, three tell: most often the bad run is among those that tell
  assert.equal(chooseOnHalf(five)!.ownRegret, 3);
});

Deno.test("the choice never sees the half that it is told by", () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
  const some = fc.integer({ min: 4, max: 11 }).chain((count) =>
    fc.array(fc.array(row, { minLength: 3, maxLength: 3 }), { minLength: count, maxLength: count })
  );
  fc.assert(
    fc.property(some, (rows) => {
      const outcomes = runs(rows as [number, number][][]), seen: number[] = [];
      const held = chooseOnHalf(outcomes, 7, (half) => {
        assert.equal(half.length, outcomes.length >> 1);
        assert.equal(new Set(half).size, half.length);
        seen.push(...half.map((run) => outcomes.indexOf(run as Outcome[])));
        return 0;
      })!;
      const means = held.splits * (outcomes.length >> 1);
      assert.equal(seen.length, means);
      assert.equal(held.all, outcomes.length <= 9);
      assert.ok(held.ownRegret >= 0 && held.ownRegret <= 4);
    }),
    { numRuns: 50 },
  );
});

Deno.test("many runs are halved at random, the same way for the same seed", () => {
  const outcomes = runs(Array.from({ length: 12 }, (_, i) => [[i % 3, 0.1], [i % 2, 0.2]]));
  assert.deepEqual(chooseOnHalf(outcomes, 3), chooseOnHalf(outcomes, 3));
  assert.equal(chooseOnHalf(outcomes, 3)!.splits, 200);
});
