import assert from "node:assert/strict";
import fc from "fast-check";
import { modeOf } from "../../../lib/curves/logged_metrics.ts";
import { normals } from "../../../lib/random.ts";
import { retrospective, retrospectiveFinding } from "../../../lib/studies/procedures/retrospective.ts";
import { retrospectiveCurves } from "../../../lib/studies/procedures/retrospective_curves.ts";
import { bestAt, studyFrom, upsideDown } from "./study_from.ts";

Deno.test("each trial is kept at its best, and the best of them is the study's", () => {
  const study = studyFrom([{ losses: [3, 2, 4] }, { losses: [NaN, 1, 5] }, { losses: [NaN] }]);
  const { kept, best, saved, lead } = retrospective(study);
  assert.deepEqual(kept.map(({ number, step, value, last }) => [number, step, value, last]), [[1, 20, 1, 5], [
    0,
    20,
    2,
    4,
  ]]);
  assert.deepEqual([best!.number, saved, lead], [1, 3, 1]);
});
Deno.test("nothing measured is no finding", () => {
  const study = studyFrom([{ losses: [NaN] }]);
  assert.equal(retrospectiveFinding(study, retrospective(study)), null);
});

const losses = fc.array(fc.integer({ min: -50, max: 50 }).map((n) => n / 8), { minLength: 1, maxLength: 20 });
Deno.test("under retrospective selection no metric degrades with more steps, whichever way is better", () => {
  fc.assert(fc.property(fc.array(losses, { minLength: 1, maxLength: 5 }), (trials) => {
    for (
      const { metric, mode, kept } of retrospectiveCurves(
        studyFrom(trials.map((losses) => ({ losses }))),
        modeOf,
      )
    ) {
      for (let i = 1; i < kept.length; i++) {
        assert.ok(mode === "min" ? kept[i] <= kept[i - 1] : kept[i] >= kept[i - 1], metric);
      }
    }
  }));
});
Deno.test("the curves are of all metrics of the validation set, and end with what is kept", () => {
  const study = studyFrom([{ losses: bestAt(3) }, { losses: bestAt(7) }]),
    curves = retrospectiveCurves(study, modeOf);
  assert.deepEqual(curves.map(({ metric, mode }) => [metric, mode]), [["validation.loss", "min"], [
    "validation.accuracy",
    "max",
  ]]);
  assert.equal(curves[0].kept.at(-1), retrospective(study).best!.value);
  assert.ok(curves[0].last.at(-1)! > curves[0].kept.at(-1)!, "the last checkpoints are worse");
});
Deno.test("a metric beside the one that selects may degrade, and is shown so", () => {
  const study = studyFrom([{ losses: [3, 2, 1] }]), { evaluations } = study.trials[0].trajectory;
  const metrics = { ...evaluations.metrics, "validation.f1": Float64Array.of(0.5, 0.9, 0.7) };
  const trial = {
    ...study.trials[0],
    trajectory: { ...study.trials[0].trajectory, evaluations: { ...evaluations, metrics } },
  };
  const f1 = retrospectiveCurves({ ...study, trials: [trial] }, modeOf).find(({ metric }) =>
    metric === "validation.f1"
  )!;
  assert.deepEqual([f1.kept, f1.beside], [[0.5, 0.9, 0.9], [0.5, 0.9, 0.7]]);
});

/** Settings that are all alike but for the noise of their seeds. */
const alike = (settings: number, seeds: number) =>
  studyFrom(Array.from({ length: settings * seeds }, (_, i) => ({
    losses: [2, 1 + 0.1 * normals(3, "seeds", i, 1)[0]],
    parameters: { setting: Math.floor(i / seeds) },
    seed: i % seeds,
  })));
Deno.test("of settings that differ by chance alone the best is measured worse on other seeds, by what chance gave it", () => {
  const study = alike(12, 4), { curse, isUnsure } = retrospective(study);
  assert.equal(curse!.by, "seeds");
  assert.ok(Math.abs(curse!.measured - 1) < 0.08, `measured ${curse!.measured}`);
  assert.ok(curse!.curse > 0.05 && curse!.curse < 0.25, `curse ${curse!.curse}`);
  assert.ok(isUnsure);
  assert.match(retrospectiveFinding(study, retrospective(study))!.action, /again with more seeds/);
});
Deno.test("without seeds the noise of evaluations is what the best is flattered by, and a smooth curve has none", () => {
  const noisy = studyFrom([{
    losses: Array.from({ length: 60 }, (_, i) => 1 + 0.1 * normals(5, "evaluations", i, 1)[0]),
  }]);
  const { curse } = retrospective(noisy);
  assert.equal(curse!.by, "neighbours");
  assert.ok(curse!.curse > 0.08 && curse!.curse < 0.45, `curse ${curse!.curse}`);
  const smooth = studyFrom([{ losses: Array.from({ length: 60 }, (_, i) => ((i - 40) / 40) ** 2) }]);
  assert.ok(retrospective(smooth).curse!.curse < 1e-12);
});
Deno.test("in another order, upside down and scaled, the same is kept", () => {
  fc.assert(
    fc.property(fc.array(losses, { minLength: 1, maxLength: 6 }), fc.constantFrom(0.5, 4), (trials, by) => {
      const study = studyFrom(trials.map((losses, i) => ({ losses, parameters: { a: i % 2 } }))),
        found = retrospective(study);
      assert.deepEqual(retrospective({ ...study, trials: study.trials.toReversed() }), found);
      const mirrored = retrospective(upsideDown(study, by));
      assert.deepEqual(
        mirrored.kept.map(({ number, step }) => [number, step]),
        found.kept.map(({ number, step }) => [number, step]),
      );
      assert.equal(mirrored.isUnsure, found.isUnsure);
    }),
  );
});
