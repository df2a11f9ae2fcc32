import assert from "node:assert/strict";
import { steps } from "../../../lib/durations.ts";
import { setEngineChoice } from "../../../lib/engine/engine.ts";
import { bestStepDiagnosis } from "../../../lib/studies/procedures/best_step_diagnosis.ts";
import { cutAt } from "../../../lib/studies/procedures/cut_at.ts";
import { choice } from "../../../lib/studies/space.ts";
import type { Study } from "../../../lib/studies/study.ts";
import type { StudyRecord } from "../../../lib/studies/study_record.ts";
import { trainStudy } from "../../../lib/studies/train_study.ts";
import { small } from "../../training/fixture.ts";
import { studyRecord } from "../records.ts";

setEngineChoice("wasm");

async function recordOf(study: Study): Promise<StudyRecord> {
  let last: StudyRecord | undefined;
  for await (last of trainStudy(study));
  return last!;
}

Deno.test("a study at a constant rate, cut, is the study that was given fewer steps", async () => {
  const { model, data, optimizer, schedule, batch, evaluate } = small;
  const study: Study = {
    name: "rates",
    spec: { model, data, optimizer, schedule, batch, evaluate },
    space: { "schedule.rate": choice([3e-3, 1e-2]) },
    budget: steps(40),
    sampler: { kind: "grid", levels: 2 },
  };
  const short = await recordOf({ ...study, budget: steps(20) });
  const cut = cutAt(await recordOf(study), 20);
  for (const [i, { state, maxSteps, trajectory }] of cut.trials.entries()) {
    const alone = short.trials[i];
    assert.deepEqual([state, maxSteps], [alone.state, alone.maxSteps]);
    assert.deepEqual(trajectory.updates.loss, alone.trajectory.updates.loss);
    assert.deepEqual(trajectory.evaluations.metrics, alone.trajectory.evaluations.metrics);
    assert.deepEqual(trajectory.evaluations.standardErrors, alone.trajectory.evaluations.standardErrors);
  }
});

Deno.test("what had come to the step is done there; what had not stays as it was", () => {
  const study = studyRecord([
    { values: [3, 2, 1, 2] },
    { values: [3, 2], state: "stopped", maxSteps: 40 },
    { values: [3, 2, 9], state: "diverged", maxSteps: 40 },
    { values: [3], state: "running", maxSteps: 40 },
    { values: [3, 2], maxSteps: 20 },
  ]);
  const cut = cutAt(study, 20);
  assert.deepEqual(cut.trials.map(({ state }) => state), ["done", "done", "done", "running", "done"]);
  assert.deepEqual(cut.trials.map(({ maxSteps }) => maxSteps), [20, 20, 20, 20, 20]);
  assert.deepEqual(cut.trials.map(({ trajectory }) => trajectory.evaluations.step.at(-1)), [
    20,
    20,
    20,
    10,
    20,
  ]);
  assert.deepEqual(bestStepDiagnosis(cut).trials.map(({ share }) => share), [1, 1, 1, 1]);
  assert.equal(cutAt(study, 100).trials[1], study.trials[1]);
  assert.equal(study.trials[0].trajectory.evaluations.step.length, 4, "the record itself is left alone");
  assert.throws(() => cutAt(study, 0), /^RangeError: invalid step: 0 \(a whole number, at least 1\)$/);
});
