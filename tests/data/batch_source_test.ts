import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan, examplesAt, updatesPerEpoch } from "../../lib/batch_plan.ts";
import { augmented } from "../../lib/data/augmented.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import type { Batch } from "../../lib/data/batch.ts";
import { epochOrder } from "../../lib/data/order.ts";
import { asStream, firstOf, numbered, numbersIn, plans, updatesOf } from "./fixture.ts";

const LOSS = "softmaxCrossEntropy";
const ascending = (a: number, b: number) => a - b;
const everything = { shift: 1, rotation: 20, noise: 0.1, mixup: 0.4 };

Deno.test("trap 07: over an epoch the batches of every plan hold each example once, but for those left out by request", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(), async (plan, seed) => {
      const { trainingExamples: examples, remainder, leftover, accumulate = 1 } = plan;
      // the shortest run of whole updates that is a run of whole epochs
      const epochs = [1, 2, 3, 4, 6, 8, 12, 24].find((n) => Number.isInteger(n * updatesPerEpoch(plan))) ??
        plan.batch * accumulate;
      const updates = Math.round(epochs * updatesPerEpoch(plan));
      const source = batchSource(numbered(examples), LOSS, seed, plan);
      const seen = (await firstOf(source, updates)).flat().flatMap((batch) => numbersIn(batch!));
      const times = Array.from(
        { length: examples },
        (_, example) => seen.filter((one) => one === example).length,
      );
      const keepsAll = remainder === "wrap" ||
        (remainder === "train" && (accumulate === 1 || leftover !== "drop"));
      if (keepsAll) {
        assert.ok(times.every((count) => count === epochs), `${times} in ${epochs} epochs`);
      } else assert.ok(times.every((count) => count <= epochs), `${times} in ${epochs} epochs`);
      assert.equal(
        seen.length,
        examplesAt(plan, updates),
      );
    }),
    { numRuns: 200 },
  );
});

Deno.test("trap 07: the batches of an update do not depend on what was asked for before", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(), fc.array(fc.nat(30), { minLength: 1 }), async (plan, seed, asked) => {
      const data = augmented(numbered(plan.trainingExamples), everything);
      const shared = batchSource(data, LOSS, seed, plan);
      for (const index of asked) {
        assert.deepEqual(await shared.at(index), await batchSource(data, LOSS, seed, plan).at(index));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("each epoch is read in its own order of the seed, and a batch that wraps in those of both", async () => {
  const orders = [0, 1, 2].flatMap((epoch) => [...epochOrder(5, epoch, 10)]);
  for (const remainder of ["train", "wrap"] as const) {
    const updates = await firstOf(batchSource(numbered(10), LOSS, 5, batchPlan(10, 4, remainder)), 6);
    const seen = updates.flatMap((batches) => numbersIn(batches![0]));
    assert.deepEqual(seen, orders.slice(0, seen.length));
  }
});

Deno.test("an update of accumulated batches holds as many, the last of an epoch fewer when they are flushed", async () => {
  const plan = batchPlan(10, 3, "train", { batches: 3, leftover: "flush" });
  const updates = await firstOf(batchSource(numbered(10), LOSS, 1, plan), 4);
  assert.deepEqual(updates.map((batches) => batches!.map(({ count }) => count)), [[3, 3, 3], [1], [3, 3, 3], [
    1,
  ]]);
});

Deno.test("targets are as the loss asks: shares of classes, 0 or 1, values", async () => {
  const plan = batchPlan(4, 4), data = numbered(4), first = { ...data, classes: ["a", "b"] };
  first.training.y.set([0, 1, 0, 1]);
  const target = async (loss: Parameters<typeof batchSource>[1]) => {
    const [{ x, target }] = (await batchSource(first, loss, 0, plan).at(0))!;
    return { numbers: numbersIn({ x } as Batch), target: [...target] };
  };
  const { numbers, target: oneHot } = await target(LOSS);
  const classes = numbers.map((number) => number % 2);
  assert.deepEqual(oneHot, classes.flatMap((k) => [1 - k, k]));
  assert.deepEqual((await target("sigmoidCrossEntropy")).target, classes);
  assert.deepEqual((await target("meanSquaredError")).target, classes);
});

const WRONG: [string, () => unknown, RegExp][] = [
  [
    "sigmoidCrossEntropy",
    () => batchSource(numbered(4), "sigmoidCrossEntropy", 0, batchPlan(4, 4)),
    /invalid data: numbered has 3 classes \(sigmoidCrossEntropy tells two classes apart\)/,
  ],
  [
    "softmax without classes",
    () => batchSource({ ...numbered(4), classes: [] }, LOSS, 0, batchPlan(4, 4)),
    /invalid data: numbered has no classes \(softmaxCrossEntropy tells classes apart\)/,
  ],
  [
    "a label beyond the classes",
    () => batchSource({ ...numbered(4), classes: ["a", "b"] }, LOSS, 0, batchPlan(4, 4)).at(0),
    /invalid label: 2 in numbered \(a class from 0 to 1\)/,
  ],
];
for (const [name, call, message] of WRONG) {
  Deno.test(`a source refuses what its loss cannot read: ${name}`, () => assert.throws(call, message));
}

Deno.test("a stream in the same order gives the batches of memory, augmented too, one by one or in blocks", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(), fc.nat(7), async (plan, seed, block) => {
      const memory = numbered(plan.trainingExamples), { mixup: _, ...moves } = everything;
      // a stream keeps its order, so memory is read in that of the stream: epoch by epoch, sorted
      const data = augmented(memory, moves);
      const inMemory = await firstOf(batchSource(data, LOSS, seed, plan), updatesOf(plan, 2));
      const inStream = await firstOf(
        batchSource(augmented(asStream(memory, { block }), moves), LOSS, seed, plan),
        updatesOf(plan, 2),
      );
      assert.deepEqual(
        inStream.map((batches) => batches!.map(({ count }) => count)),
        inMemory.map((batches) => batches!.map(({ count }) => count)),
      );
      if (plan.remainder !== "train" || plan.leftover === "drop") return;
      const rows = (all: typeof inMemory) =>
        all.flat().flatMap((batch) =>
          Array.from(
            { length: batch!.count },
            (_, row) =>
              [...batch!.x.slice(row * 6, row * 6 + 6), ...batch!.target.slice(row * 3, row * 3 + 3)].join(),
          )
        );
      const whole = 2 * plan.trainingExamples;
      assert.deepEqual(rows(inStream).slice(0, whole).sort(), rows(inMemory).slice(0, whole).sort());
    }),
    { numRuns: 60 },
  );
});

Deno.test("trap 07: a stream resumed at any update gives exactly the batches of the uncut one, shuffled too", async () => {
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.nat(),
      fc.constantFrom(0, 1, 5, 100),
      fc.nat(10),
      async (plan, seed, shuffle, at) => {
        const data = asStream(numbered(plan.trainingExamples), { shuffle, block: 3 });
        const uncut = await firstOf(batchSource(data, LOSS, seed, plan), at + 4);
        const resumed = batchSource(data, LOSS, seed, plan);
        for (let index = at; index < at + 4; index++) {
          assert.deepEqual(
            await resumed.at(index),
            uncut[index],
          );
        }
        await resumed.close();
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a shuffled stream holds each example once a pass, in an order of the seed and the pass", async () => {
  const plan = batchPlan(30, 30),
    order = async (seed: number) =>
      (await firstOf(batchSource(asStream(numbered(30), { shuffle: 8 }), LOSS, seed, plan), 2)).map((
        batches,
      ) => numbersIn(batches![0]));
  const [first, second] = await order(1), [other] = await order(2);
  for (const pass of [first, second, other]) {
    assert.deepEqual([...pass].sort(ascending), [...Array(30).keys()]);
  }
  assert.ok(first.join() !== second.join() && first.join() !== other.join());
  assert.ok(first.every((number, place) => number <= place + 7), "none comes before it is in the buffer");
});

Deno.test("trap 39: a stream that ends early is null from the first update that it cannot fill, asked again too", async () => {
  const data = numbered(20), short = asStream(data, { count: 24 });
  for (const shuffle of [0, 4]) {
    const source = batchSource(
      { ...short, training: { ...short.training, shuffle } as typeof short.training },
      LOSS,
      0,
      batchPlan(24, 8),
    );
    assert.deepEqual((await firstOf(source, 4)).map((batches) => batches?.[0].count ?? null), [
      8,
      8,
      null,
      8,
    ]);
    assert.equal(await source.at(2), null);
    assert.equal((await source.at(1))?.[0].count, 8);
  }
});

Deno.test("trap 39: after the last pass a stream is null", async () => {
  const source = batchSource(asStream(numbered(10), { passes: 2 }), LOSS, 0, batchPlan(10, 4));
  assert.deepEqual((await firstOf(source, 8)).map((batches) => batches?.[0].count ?? null), [
    4,
    4,
    2,
    4,
    4,
    2,
    null,
    null,
  ]);
});

Deno.test("a stream without end is read no further than its pass, and let go of", async () => {
  let read = 0, closed = 0;
  const open = async function* () {
    try {
      while (true) yield { x: [read++, 0, 0, 0, 0, 0], y: 0 };
    } finally {
      closed++;
    }
  };
  const data = asStream(numbered(9), { open, count: 10 });
  const source = batchSource(data, LOSS, 0, batchPlan(10, 5));
  await source.at(0);
  await source.at(1);
  assert.deepEqual([read, closed], [10, 0]);
  await source.at(2);
  await source.close();
  assert.deepEqual([read, closed], [15, 2]);
});

Deno.test("a shuffle buffer holds no example from beyond the pass", async () => {
  const open = function* () {
    for (let i = 0; true; i++) yield { x: [i, 0, 0, 0, 0, 0], y: 0 };
  };
  const source = batchSource(
    asStream(numbered(9), { open, count: 10, shuffle: 6 }),
    LOSS,
    0,
    batchPlan(10, 10),
  );
  assert.deepEqual(numbersIn((await source.at(0))![0]).sort(ascending), [...Array(10).keys()]);
  await source.close();
});

Deno.test("updates of a stream that are asked for at once come as if asked in order", async () => {
  const data = asStream(numbered(20), { shuffle: 3 }), plan = batchPlan(20, 6);
  const source = batchSource(data, LOSS, 3, plan);
  const together = await Promise.all([4, 0, 2, 1, 3].map((index) => source.at(index)));
  const inOrder = await firstOf(batchSource(data, LOSS, 3, plan), 5);
  assert.deepEqual(together, [4, 0, 2, 1, 3].map((index) => inOrder[index]));
  await source.close();
});

const BAD_STREAMS: [
  string,
  () => Iterable<{ x: number[]; y: number } | { x: number[]; y: number[] }>,
  RegExp,
][] = [
  [
    "short",
    () => [{ x: [1, 2, 3, 4, 5, 6], y: 0 }, { x: [1], y: 0 }],
    /invalid stream: 1 numbers in example 1 of pass 0 \(6\)/,
  ],
  [
    "no number",
    () => [{ x: [1, 2, 3, NaN, 5, 6], y: 0 }],
    /invalid stream: feature 3 is NaN in example 0 of pass 0/,
  ],
  ["ragged block", () => [{ x: [1, 2, 3, 4, 5, 6, 7], y: [0] }], /invalid stream: 1 numbers in example 1/],
  [
    "no label",
    () => [{ x: [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6], y: [0] }],
    /invalid label: undefined in stream/,
  ],
];
for (const [name, open, message] of BAD_STREAMS) {
  Deno.test(`an example of a stream is refused by its place: ${name}`, async () => {
    const source = batchSource(asStream(numbered(9), { open, count: 4 }), LOSS, 0, batchPlan(4, 2));
    await assert.rejects(async () => await source.at(0), message);
    await source.close();
  });
}

Deno.test("a stream that fails says so, and can be asked again", async () => {
  let broken = true;
  const open = function* () {
    for (let i = 0; i < 4; i++) {
      if (i === 3 && broken) throw new Error("disk on fire");
      yield { x: [i, 0, 0, 0, 0, 0], y: 0 };
    }
  };
  const source = batchSource(asStream(numbered(9), { open, count: 4 }), LOSS, 0, batchPlan(4, 4));
  await assert.rejects(async () => await source.at(0), /disk on fire/);
  broken = false;
  assert.deepEqual(numbersIn((await source.at(0))![0]), [0, 1, 2, 3]);
  await source.close();
});
