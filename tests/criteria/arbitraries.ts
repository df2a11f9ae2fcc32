/** Random criteria and observations for laws. */
import fc from "fast-check";
import type { Criterion, Observation } from "../../lib/criteria/criterion.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";

export const batches = batchPlan(100, 32);

const plateaus = fc.record({
  metric: fc.constantFrom("validation.loss", "validation.accuracy"),
  mode: fc.constantFrom("min" as const, "max" as const),
  patience: fc.record({
    unit: fc.constantFrom("steps" as const, "epochs" as const, "evaluations" as const, "examples" as const),
    count: fc.integer({ min: 1, max: 8 }),
  }),
  minDelta: fc.constantFrom(0, 0.125),
  minDeltaKind: fc.constantFrom("absolute" as const, "relative" as const),
  reference: fc.constantFrom("accepted" as const, "running" as const),
}).map(plateau);

export const leaves: fc.Arbitrary<Criterion> = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map(maxSteps),
  fc.integer({ min: 1, max: 80 }).map((count) => maxEpochs(count / 8)),
  plateaus,
);

export const criteria: fc.Arbitrary<Criterion> = fc.letrec<{ criterion: Criterion }>((tie) => ({
  criterion: fc.oneof(
    { maxDepth: 2 },
    leaves,
    fc.record({
      kind: fc.constantFrom("any" as const, "all" as const),
      criteria: fc.array(tie("criterion"), { minLength: 1, maxLength: 3 }),
    }, { noNullPrototype: true }),
  ),
})).criterion;

/** Values on a coarse grid, so that ties and exact gains happen, and some that are not finite. */
export const values: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

/** What a training of up to 40 updates shows: an update each, and an evaluation after every second. */
export const histories: fc.Arbitrary<Observation[]> = fc.array(fc.tuple(values, values), { maxLength: 40 })
  .map((rows) =>
    rows.flatMap(([loss, accuracy], i): Observation[] => {
      const step = i + 1, evaluations = Math.floor(step / 2);
      const at = positionAt(batches, step, evaluations, step / 10);
      const update = { kind: "update" as const, at, loss, rate: 0.1 };
      const metrics = { "validation.loss": loss, "validation.accuracy": accuracy };
      return step % 2 === 0 ? [update, { kind: "evaluation", at, metrics }] : [update];
    })
  );
