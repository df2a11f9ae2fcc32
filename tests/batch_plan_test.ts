import assert from "node:assert/strict";
import fc from "fast-check";
import { plans } from "./batch_plan_arbitrary.ts";
import {
  batchesOf,
  type BatchPlan,
  batchPlan,
  epochAt,
  examplesAt,
  type Leftover,
  positionAt,
  type Remainder,
  toSteps,
  updatesPerEpoch,
} from "../lib/batch_plan.ts";
import {
  durationText,
  elapsed,
  epochs,
  evaluations,
  examples,
  hasReached,
  seconds,
  START,
} from "../lib/durations.ts";

/** Examples of one update. */
const batchSizeAt = (plan: BatchPlan, index: number) => examplesAt(plan, index + 1) - examplesAt(plan, index);

Deno.test("a batch plan refuses what no epoch can be made of", () => {
  assert.throws(() => batchPlan(100, 0), { message: "invalid batch: 0 (a whole number, at least 1)" });
  assert.throws(() => batchPlan(0, 1), {
    message: "invalid trainingExamples: 0 (a whole number, at least 1)",
  });
  assert.throws(() => batchPlan(10, 32, "drop"), /invalid batch: 32 \(at most 10/);
  assert.throws(() => batchPlan(10, 3, "keep" as Remainder), {
    message: 'invalid remainder: "keep" (train, drop or wrap)',
  });
});

Deno.test("the remainder decides updates per epoch, batch sizes and when an epoch is full", () => {
  // 100 examples in batches of 32: sizes of the first six updates, and the epoch after the fourth
  const cases: [Remainder, number, number[], number][] = [
    ["train", 4, [32, 32, 32, 4, 32, 32], 1],
    ["drop", 3, [32, 32, 32, 32, 32, 32], 4 / 3],
    ["wrap", 100 / 32, [32, 32, 32, 32, 32, 32], 1.28],
  ];
  for (const [remainder, updates, sizes, epoch] of cases) {
    const plan = batchPlan(100, 32, remainder);
    assert.equal(updatesPerEpoch(plan), updates, remainder);
    assert.deepEqual(sizes.map((_, i) => batchSizeAt(plan, i)), sizes, remainder);
    assert.equal(epochAt(plan, 4), epoch, remainder);
  }
});

Deno.test("a position has every unit, and what has elapsed is a difference in one", () => {
  const plan = batchPlan(100, 32);
  const at = positionAt(plan, 8, 2, 1.5);
  assert.deepEqual(at, { step: 8, epoch: 2, examples: 200, evaluations: 2, seconds: 1.5 });
  assert.equal(elapsed(positionAt(plan, 4, 1, 1), at, "examples"), 100);
  assert.equal(elapsed(START, at, "evaluations"), 2);
});

Deno.test("steps are converted whole, and evaluations and seconds by no batch plan", () => {
  const plan = batchPlan(100, 32);
  const cases = [[epochs(1), 4], [epochs(1.5), 6], [epochs(0.001), 1], [examples(97), 4], [
    examples(101),
    5,
  ]] as const;
  for (const [duration, step] of cases) assert.equal(toSteps(duration, plan), step, durationText(duration));
  assert.equal(toSteps(evaluations(3), plan), null);
  assert.equal(toSteps(seconds(3), plan), null);
});

Deno.test("examples seen rise with every update by the size of its batch", () => {
  fc.assert(fc.property(plans, fc.integer({ min: 0, max: 2_000 }), (plan: BatchPlan, index) => {
    const size = batchSizeAt(plan, index);
    assert.ok(size >= 1 && size <= plan.batch * (plan.accumulate ?? 1));
    assert.equal(examplesAt(plan, index) + size, examplesAt(plan, index + 1));
  }));
});

Deno.test("toSteps is the smallest step that has reached the duration", () => {
  const durations = fc.oneof(
    fc.integer({ min: 1, max: 5_000 }).map(examples),
    fc.integer({ min: 1, max: 400 }).map((count) => epochs(count / 16)),
    fc.integer({ min: 1, max: 100 }).map((count) => epochs(count / 10)),
  );
  fc.assert(fc.property(plans, durations, (plan: BatchPlan, duration) => {
    const at = duration.unit === "epochs" ? epochAt : examplesAt;
    const step = toSteps(duration, plan);
    assert.ok(hasReached(duration.unit, at(plan, step), duration.count));
    assert.ok(step === 1 || !hasReached(duration.unit, at(plan, step - 1), duration.count));
  }));
});

Deno.test("gradient accumulation: what is left over of an epoch is flushed, carried or dropped", () => {
  // 10 batches of 10 examples, 4 an update: updates an epoch, sizes of the first six, the epoch after the third
  const cases: [Leftover, number, number[], number][] = [
    ["flush", 3, [40, 40, 20, 40, 40, 20], 1],
    ["carry", 2.5, [40, 40, 40, 40, 40, 40], 1.2],
    ["drop", 2, [40, 40, 40, 40, 40, 40], 1.5],
  ];
  for (const [leftover, updates, sizes, epoch] of cases) {
    const plan = batchPlan(100, 10, "train", { batches: 4, leftover });
    assert.equal(updatesPerEpoch(plan), updates, leftover);
    assert.deepEqual(sizes.map((_, i) => batchSizeAt(plan, i)), sizes, leftover);
    assert.equal(epochAt(plan, 3), epoch, leftover);
  }
  const refused: [number, Leftover, RegExp][] = [
    [0, "flush", /^RangeError: invalid accumulate\.batches: 0 \(a whole number, at least 1\)$/],
    [11, "drop", /invalid accumulate\.batches: 11 \(at most 10, the batches of an epoch/],
    [2, "keep" as Leftover, /invalid accumulate\.leftover: "keep" \(flush, carry or drop\)/],
  ];
  for (const [batches, leftover, message] of refused) {
    assert.throws(() => batchPlan(100, 10, "train", { batches, leftover }), message);
  }
});

Deno.test("an update's batches hold the examples that it counts, epoch after epoch in order", () => {
  fc.assert(fc.property(plans, (plan: BatchPlan) => {
    let next = { epoch: 0, from: 0 };
    for (let index = 0; index < 30; index++) {
      const batches = batchesOf(plan, index);
      assert.equal(batches.reduce((sum, { from, to }) => sum + to - from, 0), batchSizeAt(plan, index));
      for (const { epoch, from, to } of batches) {
        const begins = epoch > next.epoch && from === 0;
        // an epoch begins anew only where the last one was used up, or where its rest is dropped
        const drops = plan.remainder === "drop" || plan.leftover === "drop";
        assert.ok(
          begins ? drops || next.from === plan.trainingExamples : epoch === next.epoch && from === next.from,
        );
        next = plan.remainder === "wrap" && to >= plan.trainingExamples
          ? { epoch: epoch + Math.floor(to / plan.trainingExamples), from: to % plan.trainingExamples }
          : { epoch, from: to };
      }
    }
  }));
});
