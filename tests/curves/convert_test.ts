import assert from "node:assert/strict";
import fc from "fast-check";
import { missing, onAxis, planOf } from "../../lib/curves/convert.ts";
import {
  durationOnAxes,
  durationOnAxesText,
  sharedSpacing,
  type Spacing,
  spacingOf,
} from "../../lib/curves/spacing.ts";
import type { Counting, LoggedBatches, Series } from "../../lib/curves/logged.ts";
import type { Axis } from "../../lib/curves/trajectory.ts";
import { epochAt, examplesAt } from "../../lib/batch_plan.ts";
import { epochs, evaluations, seconds, steps } from "../../lib/durations.ts";

const of = (step: number[], rest: { [Column in keyof Series]?: number[] } = {}): Series => ({
  value: Float64Array.from(step),
  ...Object.fromEntries(Object.entries({ step, ...rest }).map(([name, of]) => [name, Float64Array.from(of)])),
} as unknown as Series);
const updates: Counting = { unit: "updates", fromZero: false };
const fromZero: Counting = { unit: "updates", fromZero: true };
const passes: Counting = { unit: "epochs", fromZero: true };
const records: Counting = { unit: "records", fromZero: true };
const both = { batch: 32, trainingExamples: 100 }; // 4 updates an epoch, the last of 4 examples

Deno.test("a series stands on each axis where its tool or its batches say", () => {
  const cases: [string, Series, Axis, Counting, LoggedBatches, number[] | null][] = [
    ["updates as they are", of([1, 8]), "step", updates, {}, [1, 8]],
    ["from zero: after the first", of([0, 7]), "step", fromZero, {}, [1, 8]],
    ["epochs by batches", of([0, 1]), "step", passes, both, [4, 8]],
    ["epochs by what the tool says", of([0, 1]), "step", passes, { ...both, stepsPerEpoch: 5 }, [5, 10]],
    ["epochs alone", of([0, 1]), "step", passes, { batch: 32 }, null],
    ["records stand for updates", of([0, 1]), "step", records, {}, [0, 1]],
    ["epochs counted", of([0, 1]), "epoch", passes, {}, [1, 2]],
    ["epochs by the plan", of([0, 3, 5]), "epoch", fromZero, both, [0.32, 1, 1.64]],
    ["epochs by steps per epoch", of([10, 15]), "epoch", updates, { stepsPerEpoch: 10 }, [1, 1.5]],
    ["epochs as written", of([10, 15], { epoch: [0.9, 1.4] }), "epoch", updates, both, [0.9, 1.4]],
    ["whole epochs are those under way", of([3, 4], { epoch: [0, 1] }), "epoch", fromZero, both, [1, 1.32]],
    ["but all there is", of([3, 4], { epoch: [0, 1] }), "epoch", fromZero, {}, [0, 1]],
    ["epochs by examples", of([5], { examples: [150] }), "epoch", records, both, [1.5]],
    ["epochs filled", of([2, 4], { epoch: [0.6, NaN] }), "epoch", updates, both, [0.6, 1]],
    ["records are no updates", of([0, 1]), "epoch", records, both, null],
    ["examples by the plan", of([0, 3, 4]), "examples", fromZero, both, [32, 100, 132]],
    ["examples by the batch", of([0, 3]), "examples", fromZero, { batch: 32 }, [32, 128]],
    ["a dropped remainder", of([3, 4]), "examples", updates, { ...both, stepsPerEpoch: 3 }, [96, 128]],
    ["a plan that is not the tool's", of([5]), "epoch", updates, { ...both, stepsPerEpoch: 5 }, [1]],
    ["examples by epochs", of([0, 1]), "examples", passes, { trainingExamples: 100 }, [100, 200]],
    ["examples by written epochs", of([7], { epoch: [1.5] }), "examples", records, both, [150]],
    ["examples as written", of([1], { examples: [64] }), "examples", updates, both, [64]],
    ["examples unknown", of([1]), "examples", updates, { trainingExamples: 100 }, null],
    ["the clock as written", of([1], { seconds: [2.5] }), "seconds", updates, both, [2.5]],
    ["no clock", of([1]), "seconds", updates, both, null],
    ["a clock of nothing", of([1], { seconds: [NaN] }), "seconds", updates, both, null],
    ["nothing", of([]), "step", fromZero, {}, []],
  ];
  for (const [name, series, axis, counting, batches, expected] of cases) {
    assert.deepEqual(onAxis(series, axis, counting, batches)?.values().toArray() ?? null, expected, name);
  }
});

Deno.test("what is missing is what makes the axis known once it is given", () => {
  const cases: [Axis, Counting, LoggedBatches, string[]][] = [
    ["step", passes, {}, ["batch", "trainingExamples"]],
    ["step", passes, { batch: 32 }, ["trainingExamples"]],
    ["step", passes, { stepsPerEpoch: 9 }, []],
    ["epoch", fromZero, { trainingExamples: 100 }, ["batch"]],
    ["examples", updates, {}, ["batch"]],
    ["examples", updates, { trainingExamples: 9, stepsPerEpoch: 9 }, []],
    ["examples", passes, { batch: 32 }, ["trainingExamples"]],
    ["epoch", records, {}, []],
    ["seconds", updates, {}, []],
  ];
  for (const [axis, counting, batches, expected] of cases) {
    assert.deepEqual(missing(axis, counting, batches), expected, `${axis} of ${counting.unit}`);
  }
  const known = fc.record({
    batch: fc.constantFrom(undefined, 8),
    trainingExamples: fc.constantFrom(undefined, 100),
    stepsPerEpoch: fc.constantFrom(undefined, 13, 12),
  });
  const axes = fc.constantFrom<Axis>("step", "epoch", "examples");
  fc.assert(fc.property(axes, fc.constantFrom(updates, fromZero, passes), known, (axis, counting, given) => {
    const ask = missing(axis, counting, given as LoggedBatches);
    assert.equal(onAxis(of([0, 3]), axis, counting, given as LoggedBatches) === null, ask.length > 0);
    const answered = { ...given, ...Object.fromEntries(ask.map((field) => [field, 64])) } as LoggedBatches;
    assert.ok(onAxis(of([0, 3]), axis, counting, answered), "what it asks for is enough");
  }));
});

Deno.test("what is converted by a plan is what training counts", () => {
  const sizes = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(sizes, sizes, fc.array(fc.nat(500)), (trainingExamples, batch, at) => {
    const batches = { trainingExamples, batch }, plan = planOf(batches)!, series = of(at);
    assert.deepEqual([...onAxis(series, "epoch", fromZero, batches)!], at.map((i) => epochAt(plan, i + 1)));
    assert.deepEqual([...onAxis(series, "examples", updates, batches)!], at.map((i) => examplesAt(plan, i)));
  }));
});

Deno.test("a patience is told in every unit", () => {
  const column = (count: number, each: number) =>
    Float64Array.from({ length: count }, (_, i) => each * (i + 1));
  const grid = spacingOf({
    step: column(9, 25),
    epoch: column(9, 0.2625),
    examples: column(9, 800),
    seconds: column(9, 2),
  })!;
  assert.equal(
    durationOnAxesText(evaluations(8), grid),
    "8 evaluations = 2.1 epochs = 200 steps = 6,400 examples",
  );
  assert.equal(
    durationOnAxesText(steps(100), grid),
    "100 steps = 4 evaluations = 1.1 epochs = 3,200 examples",
  );
  assert.equal(
    durationOnAxesText(seconds(4), grid),
    "4 seconds = about 2 evaluations = about 0.5 epochs = about 50 steps = about 1,600 examples",
  );
  assert.equal(durationOnAxes(evaluations(8), grid).seconds, 16);

  const uneven = spacingOf({
    step: Float64Array.of(10, 20, 25),
    epoch: null,
    examples: null,
    seconds: null,
  })!;
  assert.equal(durationOnAxesText(evaluations(2), uneven), "2 evaluations = about 15 steps");
  const keras = spacingOf({ step: null, epoch: Float64Array.of(1, 2, 3), examples: null, seconds: null })!;
  assert.equal(durationOnAxesText(evaluations(5), keras), "5 evaluations = 5 epochs");
  assert.equal(durationOnAxesText(steps(5), keras), "5 steps");
  assert.equal(durationOnAxesText(epochs(1), keras), "1 epoch = 1 evaluation");
  const single = Float64Array.of(1);
  assert.equal(spacingOf({ step: single, epoch: null, examples: single, seconds: null }), null);
});

Deno.test("of several runs a patience is told in the units in which they agree", () => {
  const spacing = (steps: number | null, examples: number, regular = true): Spacing => ({
    per: { steps, epochs: 1, examples, seconds: null },
    regular,
  });
  const told = (...spacings: (Spacing | null)[]) =>
    durationOnAxesText(evaluations(5), sharedSpacing(spacings)!);
  assert.equal(told(spacing(30, 600), spacing(6, 600)), "5 evaluations = 5 epochs = 3,000 examples");
  assert.equal(
    told(null, spacing(30, 600), spacing(30, 600)),
    "5 evaluations = 5 epochs = 150 steps = 3,000 examples",
  );
  assert.equal(told(spacing(30, 600), spacing(null, 500)), "5 evaluations = 5 epochs");
  assert.equal(
    told(spacing(300, 600), spacing(301, 600, false)),
    "5 evaluations = about 5 epochs = about 1,500 steps = about 3,000 examples",
  );
  assert.equal(sharedSpacing([null]), null);
});
