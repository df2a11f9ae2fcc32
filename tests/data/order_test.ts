import assert from "node:assert/strict";
import fc from "fast-check";
import { batches } from "../../lib/data/order.ts";
import { type BatchPlan, updatesPerEpoch } from "../../lib/batch_plan.ts";

const plans = fc.record({
  trainingExamples: fc.integer({ min: 1, max: 60 }),
  batch: fc.integer({ min: 1, max: 60 }),
  remainder: fc.constantFrom("train" as const, "drop" as const, "wrap" as const),
}).filter(({ trainingExamples, batch, remainder }) => remainder === "train" || batch <= trainingExamples);

Deno.test("rows do not depend on which batches were asked for before", () => {
  fc.assert(fc.property(plans, fc.nat(), fc.array(fc.nat(40), { minLength: 1 }), (plan, seed, indices) => {
    const shared = batches(seed, plan);
    for (const index of indices) assert.deepEqual(shared(index), batches(seed, plan)(index));
  }));
});

Deno.test("with `train` the batches of an epoch hold each example once, the last one short", () => {
  fc.assert(
    fc.property(
      plans.map((plan): BatchPlan => ({ ...plan, remainder: "train" })),
      fc.nat(),
      fc.nat(3),
      (plan, seed, epoch) => {
        const perEpoch = updatesPerEpoch(plan), rowsOf = batches(seed, plan);
        const rows = Array.from({ length: perEpoch }, (_, i) => [...rowsOf(epoch * perEpoch + i)]);
        assert.deepEqual(
          rows.flat().sort((a, b) => a - b),
          Array.from({ length: plan.trainingExamples }, (_, i) => i),
        );
        assert.equal(rows.at(-1)!.length, plan.trainingExamples % plan.batch || plan.batch);
      },
    ),
  );
});

Deno.test("with `drop` and `wrap` every batch is full", () => {
  fc.assert(
    fc.property(
      plans.filter(({ remainder }) => remainder !== "train"),
      fc.nat(),
      fc.nat(50),
      (plan, seed, index) => {
        assert.equal(batches(seed, plan)(index).length, plan.batch);
      },
    ),
  );
});

Deno.test("with `wrap` any run of examples as long as an epoch holds each example once, from an epoch's border on", () => {
  const plan: BatchPlan = { trainingExamples: 10, batch: 4, remainder: "wrap" };
  const rowsOf = batches(5, plan), seen = Array.from({ length: 5 }, (_, i) => [...rowsOf(i)]).flat();
  assert.deepEqual(seen.slice(0, 10).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(seen.slice(10, 20).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("epochs and seeds have orders of their own", () => {
  const plan: BatchPlan = { trainingExamples: 100, batch: 100, remainder: "train" };
  const [a, b, c] = [batches(1, plan)(0), batches(1, plan)(1), batches(2, plan)(0)].map((rows) =>
    rows.join()
  );
  assert.ok(a !== b && a !== c && b !== c);
});
