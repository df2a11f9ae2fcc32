import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BatchPlan,
  batchPlan,
  batchSizeAt,
  dueUpTo,
  epochAt,
  examplesAt,
  isDue,
  lastDueAt,
  positionAt,
  type Remainder,
  toSteps,
  updatesPerEpoch,
} from "../lib/batch_plan.ts";
import {
  asDuration,
  durationText,
  elapsed,
  epochs,
  evaluations,
  examples,
  hasReached,
  seconds,
  START,
  steps,
} from "../lib/durations.ts";

const plans = fc.record({
  trainingExamples: fc.integer({ min: 1, max: 300 }),
  batch: fc.integer({ min: 1, max: 64 }),
  remainder: fc.constantFrom<Remainder>("train", "drop", "wrap"),
}).filter(({ trainingExamples, batch, remainder }) => remainder !== "drop" || batch <= trainingExamples);

Deno.test("a duration refuses a count that does not fit its unit, by name and value", () => {
  const cases: [() => unknown, string][] = [
    [() => steps(0), "invalid steps: 0 (a whole number, at least 1)"],
    [() => steps(1.5), "invalid steps: 1.5 (a whole number, at least 1)"],
    [() => examples(-1), "invalid examples: -1 (a whole number, at least 1)"],
    [() => evaluations(NaN), "invalid evaluations: NaN (a whole number, at least 1)"],
    [() => epochs(0), "invalid epochs: 0 (a number above 0)"],
    [() => seconds(Infinity), "invalid seconds: Infinity (a number above 0)"],
  ];
  for (const [make, message] of cases) assert.throws(make, { name: "RangeError", message });
});

Deno.test("a duration is read at the border, and what is none is refused by name", () => {
  assert.deepEqual(asDuration({ unit: "epochs", count: 0.5 }, "horizon"), epochs(0.5));
  const cases: [unknown, string][] = [
    [5, "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)"],
    ["5", 'invalid patience: "5" (a duration, such as steps(5))'],
    [null, "invalid patience: null (a duration, such as steps(5))"],
    [
      { unit: "days", count: 2 },
      'invalid patience: {"unit":"days","count":2} (a duration, such as steps(5))',
    ],
    [{ unit: "steps", count: 0 }, "invalid patience: steps(0) (a whole number, at least 1)"],
  ];
  for (const [value, message] of cases) assert.throws(() => asDuration(value, "patience"), { message });
  assert.throws(() => asDuration(seconds(60), "horizon", ["steps", "epochs"]), {
    message: "invalid horizon: seconds(60) (in steps or epochs)",
  });
  assert.throws(() => asDuration(9, "horizon", ["steps", "epochs"]), {
    message: "invalid horizon: 9 is a bare number; write epochs(9) or steps(9)",
  });
});

Deno.test("a duration reads as a person says it", () => {
  const cases = [[evaluations(8), "8 evaluations"], [epochs(1), "1 epoch"], [
    epochs(1.5),
    "1.5 epochs",
  ]] as const;
  for (const [duration, text] of cases) assert.equal(durationText(duration), text);
  assert.equal(durationText(steps(8_000)), "8,000 steps");
});

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

Deno.test("an every in evaluations or seconds falls due nowhere: it is refused", () => {
  assert.throws(() => isDue(batchPlan(10, 1), seconds(1), 1), {
    message: "invalid every: seconds(1) (in steps, epochs or examples)",
  });
});

Deno.test("an every of a tenth of an epoch falls due ten times an epoch, rounding or not", () => {
  const plan = batchPlan(1_000, 10);
  const due = Array.from({ length: 300 }, (_, i) => i + 1).filter((step) => isDue(plan, epochs(0.1), step));
  assert.deepEqual(due, Array.from({ length: 30 }, (_, i) => (i + 1) * 10));
});

Deno.test("examples seen rise with every update by the size of its batch", () => {
  fc.assert(fc.property(plans, fc.integer({ min: 0, max: 2_000 }), (plan: BatchPlan, index) => {
    const size = batchSizeAt(plan, index);
    assert.ok(size >= 1 && size <= plan.batch);
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

Deno.test("an every falls due exactly at the steps that reach its multiples", () => {
  const everies = fc.oneof(
    fc.integer({ min: 1, max: 50 }).map(steps),
    fc.integer({ min: 1, max: 500 }).map(examples),
    fc.integer({ min: 1, max: 30 }).map((count) => epochs(count / 10)),
  );
  fc.assert(fc.property(plans, everies, (plan: BatchPlan, every) => {
    const last = 40, expected = new Set<number>();
    for (let k = 1;; k++) {
      const step = toSteps({ ...every, count: every.count * k }, plan);
      if (step > last) break;
      expected.add(step);
    }
    const due = Array.from({ length: last }, (_, i) => i + 1).filter((step) => isDue(plan, every, step));
    assert.deepEqual(due, [...expected]);
    for (const step of [0, 1, 7, last]) {
      const before = due.filter((at) => at <= step);
      assert.equal(dueUpTo(plan, every, step), before.length);
      // where an every is shorter than a batch, the multiple that is due may be one that an earlier step passed
      assert.equal(lastDueAt(plan, every, step), before.at(-1) ?? 0);
    }
  }));
});

Deno.test("how often an every falls due is counted without walking there", () => {
  const plan = batchPlan(1_097, 32);
  assert.equal(dueUpTo(plan, steps(50), 1e12), 2e10);
  assert.equal(dueUpTo(plan, epochs(1), 35e9), 1e9);
});
