/** Whatever a training is told of batches, grids and ends: compiled in chunks it goes as update by update on wasm. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxExamples } from "../../lib/criteria/max_examples.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { type Duration, epochs, evaluations, examples, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mod.ts";
import { adam } from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { asStream, numbered } from "../data/fixture.ts";
import { libtensorflowForTests, nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { eventsOf } from "../training/fixture.ts";

const EXAMPLES = 24;

/** Small numbers, which no rounding tells apart, in every example but one that may be none. */
function dataOf(broken: number | null) {
  const data = numbered(EXAMPLES), { training, validation, test } = data;
  for (const { x } of [training, validation, test]) x.forEach((_, i) => x[i] = Math.sin(i));
  if (broken !== null) training.x[broken * 6] = NaN;
  return data;
}

const every: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map(steps),
  fc.constantFrom(0.4, 1, 1.5, 2).map(epochs),
  fc.constantFrom(7, 24, 50).map(examples),
);
const specs: fc.Arbitrary<Spec> = fc.record({
  batch: fc.constantFrom(6, 8, 10),
  remainder: fc.constantFrom("train" as const, "drop" as const, "wrap" as const),
  batches: fc.constantFrom(1, 1, 2),
  leftover: fc.constantFrom("flush" as const, "carry" as const, "drop" as const),
  evaluate: every,
  save: fc.option(every),
  stop: fc.oneof(
    fc.integer({ min: 1, max: 30 }).map((count) => maxSteps(count)),
    fc.constantFrom(1, 2.5, 4).map((count) => maxEpochs(count)),
    fc.integer({ min: 1, max: 150 }).map((count) => maxExamples(count)),
  ),
  broken: fc.option(fc.integer({ min: 0, max: EXAMPLES - 1 })),
  nonFinite: fc.constantFrom("stop" as const, "skip" as const),
  scaled: fc.boolean(),
  averaged: fc.boolean(),
  streamed: fc.boolean(),
  seed: fc.nat(5),
}).map(({ batches, leftover, evaluate, save, broken, scaled, averaged, streamed, ...rest }) => {
  const data = dataOf(streamed ? null : broken); // a stream refuses what is no number
  return {
    ...rest,
    name: streamed ? "streamed" : "in memory",
    data: streamed ? asStream(data, { shuffle: 5, passes: 3 }) : data,
    model: mlp({ layers: [6, 4, 3] }),
    optimizer: adam(),
    schedule: constant(3e-3),
    accumulate: { batches, leftover },
    evaluate: { every: evaluate },
    checkpoint: { every: save ?? undefined },
    average: averaged ? { decay: 0.8 } : null,
    scale: scaled
      ? plateauScale({
        metric: "validation.loss",
        mode: "min",
        factor: 0.5,
        patience: evaluations(1),
        minDelta: 9,
      })
      : null,
  };
}).filter(({ batch, remainder, accumulate }) => {
  try {
    return batchPlan(EXAMPLES, batch, remainder, accumulate) !== null;
  } catch {
    return false; // a plan whose epochs would be empty
  }
});

/** All that a training shows but numbers that round otherwise, and the clock. */
async function shown(spec: Spec) {
  const events = await eventsOf(spec);
  const { trajectory: { updates, evaluations, final }, cuts, outcome, at } = events.at(-1)!;
  return {
    exact: {
      events: events.filter(({ type }) => type !== "chunk").map(({ type, at }) => `${type} ${at.step}`),
      at: { ...at, seconds: 0 },
      counters: [updates.step, updates.epoch, updates.examples, updates.rate],
      evaluated: evaluations.step,
      end: [outcome!.reason, outcome!.path, outcome!.skipped, final?.step, cuts],
    },
    rounded: [
      ...updates.loss,
      ...evaluations.metrics["validation.loss"],
      ...evaluations.metrics["test.loss"],
    ],
  };
}

/** @param numRuns how many trainings are tried */
export const anyCompiledTest = (numRuns: number): void =>
  nativeTest("any training goes in compiled chunks as update by update", async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (spec) => {
        setEngineChoice("tensorflow", { library: libtensorflowForTests?.file });
        const compiled = await shown(spec);
        setEngineChoice("wasm");
        const eager = await shown(spec);
        assert.deepEqual(compiled.exact, eager.exact);
        compiled.rounded.forEach((value, i) => {
          const other = eager.rounded[i];
          assert.ok(
            Object.is(value, other) || Math.abs(value - other) < 1e-3,
            `${i}: ${value}, not ${other}`,
          );
        });
      }),
      { numRuns },
    );
  });
