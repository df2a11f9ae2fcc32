import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { steps } from "../../lib/durations.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { assertSplitAnywhere } from "../../lib/training/assert_split_anywhere.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { trained } from "./fixture.ts";
import { broken, long, numbersAt, onNative } from "./compiled_fixture.ts";
import { endCases, endTest } from "./non_finite_cases.ts";

endCases.forEach(endTest);

nativeTest("updates that are skipped change no bit of the others, however chunks are divided", async () => {
  onNative();
  const spec = { ...long, data: broken(NaN), nonFinite: "skip" as const, stop: maxSteps(60) };
  const chunks = await trained(spec), single = await trained({ ...spec, evaluate: { every: steps(1) } });
  assert.ok(chunks.outcome.skipped >= 1);
  assert.deepEqual(chunks.trajectory.updates.loss, single.trajectory.updates.loss);
  assert.deepEqual(numbersAt(chunks), numbersAt(single));
  await assertSplitAnywhere({ ...spec, stop: maxSteps(40) }, { cuts: [10, 39] });
});

nativeTest(
  "weights that grow past the largest number end as diverged, and what is gone on from holds numbers",
  async () => {
    onNative();
    const wild = { ...long, optimizer: optimizers.momentum(), schedule: constant(1e30) };
    const { outcome, trajectory } = await trained({ ...wild, stop: any(maxSteps(40), nonFinite()) });
    assert.equal(outcome.reason, "diverged");
    assert.ok(trajectory.updates.step.length <= 3);
    // what came before stays: weights that could be gone on from
    for (const values of Object.values(numbersAt({ outcome })).flatMap((all) => all ?? [])) {
      assert.ok(values.every(Number.isFinite));
    }
  },
);
