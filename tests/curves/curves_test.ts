import assert from "node:assert/strict";
import fc from "fast-check";
import { UnknownMetric } from "../../lib/criteria/metric.ts";
import { atStep, axisText, axisValues, rowAt } from "../../lib/curves/axis.ts";
import { band } from "../../lib/curves/band.ts";
import { bestEvaluation } from "../../lib/curves/best.ts";
import { minmax } from "../../lib/curves/downsample.ts";
import { median } from "../../lib/curves/median.ts";
import { ema } from "../../lib/curves/smooth.ts";
import type { Axis } from "../../lib/curves/trajectory.ts";
import { recorded } from "./recordings.ts";

const numbers = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

Deno.test("smoothing follows the values, and gaps stay gaps that are not averaged", () => {
  assert.deepEqual([...ema([1, 3, 5], 0)], [1, 3, 5]);
  assert.deepEqual([...ema([2, NaN, 5, Infinity], 0.5)], [2, NaN, (2 * 0.25 + 5 * 0.5) / 0.75, NaN]);
  assert.throws(() => ema([1], 1), { message: "invalid weight: 1 (from 0 to below 1)" });
});

Deno.test("a constant is not changed by smoothing, from its first value on", () => {
  const weights = fc.double({ min: 0, max: 0.999, noNaN: true });
  fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), weights, (value, weight) => {
    for (const smooth of ema(Array(50).fill(value), weight)) {
      assert.ok(Math.abs(smooth - value) <= 1e-9 * Math.max(1, Math.abs(value)));
    }
  }));
});

Deno.test("a smoothed value lies among the values so far", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
    ema(values, 0.9).forEach((smooth, i) => {
      const past = values.slice(0, i + 1);
      assert.ok(smooth >= Math.min(...past) - 1e-9 && smooth <= Math.max(...past) + 1e-9);
    });
  }));
});

Deno.test("downsampling keeps the extremes, the ends, the sides of gaps and what is asked for", () => {
  const cases: [number[], number, number[], number[]][] = [
    // y over x = 0, 1, 2, …; pixels; asked for; kept
    [[1, 2, 3], 2, [], [0, 1, 2]],
    [[5, 9, 4, 1, 5, 2, 5, 5], 1, [], [0, 1, 3, 7]],
    [[5, 9, 4, 1, 5, 2, 5, 5], 1, [5, 99], [0, 1, 3, 5, 7]],
    [[0, 1, 1, NaN, NaN, NaN, 1, 1, 9, 0], 1, [], [0, 2, 3, 5, 6, 8, 9]],
    [Array(9).fill(NaN), 1, [], [0, 8]],
  ];
  for (const [y, pixels, keep, kept] of cases) {
    assert.deepEqual(minmax(y.map((_, i) => i), y, pixels, keep), kept);
  }
  assert.deepEqual(minmax(Array(9).fill(4), [1, 2, 3, 9, 0, 2, 2, 2, 2], 2), [0, 3, 4, 8]);
  assert.throws(() => minmax([1], [1], 0), { message: "invalid pixels: 0 (a whole number, at least 1)" });
});

Deno.test("downsampling never loses an extreme of any pixel column, and is never long where there are no gaps", () => {
  const points = fc.array(numbers, { minLength: 1, maxLength: 400 });
  fc.assert(fc.property(points, fc.integer({ min: 1, max: 40 }), (y, pixels) => {
    const x = y.map((_, i) => i * 0.5), kept = minmax(x, y, pixels);
    assert.deepEqual(kept, [...new Set(kept)].sort((a, b) => a - b));
    const column = (i: number) => Math.min(pixels - 1, Math.floor(x[i] * pixels / x[x.length - 1]));
    for (let c = 0; c < pixels; c++) {
      const all = y.filter((value, i) => column(i) === c && !Number.isNaN(value));
      const some = kept.filter((i) => column(i) === c).map((i) => y[i]).filter((value) =>
        !Number.isNaN(value)
      );
      if (all.length === 0) continue;
      assert.deepEqual([Math.min(...some), Math.max(...some)], [Math.min(...all), Math.max(...all)]);
    }
    if (!y.includes(NaN)) assert.ok(kept.length <= 2 * pixels + 2);
  }));
});

Deno.test("a step is told on every axis by what was recorded", () => {
  const trajectory = recorded({ losses: [3, 2, 1] });
  assert.deepEqual(atStep(trajectory, 20), { step: 20, epoch: 2, examples: 200, seconds: 2 });
  assert.equal(atStep(trajectory, 99).step, 30);
  assert.equal(atStep(trajectory, 0).examples, 0);
  assert.deepEqual([0.5, 1, 2.5, 9].map((value) => rowAt([1, 2, 3], value)), [-1, 0, 1, 2]);
  assert.equal(axisValues(trajectory.updates, "epoch"), trajectory.updates.epoch);
});

Deno.test("values on an axis read as a person says them", () => {
  const cases: [Axis, number, string][] = [
    ["step", 12_345, "12,345"],
    ["examples", 1e6, "1,000,000"],
    ["epoch", 2.349, "2.3"],
    ["epoch", 3, "3"],
    ["seconds", 0.9, "0:00"],
    ["seconds", 89.99, "1:29"],
    ["seconds", 3_725, "1:02:05"],
  ];
  for (const [axis, value, text] of cases) assert.equal(axisText(axis, value), text);
});

Deno.test("the best evaluation is the earliest of equals, finite, and a row of everything measured", () => {
  const trajectory = recorded({ losses: [NaN, 2, 1, -Infinity, 1] });
  assert.deepEqual(bestEvaluation(trajectory, "validation.loss", "min"), {
    step: 30,
    epoch: 3,
    examples: 300,
    seconds: 3,
    metrics: { "validation.loss": 1, "validation.accuracy": -1, "test.loss": 1.5 },
  });
  assert.equal(bestEvaluation(recorded({ losses: [NaN] }), "validation.loss", "min"), null);
  assert.throws(() => bestEvaluation(trajectory, "val_los", "min"), UnknownMetric);
});

Deno.test("a median of an even count is the mean of the middle two, and of none nothing", () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3]), median([])], [2, 2.5, NaN]);
});

Deno.test("a band spans the seeds on their common grid, and seeds that ended or broke drop out", () => {
  const seeds = [[5, 4, 3, 2], [6, NaN, 2], [1, 8]].map((losses, seed) => recorded({ losses, seed }));
  const { step, median, min, max, seeds: count } = band(seeds, "validation.loss");
  assert.deepEqual([...step], [10, 20, 30, 40]);
  assert.deepEqual([[...min], [...median], [...max]], [[1, 4, 2, 2], [5, 6, 2.5, 2], [6, 8, 3, 2]]);
  assert.deepEqual([...count], [3, 2, 2, 1]);
  const halved = recorded({ losses: [1, 1, 1, 1, 1, 1], every: 5 });
  assert.deepEqual([...band([seeds[0], halved], "validation.loss").step], [10, 20, 30, 40]);
  assert.equal(band([], "validation.loss").step.length, 0);
  assert.throws(() => band(seeds, "loss"), UnknownMetric);
});

Deno.test("a band holds every finite value of every seed", () => {
  const curves = fc.array(fc.array(numbers, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(curves, (losses) => {
    const { step, min, max } = band(
      losses.map((values) => recorded({ losses: values, every: 1 })),
      "validation.loss",
    );
    assert.equal(step.length, Math.max(...losses.map((values) => values.length)));
    for (const values of losses) {
      values.forEach((value, i) => assert.ok(Number.isNaN(value) || (min[i] <= value && value <= max[i])));
    }
  }));
});
