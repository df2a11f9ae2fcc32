import assert from "node:assert/strict";
import fc from "fast-check";
import {
  gradientVariance,
  gradientVarianceFindings,
} from "../../../lib/studies/procedures/gradient_variance.ts";
import { criticalBatch, noiseScale } from "../../../lib/studies/procedures/noise_scale.ts";
import { bestAt, studyFrom } from "./study_from.ts";

Deno.test("the noise scale is that by which the norms were made", () => {
  const squared = fc.double({ min: 0.01, max: 100, noNaN: true }),
    sizes = fc.uniqueArray(fc.integer({ min: 1, max: 4096 }), { minLength: 2, maxLength: 2 });
  fc.assert(fc.property(squared, squared, sizes, (gradient, variance, [a, b]) => {
    const norm = (batch: number) => ({ batch, squaredNorm: gradient + variance / batch });
    const found = noiseScale(norm(a), norm(b));
    assert.ok(Math.abs(found.squaredGradient / gradient - 1) < 1e-3 * Math.max(1, variance / gradient));
    assert.deepEqual(noiseScale(norm(b), norm(a)), found);
  }));
  assert.equal(noiseScale({ batch: 32, squaredNorm: 3 }, { batch: 512, squaredNorm: 1.125 }).noiseScale, 64);
});
Deno.test("norms that do not fall with the batch tell no noise scale", () => {
  assert.equal(noiseScale({ batch: 32, squaredNorm: 1 }, { batch: 64, squaredNorm: 2 }).noiseScale, null);
  assert.equal(noiseScale({ batch: 32, squaredNorm: 10 }, { batch: 64, squaredNorm: 1 }).noiseScale, null);
  assert.throws(
    () => noiseScale({ batch: 32, squaredNorm: 1 }, { batch: 32, squaredNorm: 2 }),
    /^RangeError: invalid batches: 32 and 32 \(two sizes\)/,
  );
});
Deno.test("the critical batch of points on the hyperbola is its own", () => {
  const count = fc.integer({ min: 10, max: 10_000 });
  fc.assert(fc.property(count, count, (fewest, critical) => {
    const points = [16, 64, 256, 1024].map((batch) => ({ batch, steps: fewest * (1 + critical / batch) }));
    const found = criticalBatch(points)!;
    assert.ok(
      Math.abs(found.criticalBatch / critical - 1) < 1e-6 && Math.abs(found.fewestSteps / fewest - 1) < 1e-6,
    );
    assert.ok(found.misfit < 1e-6);
  }));
  assert.equal(criticalBatch([{ batch: 32, steps: 100 }]), null);
  assert.equal(
    criticalBatch([{ batch: 32, steps: 100 }, { batch: 64, steps: 200 }]),
    null,
    "larger batches took longer",
  );
});

/** Reaches 0.1 in 1,000 / batch + 4 evaluations. */
const byBatch = (batch: number, decay: number) => ({
  losses: bestAt(Math.round(1000 / batch) + 3, 60),
  parameters: { batch, "optimizer.decay": decay },
});
Deno.test("smaller batches take more steps to the same target, and the critical batch follows", () => {
  const study = studyFrom([20, 50, 100].flatMap((batch) => [byBatch(batch, 0), byBatch(batch, 0.1)]));
  const found = gradientVariance(study, { target: 0.1 })!, [effect] = found.effects;
  assert.deepEqual(effect.groups.map(({ value, steps }) => [value, steps]), [[20, 540], [50, 240], [
    100,
    140,
  ]]);
  assert.equal(effect.matched, true);
  assert.ok(Math.abs(effect.critical!.criticalBatch - 250) < 1);
  assert.match(
    gradientVarianceFindings(study, found)[0].text,
    /With batch 20 .* took 540 steps .* with 100 it took 140; the critical batch is about 250/,
  );
});
Deno.test("where other parameters differ too, that is said", () => {
  const study = studyFrom([byBatch(20, 0), byBatch(50, 0.1)]);
  const found = gradientVariance(study, { target: 0.1 })!;
  assert.equal(found.effects[0].matched, false);
  assert.match(gradientVarianceFindings(study, found)[0].text, /other parameters differ too/);
});
Deno.test("values of which half never reached the target have no steps to it", () => {
  const study = studyFrom([{ losses: [1, 1], parameters: { dropout: 0.5 } }, {
    losses: [1, 0],
    parameters: { dropout: 0 },
  }]);
  const [{ groups }] = gradientVariance(study, { target: 0 })!.effects;
  assert.deepEqual(groups.map(({ steps, reached }) => [steps, reached]), [[20, 1], [null, 0]]);
});
