import assert from "node:assert/strict";
import fc from "fast-check";
import { batchesOf, batchPlan } from "../../lib/batch_plan.ts";
import { augmented } from "../../lib/data/augmented.ts";
import { exampleRows, exampleTable, sameShapeFrom, shapeOf, shapesOf } from "../../lib/data/batch_rows.ts";
import { ExampleReader } from "../../lib/data/example_reader.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { asStream, numbered, numbersIn, plans } from "./fixture.ts";

const LOSS = "softmaxCrossEntropy";

Deno.test("places in the table are the examples of the batches, in their order, for any plan and update", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(7), fc.nat(60), async (plan, seed, index) => {
      const data = numbered(plan.trainingExamples),
        batches = await batchSource(data, LOSS, seed, plan).at(index);
      const examples = shapeOf(plan, index).reduce((sum, count) => sum + count, 0);
      const places = new Int32Array(examples + 2).fill(-1);
      exampleRows(seed, plan)(places, 1, index);
      // one untouched place before and one behind
      assert.deepEqual([...places], [-1, ...batches!.flatMap(numbersIn), -1]);
      assert.deepEqual(shapeOf(plan, index), batches!.map(({ count }) => count));
    }),
    { numRuns: 300 },
  );
});

Deno.test("the table holds each example and its target in place", async () => {
  const data = numbered(7), { count, x, target } = exampleTable(data, LOSS)!;
  assert.deepEqual([count, x], [7, data.training.x]);
  const plan = batchPlan(7, 7), [batch] = (await batchSource(data, LOSS, 3, plan).at(0))!;
  const places = new Int32Array(7);
  exampleRows(3, plan)(places, 0, 0);
  places.forEach((place, row) =>
    assert.deepEqual(target.slice(place * 3, place * 3 + 3), batch.target.slice(row * 3, row * 3 + 3))
  );
});

Deno.test("a label that is no class is refused when the table is made", () => {
  const data = numbered(4);
  data.training.y[2] = 3;
  assert.throws(() => exampleTable(data, LOSS), {
    name: "RangeError",
    message: "invalid label: 3 in numbered (a class from 0 to 2)",
  });
});

const MOVING: [string, Dataset][] = [
  ["streams", asStream(numbered(5))],
  ["is moved", augmented(numbered(5), { shift: 1 })],
  ["has noise", augmented(numbered(5), { noise: 0.1 })],
  ["is mixed", augmented(numbered(5), { mixup: 0.2 })],
];
for (const [what, data] of MOVING) {
  Deno.test(`data that ${what} has no table, and its batches are those of its source`, async () => {
    assert.equal(exampleTable(data, LOSS), null);
    const plan = batchPlan(5, 2), reader = new ExampleReader(batchSource(data, LOSS, 3, plan));
    const read = await reader.read(1, 4), source = batchSource(data, LOSS, 3, plan);
    const expected = [];
    for (const index of [1, 2, 3, 4]) expected.push(await source.at(index));
    assert.deepEqual(read, expected);
    assert.deepEqual(await reader.read(2, 2), expected.slice(1, 3), "and from the middle again");
    assert.deepEqual(await reader.read(1, 1), expected.slice(0, 1), "and from before");
  });
}

Deno.test("batches of a stream that ends are those before its end", async () => {
  const stream = asStream(numbered(5), { passes: 1 }), plan = batchPlan(5, 2);
  const reader = new ExampleReader(batchSource(stream, LOSS, 3, plan));
  const read = await reader.read(1, 4);
  assert.deepEqual(read.map(([{ count }]) => count), [2, 1]);
  assert.deepEqual(await reader.read(3, 4), []);
});

Deno.test("updates of one shape in a row are as many as there are, up to what is asked for", () => {
  fc.assert(
    fc.property(plans, fc.nat(60), fc.integer({ min: 1, max: 50 }), (plan, index, most) => {
      const shape = `${shapeOf(plan, index)}`, given = sameShapeFrom(plan, index, most);
      let row = 1;
      while (row < most && `${shapeOf(plan, index + row)}` === shape) row++;
      assert.ok(given >= 1 && given <= most);
      assert.ok(given <= row, `${given} of ${row}`);
      // never less than up to the border of an epoch, unless none is left out by asking again
      const border = Array.from({ length: row }, (_, i) => index + i + 1)
        .find((next) => batchesOf(plan, next)[0]?.epoch !== batchesOf(plan, next - 1)[0]?.epoch);
      assert.ok(given >= Math.min(row, border === undefined ? row : border - index), `${given} of ${row}`);
    }),
    { numRuns: 1000 },
  );
});

const RUNS: [string, ReturnType<typeof batchPlan>, number, number, number][] = [
  ["stop before the short last batch", batchPlan(100, 32), 0, 50, 3],
  ["hold the short batch alone", batchPlan(100, 32), 3, 50, 1],
  ["go on over epochs that have no remainder", batchPlan(96, 32), 1, 50, 50],
  ["go on where the remainder is dropped", batchPlan(100, 32, "drop"), 2, 50, 50],
  ["go on where batches wrap", batchPlan(100, 32, "wrap"), 0, 50, 50],
  ["are of one batch where that is an epoch", batchPlan(20, 32), 0, 50, 50],
];
for (const [what, plan, index, most, expected] of RUNS) {
  Deno.test(`updates of one shape ${what}`, () => assert.equal(sameShapeFrom(plan, index, most), expected));
}

Deno.test("the shapes that updates have are all told beforehand", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const told = shapesOf(plan).map(String), met = new Set<string>();
      for (let index = 0; index < 300; index++) met.add(`${shapeOf(plan, index)}`);
      assert.deepEqual([...met].filter((shape) => !told.includes(shape)), []);
      assert.ok(told.length <= (plan.accumulate ?? 1) + 2, `${told.length} shapes`);
    }),
    { numRuns: 500 },
  );
});
