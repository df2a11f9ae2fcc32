import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { assertSplitAnywhere } from "../../lib/training/assert_split_anywhere.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { eventsOf, trained } from "./fixture.ts";
import { broken, long, near, numbersAt, onNative, shown } from "./compiled_fixture.ts";

const ENDS: [string, Partial<Spec>][] = [
  ["stops", { nonFinite: "stop" }],
  ["skips", { nonFinite: "skip" }],
  ["stops, with values clipped", { nonFinite: "stop", clip: { value: 0.1 } }],
  ["skips, with values clipped", { nonFinite: "skip", clip: { value: 0.1 } }],
  ["skips, with the norm clipped", { nonFinite: "skip", clip: { norm: 1 } }],
  ["skips, with a running mean", { nonFinite: "skip", average: { decay: 0.9 } }],
  // gradients that are numbers, whose squares are none
  ["stops, with squares past the largest number", { nonFinite: "stop", data: broken(1e30) }],
  ["skips, with squares past the largest number", { nonFinite: "skip", data: broken(1e30) }],
];
for (const [what, options] of ENDS) {
  nativeTest(
    `a compiled training ${what} at gradients that are no numbers, where one on wasm does`,
    async () => {
      const spec = { ...long, data: broken(NaN), stop: maxSteps(90), ...options };
      onNative();
      const compiled = await eventsOf(spec);
      setEngineChoice("wasm");
      const eager = await eventsOf(spec);
      const last = compiled.at(-1)!, { outcome, trajectory } = last;
      assert.ok(outcome!.reason === "diverged" || outcome!.skipped >= 2, "nothing was no number");
      assert.ok(trajectory.updates.step.length > 2, "it is not the first");
      assert.deepEqual(shown(compiled), shown(eager));
      near(trajectory.updates.loss, eager.at(-1)!.trajectory.updates.loss, "loss");
      const [a, b] = [last, eager.at(-1)!].map((event) => numbersAt(event));
      a.parameters.forEach((values, i) => near(values, b.parameters[i], `parameters ${i}`));
    },
  );
}

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
