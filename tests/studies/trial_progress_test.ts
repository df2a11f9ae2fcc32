import assert from "node:assert/strict";
import { progressOf } from "../../lib/studies/trial_progress.ts";
import type { TrialEvent } from "../../lib/studies/train_trial.ts";
import { trialRecord } from "./records.ts";

const eventOf = (values: readonly number[], step: number) => {
  const { trajectory } = trialRecord({ values }, 0);
  return { event: { at: { step }, trajectory } } as TrialEvent;
};

Deno.test("progress is the last update, and the best value so far: the earliest of equals, and no number that is none", () => {
  const event = eventOf([NaN, 0.5, 0.2, 0.3, 0.2, 0.7, Infinity], 75), metric = "validation.loss";
  assert.deepEqual(progressOf(event, { metric, mode: "min" }), { step: 75, best: { value: 0.2, step: 30 } });
  assert.deepEqual(progressOf(event, { metric, mode: "max" }), { step: 75, best: { value: 0.7, step: 60 } });
  assert.deepEqual(progressOf(eventOf([], 5), { metric, mode: "min" }), { step: 5, best: null });
  assert.deepEqual(progressOf(event, { metric: "validation.f1", mode: "max" }), { step: 75, best: null });
});
