import assert from "node:assert/strict";
import { expectedGain } from "../../lib/studies/expected_gain.ts";
import { extrapolated } from "../../lib/studies/extrapolated.ts";
import { extrapolateFor } from "../../lib/studies/extrapolate_for.ts";
import { computeBound, computeBoundFinding } from "../../lib/studies/procedures/compute_bound.ts";
import { made } from "../extrapolation/curves.ts";
import { recorded } from "../curves/recordings.ts";
import { studyFrom } from "./procedures/study_from.ts";

const lossesOf = (seed: number, rate = 0.3) =>
  Array.from(made({ end: 0.2, fall: 1, family: "power", rate, noise: 0.004, seed }).y);
const falling = recorded({ losses: lossesOf(0) });
const loss = { metric: "validation.loss", mode: "min" } as const;

Deno.test("a trial's curve is told past its recording, with how far and how often such bands held", () => {
  const later = extrapolated(falling, { ...loss, to: 600 });
  assert.ok(later.told);
  const { recordedTo, to, factor, held, value, low, high } = later;
  assert.deepEqual([recordedTo, to, factor, held?.factor], [400, 600, 1.5, 1.5]);
  assert.ok(low < value && value < high && value < 0.54);
});

Deno.test("what does not tell says why, and a step that is recorded is refused", () => {
  const short = extrapolated(recorded({ losses: [3, 2, 1] }), { ...loss, to: 60 });
  assert.equal(short.told ? "" : short.why, "few");
  const unmeasured = extrapolated(falling, { metric: "validation.f1", mode: "max", to: 600 });
  assert.equal(unmeasured.told ? "" : unmeasured.because, "validation.f1 was not measured");
  assert.throws(() => extrapolated(falling, { ...loss, to: 400 }), {
    message: "invalid to: 400 (after the last evaluation at step 400)",
  });
});

Deno.test("the verdict on compute says what longer trials would gain, from where, and how often such bands held", () => {
  const study = studyFrom([1, 2, 3, 4, 5, 6].map((seed) => ({ losses: lossesOf(seed) })));
  const found = computeBound(study, { extrapolate: extrapolateFor("validation.loss", "min") });
  assert.match(
    computeBoundFinding(study, found)!.text,
    /extrapolated past the recorded 400 steps, 600 would gain 0\.0\d+ \(-?0\.\d+ to 0\.\d+; such bands held \d\d % of [\d,]+ times on recordings\)/,
  );
  assert.equal(extrapolateFor("validation.loss", "min")(falling, 300), null);
});

Deno.test("after a decay of the rate nothing is said of longer trials: what the decay gained is not gained again", () => {
  const study = studyFrom([1, 2, 3, 4].map((seed) => ({ losses: lossesOf(seed) })));
  const trials = study.trials.map((trial) => {
    const { updates } = trial.trajectory,
      rate = updates.rate.map((_, row) => 0.1 * (1 - row / updates.rate.length));
    return { ...trial, trajectory: { ...trial.trajectory, updates: { ...updates, rate } } };
  });
  const found = computeBound({ ...study, trials }, { extrapolate: extrapolateFor("validation.loss", "min") });
  assert.deepEqual([found.gain, found.decayed], [null, 3]);
  assert.doesNotMatch(computeBoundFinding(study, found)!.text, /extrapolated/);
});

Deno.test("more steps gain more in all and less each; a clock makes it a gain per second", () => {
  const [few, many] = [100, 400].map((more) => {
    const gain = expectedGain(falling, { ...loss, more });
    assert.ok(gain.told);
    return gain;
  });
  assert.ok(many.gain > few.gain && few.gain > 0 && many.perUpdate < few.perUpdate);
  assert.ok(Math.abs(few.perSecond! - 10 * few.perUpdate) < 1e-9, "one tenth of a second an update");
  assert.equal(few.to, 500);
  assert.throws(() => expectedGain(falling, { ...loss, more: 0 }), { message: "invalid more: 0 (above 0)" });
  const far = expectedGain(falling, { ...loss, more: 900 });
  assert.equal(far.told ? "" : far.why, "far");
});

Deno.test("a curve that settled gains less than one that falls on", () => {
  const gainOf = (losses: number[]) => {
    const gain = expectedGain(recorded({ losses }), { ...loss, more: 200 });
    assert.ok(gain.told);
    return gain.gain;
  };
  assert.ok(gainOf(lossesOf(1, 2)) < 0.2 * gainOf(lossesOf(1, 0.3)));
});
