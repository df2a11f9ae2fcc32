/** A rule that extrapolates says the same in a training, in one that was cut, beside other rules, and in replay. */
import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { futility } from "../../lib/criteria/futility.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { breastCancer } from "../../lib/data/breast_cancer.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { logistic } from "../../lib/models/logistic.ts";
import { sgd } from "../../lib/optimizers/sgd.ts";
import { replay } from "../../lib/policies/replay.ts";
import { constant } from "../../lib/schedules/constant.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { trained } from "./fixture.ts";

setEngineChoice("wasm");

const data = breastCancer();
const spec: Spec = {
  data,
  model: logistic({ features: data.features }),
  optimizer: sgd(),
  schedule: constant(0.5),
  batch: 32,
  evaluate: { every: steps(5) },
  seed: 3,
  stop: maxSteps(300),
};
const loss = { metric: "validation.loss", mode: "min" } as const;
const RULES: [string, Criterion, RegExp, (step: number) => boolean][] = [
  [
    "where a gain is unlikely",
    futility({ ...loss, before: steps(290), minDelta: 0.01 }),
    /^a chance of 0\.0\d+ to beat 0\.0\d+ by 0\.01 before 290 steps/,
    (step) => step >= 100 && step < 290,
  ],
  [
    "at its limit, off the grid of evaluations",
    futility({ ...loss, before: steps(143), least: evaluations(200) }),
    /^reached 143 of 143 steps$/,
    (step) => step === 143,
  ],
  [
    "beside a cap",
    any(maxSteps(120), futility({ ...loss, before: steps(5_000) })),
    /^reached 120 of 120 steps$/,
    (step) => step === 120,
  ],
];

const whole = await trained(spec), cut = await trained({ ...spec, stop: maxSteps(97) });
for (const [name, stop, because, isRight] of RULES) {
  Deno.test(`futility ends a training ${name}, whole, cut and replayed alike`, async () => {
    const { outcome } = await trained({ ...spec, stop });
    assert.match(outcome.because, because);
    assert.ok(isRight(outcome.at.step), `at ${outcome.at.step}`);
    const resumed = await trained({ ...spec, stop, from: cut.outcome.state });
    const [judged] = replay(whole.trajectory, [{ name: "it", stop, select: best("validation.loss", "min") }]);
    assert.deepEqual([resumed.outcome.at.step, resumed.outcome.because], [outcome.at.step, outcome.because]);
    assert.deepEqual([judged.at?.step, judged.because], [outcome.at.step, outcome.because]);
  });
}
