import assert from "node:assert/strict";
import fc from "fast-check";
import type { Curve } from "../../lib/extrapolation/curve.ts";
import { fitCurve } from "../../lib/extrapolation/fit_curve.ts";
import { predicted } from "../../lib/extrapolation/predicted.ts";
import { at, curves, type Made, made, toldAt, truth } from "./curves.ts";

const near = (a: number, b: number, by: number, text: string) =>
  assert.ok(Math.abs(a - b) <= by, `${text}: ${a}, ${b}`);
const changed = (
  { x, y, mode }: Curve,
  on: { x?: number; y?: (value: number) => number; mode?: "max" },
): Curve => ({
  x: Array.from(x, (value) => value * (on.x ?? 1)),
  y: Array.from(y, on.y ?? ((value) => value)),
  mode: on.mode ?? mode,
});

Deno.test("a curve of one of the families is found again, without noise and with little", () => {
  const cases: [Made, number][] = [
    [{ end: 0.2, fall: 2, family: "power", rate: 0.5 }, 0.01],
    [{ end: -1, fall: 3, family: "power", rate: 1 }, 0.01],
    [{ end: 0.3, fall: 1, family: "exponential", rate: 0.1 }, 0.01],
    [{ end: 0.3, fall: 1, family: "exponential", rate: 0.1, noise: 0.01 }, 0.02],
    [{ end: 0.2, fall: 2, family: "power", rate: 0.7, noise: 0.01, of: 100 }, 0.02],
  ];
  for (const [curve, by] of cases) {
    const { of = 40 } = curve, told = toldAt(made(curve), 2 * of);
    near(told.value, truth(curve, 2 * of), by, JSON.stringify(curve));
    assert.ok(told.low < truth(curve, 2 * of) && truth(curve, 2 * of) < told.high, JSON.stringify(told));
    assert.deepEqual([told.share, told.factor], [0.8, 2]);
  }
});

Deno.test("bands scale and shift with the metric, and do not know in what x is counted", () => {
  fc.assert(
    fc.property(curves, fc.constantFrom(0.01, 64), fc.integer({ min: -9, max: 9 }), (given, by, shift) => {
      const curve = made(given), plain = at(curve, 80);
      const moved = at(changed(curve, { y: (value) => by * value + shift }), 80);
      const stretched = at(changed(curve, { x: by }), 80 * by);
      assert.equal(moved.told, plain.told);
      if (!plain.told || !moved.told || !stretched.told) return;
      for (const field of ["value", "low", "high"] as const) {
        near(moved[field], by * plain[field] + shift, 1e-5 * by * given.fall + 1e-9 * Math.abs(shift), field);
        near(stretched[field], plain[field], 1e-5 * given.fall, field);
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("more is better is less is better upside down", () => {
  fc.assert(
    fc.property(curves, (given) => {
      const curve = made(given), plain = at(curve, 60);
      const turned = at(changed(curve, { y: (value) => -value, mode: "max" }), 60);
      assert.equal(turned.told, plain.told);
      if (!plain.told || !turned.told) return;
      near(turned.value, -plain.value, 1e-9, "value");
      near(turned.low, -plain.high, 1e-9, "low");
    }),
    { numRuns: 20 },
  );
});

Deno.test("further is wider, more often is wider, and the same is told again", () => {
  fc.assert(
    fc.property(curves, (given) => {
      const curve = made(given);
      assert.deepEqual(at(curve, 80), at(curve, 80));
      if (!at(curve, 80).told) return;
      const width = (x: number, share?: number) => {
        const { low, high } = toldAt(curve, x, share);
        return high - low;
      };
      assert.ok(width(50) < width(60) && width(60) < width(80));
      assert.ok(width(60, 0.5) < width(60, 0.8) && width(60, 0.8) < width(60, 0.95));
    }),
    { numRuns: 20 },
  );
});

Deno.test("more noise is wider", () => {
  const width = (noise: number, seed: number) => {
    const { low, high } = toldAt(
      made({ end: 0.3, fall: 2, family: "exponential", rate: 0.1, noise, seed }),
      60,
    );
    return high - low;
  };
  for (const seed of [1, 2, 3, 4]) assert.ok(width(0.01, seed) < width(0.03, seed));
});

Deno.test("what the noise began goes on: a last value above the curve is expected to stay above for a while", () => {
  const alike = made({ end: 1, fall: 2, family: "exponential", rate: 0.2, noise: 0.05, alike: 0.9, of: 100 });
  const fit = fitCurve(alike);
  assert.ok(fit.told);
  const likeness = fit.parts.reduce((sum, { fit, weight }) => sum + weight * fit.alike, 0);
  assert.ok(likeness > 0.7, String(likeness));
  const independent = fitCurve(
    made({ end: 1, fall: 2, family: "exponential", rate: 0.2, noise: 0.05, of: 100 }),
  );
  assert.ok(independent.told);
  assert.ok(independent.parts.reduce((sum, { fit, weight }) => sum + weight * fit.alike, 0) < 0.3);
});

Deno.test("where a curve does not tell, it says why", () => {
  const x = (of: number) => Array.from({ length: of }, (_, i) => i + 1);
  const curve = (of: number, y: (at: number) => number): Curve => ({
    x: x(of),
    y: x(of).map(y),
    mode: "min",
  });
  const wave = (at: number) => 0.01 * Math.sin(7 * at);
  const cases: [Curve, number, string][] = [
    [curve(5, (at) => 1 / at), 8, "few: it has 5 evaluations (at least 6)"],
    [curve(9, (at) => at > 5 ? 1 / at : NaN), 12, "few: it has 4 evaluations (at least 6)"],
    [curve(9, () => 0.5), 12, "still: its 9 evaluations are all the same"],
    [
      curve(30, (at) => Math.abs(at - 12) / 10 + wave(at)),
      40,
      "turned: it has grown worse since its best at 12",
    ],
    [
      curve(20, (at) => (at < 17 ? at : 34 - at) / 10 + wave(at)),
      30,
      "warming: it has grown better only since 17",
    ],
    [curve(30, (at) => -at * at / 100 + wave(at)), 40, "faster: it gains faster and faster"],
    [curve(30, (at) => 1 / at + wave(at)), 91, "far: it is asked about past 3 times what was recorded"],
    [
      curve(30, (at) => Math.sin(40 * at * at)),
      90,
      "noisy: its noise is more than its trend: the band would be wider than all that was recorded",
    ],
  ];
  for (const [given, to, says] of cases) {
    const told = at(given, to);
    assert.equal(told.told ? "told" : `${told.why}: ${told.because}`, says);
  }
});

Deno.test("a place within the recording is refused", () => {
  const fit = fitCurve(made({ end: 0.2, fall: 2, family: "power", rate: 0.5 }));
  assert.ok(fit.told);
  assert.throws(() => predicted(fit, 40), { message: "invalid x: 40 (after the last evaluation at 40)" });
});
