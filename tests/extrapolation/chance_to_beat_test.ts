import assert from "node:assert/strict";
import fc from "fast-check";
import { chanceToBeat } from "../../lib/extrapolation/chance_to_beat.ts";
import { type CurveFit, fitCurve } from "../../lib/extrapolation/fit_curve.ts";
import type { Curve } from "../../lib/extrapolation/curve.ts";
import { curves, made } from "./curves.ts";

function fitted(curve: Curve): CurveFit {
  const fit = fitCurve(curve);
  assert.ok(fit.told);
  return fit;
}

Deno.test("of many curves so many beat their best as the chances say", () => {
  let expected = 0, beaten = 0, curvesTold = 0;
  for (let seed = 0; seed < 60; seed++) {
    const whole = made({ end: 1, fall: 1, family: "power", rate: 0.6, noise: 0.05, of: 60, seed });
    const x = Array.from(whole.x).slice(0, 30), y = Array.from(whole.y).slice(0, 30);
    const fit = fitCurve({ x, y, mode: "min" }), value = Math.min(...y) - 0.06;
    if (!fit.told) continue;
    curvesTold++;
    expected += chanceToBeat(fit, { value, until: 60, evaluations: 30 });
    if (Array.from(whole.y).slice(30).some((later) => later < value)) beaten++;
  }
  assert.ok(beaten > 5 && beaten < curvesTold - 5, `${beaten} of ${curvesTold}`);
  assert.ok(
    Math.abs(expected - beaten) < 0.2 * curvesTold,
    `${expected} expected, ${beaten} of ${curvesTold}`,
  );
});

Deno.test("a chance lies between 0 and 1, falls with what is to be beaten, and grows with the evaluations left", () => {
  fc.assert(
    fc.property(curves, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
      const curve = made(given), fit = fitCurve(curve);
      if (!fit.told) return;
      const best = Math.min(...Array.from(curve.y)), value = best - share * given.fall;
      const chance = (by: number, evaluations: number) =>
        chanceToBeat(fit, { value: value - by, until: 60, evaluations });
      const usual = chance(0, 20);
      assert.ok(usual >= 0 && usual <= 1);
      assert.ok(chance(0.01, 20) <= usual && chance(0, 40) >= usual);
      assert.equal(chance(0, 20), usual, "the same again");
    }),
    { numRuns: 20 },
  );
});

Deno.test("it does not know in what the metric is measured, or which way is better", () => {
  const curve = made({ end: 1, fall: 2, family: "power", rate: 0.5, noise: 0.03, seed: 5 });
  const plain = chanceToBeat(fitted(curve), { value: 1.28, until: 80, evaluations: 40 });
  const turned = { x: curve.x, y: Array.from(curve.y, (value) => 7 - 3 * value), mode: "max" } as const;
  const same = chanceToBeat(fitted(turned), { value: 7 - 3 * 1.28, until: 80, evaluations: 40 });
  assert.ok(plain > 0.1 && plain < 0.99, String(plain));
  assert.ok(Math.abs(same - plain) < 1e-6);
});

Deno.test("without an evaluation left there is no chance", () => {
  const fit = fitted(made({ end: 1, fall: 2, family: "power", rate: 0.5 }));
  assert.equal(chanceToBeat(fit, { value: 9, until: 80, evaluations: 0 }), 0);
  assert.equal(chanceToBeat(fit, { value: 9, until: 40, evaluations: 3 }), 0);
});
