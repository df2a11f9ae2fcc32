import assert from "node:assert/strict";
import fc from "fast-check";
import { fewestMoves } from "../../lib/notebook/graph_order.ts";

Deno.test("what is needed moves up before the first that needs it, and the rest stays", () => {
  const rows: [needs: number[][], order: number[], moved: number[]][] = [
    [[], [], []],
    [[[], [0], [1]], [0, 1, 2], []],
    [[[1], []], [1, 0], [1]],
    [[[], [3], [], []], [0, 3, 1, 2], [3]],
    [[[2], [0], []], [2, 0, 1], [2]],
    [[[1, 2, 3], [], [], []], [1, 2, 3, 0], [0]], // one goes down rather than three up
    [[[4], [], [3], [], []], [4, 0, 1, 3, 2], [4, 3]],
    [[[1], [2], []], [2, 1, 0], [2, 1]],
  ];
  for (const [needs, order, moved] of rows) assert.deepEqual(fewestMoves(needs), { order, moved });
});

Deno.test("every order that is found holds, and no order that holds moves fewer", () => {
  fc.assert(
    fc.property(ringless(6), (needs) => {
      const { order, moved } = fewestMoves(needs);
      assert.deepEqual(order.toSorted((a, b) => a - b), [...needs.keys()]);
      assert.ok(holds(order, needs), order.join());
      const least = Math.min(
        ...orders([...needs.keys()]).filter((each) => holds(each, needs)).map((each) =>
          each.length - longestRise(each)
        ),
      );
      assert.equal(moved.length, least);
    }),
    { numRuns: 300 },
  );
});

/** What each of up to `most` things needs, by a hidden order in which nothing needs what comes later. */
function ringless(most: number): fc.Arbitrary<number[][]> {
  return fc.integer({ min: 1, max: most }).chain((n) =>
    fc.tuple(
      fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }),
      fc.array(fc.boolean(), { minLength: n * n, maxLength: n * n }),
    ).map(([hidden, drawn]) =>
      hidden.map((at, i) => [...hidden.keys()].filter((j) => hidden[j] < at && drawn[i * n + j]))
    )
  );
}

const holds = (order: readonly number[], needs: readonly number[][]): boolean =>
  needs.every((own, i) => own.every((j) => order.indexOf(j) < order.indexOf(i)));

const orders = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) => orders(items.filter((i) => i !== first)).map((r) => [first, ...r]));

function longestRise(values: readonly number[]): number {
  const ending: number[] = [];
  for (const [i, value] of values.entries()) {
    ending.push(1 + Math.max(0, ...ending.filter((_, j) => j < i && values[j] < value)));
  }
  return Math.max(0, ...ending);
}
