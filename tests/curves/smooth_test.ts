import assert from "node:assert/strict";
import fc from "fast-check";
import { ema } from "../../lib/curves/smooth.ts";
import { gaussian } from "../../lib/curves/smooth_gaussian.ts";
import { timeWeightedEma } from "../../lib/curves/smooth_time.ts";
import { smoothed, type SmoothingKind, smoothingKinds } from "../../lib/curves/smoothed.ts";
import { quickest } from "../quickest.ts";

const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, {
    weight: 1,
    arbitrary: fc.constantFrom(NaN, Infinity),
  }),
  { minLength: 1, maxLength: 200 },
);
const steps = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 200, maxLength: 200 });
/** An ascending axis with these distances. */
const axisOf = (distances: readonly number[], count: number): number[] => {
  let at = 0;
  return distances.slice(0, count).map((distance) => at += distance);
};
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

Deno.test("with equal steps and no gap, smoothing by distance is smoothing by count", () => {
  const whole = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 100 });
  const weights = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(fc.property(whole, weights, fc.integer({ min: 1, max: 500 }), (y, weight, step) => {
    const x = y.map((_, i) => i * step), halfLife = -step * Math.LN2 / Math.log(weight);
    const expected = ema(y, weight);
    timeWeightedEma(x, y, halfLife).forEach((value, i) =>
      assert.ok(near(value, expected[i]), `${value} ${expected[i]}`)
    );
  }));
});

Deno.test("after one half-life a value and what was before it weigh the same", () => {
  const [, second] = timeWeightedEma([0, 10], [0, 1], 10);
  assert.ok(near(second, 0.5 / 0.75));
  const far = timeWeightedEma([0, 1, 2, 3, 103], [0, 0, 0, 0, 8], 10);
  assert.ok(far[4] > 7.98, "after ten half-lives the past is gone");
});

Deno.test("a pause in the values weighs as much as it lasts, not as the values that came", () => {
  const often = Array.from({ length: 100 }, (_, i) => i),
    x = [...often, 1_000],
    y = [...often.map(() => 1), 0];
  assert.ok(timeWeightedEma(x, y, 100)[100] < 0.01);
  assert.ok(ema(y, 0.99)[100] > 0.95, "by count, one value after a hundred is hardly seen");
});

Deno.test("a Gaussian is the weighted mean of what lies around", () => {
  const x = [0, 1, 2.5, 4, 4.2, 9], y = [3, 1, 4, 1, 5, 9], sigma = 1.3;
  const expected = x.map((at) => {
    const weights = x.map((other) =>
      Math.abs(other - at) <= 4 * sigma ? Math.exp(-(((other - at) / sigma) ** 2) / 2) : 0
    );
    return weights.reduce((sum, weight, i) => sum + weight * y[i], 0) /
      weights.reduce((sum, weight) => sum + weight);
  });
  gaussian(x, y, sigma).forEach((value, i) => assert.ok(near(value, expected[i])));
});

Deno.test("of dense values a Gaussian is as exact as the eye needs, and linear in their count", async () => {
  const count = 200_000, x = Float64Array.from({ length: count }, (_, i) => i);
  const y = x.map((at) => Math.sin(at / 20_000)), sigma = 2_000;
  const smooth = gaussian(x, y, sigma), took = await quickest(1_500, () => gaussian(x, y, sigma));
  // A sine through a Gaussian keeps its shape and loses height: e^(−(σ/λ)²/2).
  const height = Math.exp(-((sigma / 20_000) ** 2) / 2);
  for (let i = 10_000; i < count - 10_000; i += 777) assert.ok(Math.abs(smooth[i] - height * y[i]) < 2e-4);
  assert.ok(took < 1_500, `${took} ms`);
});

for (const kind of smoothingKinds) {
  Deno.test(`smoothing (${kind}) keeps gaps, and gives values among those that there are`, () => {
    const amounts = fc.double({ min: 0, max: 0.99, noNaN: true });
    fc.assert(fc.property(values, steps, amounts, (y, distances, amount) => {
      const smooth = smoothed(axisOf(distances, y.length), y, { kind, amount });
      const finite = y.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
      assert.equal(smooth.length, y.length);
      smooth.forEach((value, i) => {
        if (!Number.isFinite(y[i])) assert.ok(Number.isNaN(value));
        else assert.ok(value >= low - 1e-9 && value <= high + 1e-9);
      });
    }));
  });

  Deno.test(`smoothing (${kind}) leaves a constant as it is, and with amount 0 everything`, () => {
    fc.assert(fc.property(steps, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (distances, amount) => {
      const x = axisOf(distances, 60);
      for (const value of smoothed(x, x.map(() => 0.7), { kind, amount })) assert.ok(near(value, 0.7));
    }));
    assert.deepEqual([...smoothed([1, 5, 6], [3, NaN, 2], { kind, amount: 0 })], [3, NaN, 2]);
    assert.equal(smoothed([], [], { kind, amount: 0.5 }).length, 0);
  });

  Deno.test(`smoothing (${kind}) of one amount calms as much on an axis of steps as on one of epochs`, () => {
    const y = Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 43_758.5453 % 1);
    const byStep = smoothed(y.map((_, i) => i * 50), y, { kind, amount: 0.9 });
    const byEpoch = smoothed(y.map((_, i) => i * 50 / 391), y, { kind, amount: 0.9 });
    byStep.forEach((value, i) => assert.ok(near(value, byEpoch[i])));
  });
}

Deno.test("what was logged after x went back is another piece, and does not mix with the first", () => {
  const x = [10, 20, 30, 15, 25], y = [1, 1, 1, 9, 9];
  for (const smooth of [timeWeightedEma(x, y, 20), gaussian(x, y, 20)]) {
    smooth.forEach((value, i) => assert.ok(near(value, y[i])));
  }
});

Deno.test("values at one place count together", () => {
  assert.deepEqual([...timeWeightedEma([5, 5], [2, 4], 1)].slice(0, 1), [2]);
  assert.deepEqual([...gaussian([5, 5], [2, 4], 1)], [3, 3]);
});

Deno.test("an amount, a kind, a half-life and a sigma out of bounds are refused in one line", () => {
  assert.throws(() => smoothed([1], [1], { kind: "ema", amount: 1 }), {
    message: "invalid amount: 1 (0 to 0.99)",
  });
  assert.throws(() => smoothed([1], [1], { kind: "time", amount: NaN }), {
    message: "invalid amount: NaN (0 to 0.99)",
  });
  assert.throws(() => smoothed([1], [1], { kind: "box" as SmoothingKind, amount: 0.5 }), {
    name: "RangeError",
    message: /^unknown smoothing: "?box"? \(has ema, time, gaussian\)$/,
  });
  assert.throws(() => timeWeightedEma([1], [1], 0), { message: "invalid half-life: 0 (above 0)" });
  assert.throws(() => gaussian([1], [1], -1), { message: "invalid sigma: -1 (above 0)" });
});
