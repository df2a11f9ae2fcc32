import assert from "node:assert/strict";
import fc from "fast-check";
import { type BatchPlan, batchPlan, toSteps } from "../lib/batch_plan.ts";
import { plans } from "./batch_plan_arbitrary.ts";
import { dueUpTo, isDue, lastDueAt, nextDueAt } from "../lib/due.ts";
import { epochs, examples, seconds, steps } from "../lib/durations.ts";

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

Deno.test("the next time that an every falls due is the first step from there on", () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 1, max: 300 }),
      (plan, count, step) => {
        for (const every of [steps(count), examples(count)]) {
          let expected = step;
          while (!isDue(plan, every, expected)) expected++;
          assert.equal(nextDueAt(plan, every, step), expected);
        }
      },
    ),
  );
});
