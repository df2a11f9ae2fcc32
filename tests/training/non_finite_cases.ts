/** Trainings with gradients that are no numbers: some in every run of the tests, the others in e2e. */
import assert from "node:assert/strict";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { eventsOf } from "./fixture.ts";
import { broken, long, near, numbersAt, onNative, shown } from "./compiled_fixture.ts";

type EndCase = readonly [what: string, options: Partial<Spec>];
export const endCases: readonly EndCase[] = [
  ["stops", { nonFinite: "stop" }],
  ["skips", { nonFinite: "skip" }],
  ["skips, with a running mean", { nonFinite: "skip", average: { decay: 0.9 } }],
  // gradients that are numbers, whose squares are none
  ["stops, with squares past the largest number", { nonFinite: "stop", data: broken(1e30) }],
  ["skips, with squares past the largest number", { nonFinite: "skip", data: broken(1e30) }],
];
export const moreEndCases: readonly EndCase[] = [
  ["stops, with values clipped", { nonFinite: "stop", clip: { value: 0.1 } }],
  ["skips, with values clipped", { nonFinite: "skip", clip: { value: 0.1 } }],
  ["skips, with the norm clipped", { nonFinite: "skip", clip: { norm: 1 } }],
];

export function endTest([what, options]: EndCase): void {
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
