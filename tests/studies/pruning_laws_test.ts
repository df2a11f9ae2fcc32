import assert from "node:assert/strict";
import fc from "fast-check";
import { steps } from "../../lib/durations.ts";
import type { Pruner } from "../../lib/studies/pruner.ts";
import { pruning } from "../../lib/studies/pruning.ts";
import { type Recorded, studyRecord } from "./records.ts";

const pruners: fc.Arbitrary<Pruner> = fc.oneof(
  fc.record({
    kind: fc.constant("median" as const),
    after: fc.constant(steps(10)),
    least: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("percentile" as const),
    percentile: fc.integer({ min: 0, max: 100 }),
    after: fc.constant(steps(10)),
    least: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom("halving" as const, "hyperband" as const),
    first: fc.constant(steps(10)),
    eta: fc.integer({ min: 2, max: 4 }),
  }),
);
const trials: fc.Arbitrary<Recorded[]> = fc.array(
  fc.record({
    values: fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, {
        weight: 1,
        arbitrary: fc.constant(NaN),
      }),
      { maxLength: 9 },
    ),
    state: fc.constantFrom("done" as const, "running" as const, "pruned" as const, "diverged" as const),
    maxSteps: fc.constantFrom(90, 90, 60),
  }),
  { minLength: 1, maxLength: 12 },
);

Deno.test("the order of the records changes no verdict", () => {
  fc.assert(
    fc.property(
      pruners,
      trials,
      fc.integer({ min: 1, max: 90 }),
      fc.infiniteStream(fc.nat()),
      (pruner, given, at, draws) => {
        const record = studyRecord(given);
        const places = new Map(record.trials.map((trial) => [trial, draws.next().value!]));
        const shuffled = {
          ...record,
          trials: [...record.trials].sort((a, b) => places.get(a)! - places.get(b)!),
        };
        for (const { number } of record.trials) {
          assert.deepEqual(pruning(pruner, shuffled, number, at), pruning(pruner, record, number, at));
        }
      },
    ),
  );
});

Deno.test("more is better as less is: with the signs turned the verdicts are the same", () => {
  fc.assert(fc.property(pruners, trials, fc.integer({ min: 1, max: 90 }), (pruner, given, at) => {
    const turned = given.map((trial) => ({ ...trial, values: trial.values.map((value) => -value) }));
    for (let number = 0; number < given.length; number++) {
      const less = pruning(pruner, studyRecord(given), number, at);
      const more = pruning(pruner, studyRecord(turned, "max"), number, at);
      assert.deepEqual({ ...more, why: "" }, { ...less, why: "" });
    }
  }));
});

Deno.test("what is recorded after a step changes no verdict at it but those that count crossings", () => {
  fc.assert(fc.property(pruners, trials, fc.integer({ min: 1, max: 9 }), (pruner, given, rows) => {
    const others = given.slice(1).map((trial) => ({ ...trial, state: "running" as const }));
    const own = {
      ...given[0],
      values: [...given[0].values, 1, 1, 1, 1, 1, 1, 1, 1, 1].slice(0, 9),
      state: "running" as const,
    };
    const whole = pruning(pruner, studyRecord([own, ...others]), 0, rows * 10);
    const cut = pruning(
      pruner,
      studyRecord([{ ...own, values: own.values.slice(0, rows) }, ...others]),
      0,
      rows * 10,
    );
    assert.equal(cut.prune, whole.prune);
  }));
});

Deno.test("the best of all is never given up", () => {
  fc.assert(fc.property(pruners, trials, fc.integer({ min: 1, max: 90 }), (pruner, given, at) => {
    const best: Recorded = { values: [-51, -51, -51, -51, -51, -51, -51, -51, -51], maxSteps: 90 };
    assert.equal(pruning(pruner, studyRecord([...given, best]), given.length, at).prune, false);
  }));
});
