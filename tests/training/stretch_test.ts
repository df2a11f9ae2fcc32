import assert from "node:assert/strict";
import fc from "fast-check";
import { isDue } from "../../lib/due.ts";
import { epochs, examples, steps } from "../../lib/durations.ts";
import { updatesBetween, updatesUntilDue } from "../../lib/training/stretch.ts";
import { plans } from "../data/fixture.ts";

const every = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(steps),
  fc.double({ min: 0.1, max: 3, noNaN: true }).map(epochs),
  fc.integer({ min: 1, max: 90 }).map(examples),
);

Deno.test("so many updates lead up to the next due one: none between is due, and it is", () => {
  fc.assert(
    fc.property(plans, every, fc.nat(60), (plan, every, step) => {
      const counters = { at: { step }, attempts: step, tries: step };
      const count = updatesUntilDue(plan, every, counters);
      assert.ok(count >= 1);
      assert.ok(isDue(plan, every, step + count), "the last is due");
      for (let next = step + 1; next < step + count; next++) {
        assert.ok(!isDue(plan, every, next), `${next} is due`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("steps count what was applied, epochs and examples what was seen", () => {
  const plan = { trainingExamples: 40, batch: 10, remainder: "train" as const };
  // eight updates were applied, the last one as the ninth that was tried; a tenth was skipped since
  const counters = { at: { step: 8 }, attempts: 9, tries: 10 };
  assert.equal(updatesUntilDue(plan, steps(5), counters), 2);
  assert.equal(updatesUntilDue(plan, epochs(1), counters), 2);
  assert.equal(
    updatesUntilDue(plan, examples(100), counters),
    1,
    "what a skipped update passed is due at the next",
  );
  assert.equal(updatesUntilDue(plan, examples(150), counters), 5);
});

Deno.test("where all updates are of one size, no stretch is longer than what lies between two due moments", () => {
  const even = plans.filter(({ remainder, leftover = "carry" }) =>
    remainder !== "train" && leftover === "carry"
  );
  fc.assert(
    fc.property(even, every, fc.nat(60), (plan, every, step) => {
      const count = updatesUntilDue(plan, every, { at: { step }, attempts: step, tries: step });
      assert.ok(count <= updatesBetween(plan, every), `${count} of ${updatesBetween(plan, every)}`);
    }),
    { numRuns: 500 },
  );
});
