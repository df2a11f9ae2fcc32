/** Trainings that are cut, resumed, forked and compared: on xla:cpu to the bit what they are on tensorflow. */
import assert from "node:assert/strict";
import { evaluations, steps } from "../../../lib/durations.ts";
import { setEngineChoice } from "../../../lib/engine/engine.ts";
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { plateauScale } from "../../../lib/schedules/plateau_scale.ts";
import { compare } from "../../../lib/training/compare.ts";
import type { TrainingEvent } from "../../../lib/training/event.ts";
import { fork } from "../../../lib/training/fork.ts";
import { mlp } from "../../../lib/models/mlp.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import { trainAll } from "../../../lib/training/train_all.ts";
import { xlaTest } from "../../engine/xla/plugin_for_tests.ts";
import { libtensorflowForTests } from "../../engine/libtensorflow_for_tests.ts";
import { endOf, lastOf, recordedUpTo } from "../../training/alone.ts";
import { onNative } from "../../training/compiled_fixture.ts";
import { acting, hopeless, LOSS, observing } from "../../training/compare_cases.ts";
import { small, trained } from "../../training/fixture.ts";

const spec = {
  ...small,
  model: mlp({ layers: [64, 128, 128, 10] }),
  checkpoint: { every: steps(10), keep: { best: 1, last: 2 } },
  stop: maxSteps(60),
};
const numbers = (event: TrainingEvent) => [endOf(event), recordedUpTo(event.trajectory, Infinity)];

/** What each way of training comes to, on the engine that is chosen. */
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  "cut and resumed": async () => {
    const { outcome } = await trained({ ...spec, stop: maxSteps(23) });
    return numbers(await trained({ ...spec, from: outcome.state }));
  },
  "forked with half the rate": async () =>
    numbers(await lastOf(fork(await trained(spec), 17, { schedule: constant(1.5e-3) }))),
  "at a rate that is cut": async () =>
    numbers(
      await trained({ ...spec, scale: plateauScale({ ...LOSS, factor: 0.5, patience: evaluations(2) }) }),
    ),
  "several, one after another": async () =>
    (await lastOf(trainAll([1, 2, 3].map((seed) => ({ ...spec, seed }))))).map(numbers),
  "compared": async () => {
    const policies = [...observing, acting("cut", { scale: hopeless(3) })];
    const { runs, judgements } = await lastOf(compare(spec, policies));
    return [runs.map(numbers), JSON.stringify(judgements, (key, value) => key === "seconds" ? 0 : value)];
  },
};

for (const [way, ran] of Object.entries(ways)) {
  xlaTest(`a training ${way} on xla:cpu is to the bit what it is on tensorflow`, async () => {
    setEngineChoice("xla:cpu");
    const found = await ran();
    assert.deepEqual(await ran(), found, "again");
    if (libtensorflowForTests === null) return;
    onNative();
    assert.deepEqual(found, await ran());
  });
}

xlaTest("a state of tensorflow's is gone on from on xla:cpu, to the same bits", async () => {
  if (libtensorflowForTests === null) return;
  onNative();
  const whole = await trained(spec), { outcome } = await trained({ ...spec, stop: maxSteps(23) });
  setEngineChoice("xla:cpu");
  const resumed = await trained({ ...spec, from: outcome.state });
  assert.deepEqual(numbers(resumed), numbers(whole));
  const said = resumed.plan.warnings.find(({ lint }) => lint === "conditions-differ")!.message;
  assert.match(said, /^trains on xla:cpu .*; the state was trained on tensorflow /);
});
