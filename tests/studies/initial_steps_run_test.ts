import assert from "node:assert/strict";
import { epochs, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { ranInitialSteps } from "../../lib/studies/initial_steps_run.ts";
import { readInitialSteps } from "../../lib/studies/procedures/initial_steps.ts";
import { choice, logUniform } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import type { StudyRecord } from "../../lib/studies/study_record.ts";
import { trainStudy } from "../../lib/studies/train_study.ts";
import { small } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer } = small;
const study: Study = {
  name: "guess",
  spec: {
    model,
    data,
    optimizer,
    schedule: cosine({ peak: 3e-3, horizon: steps(60) }),
    batch: 32,
    evaluate: { every: epochs(1) },
  },
  space: { "schedule.peak": logUniform(1e-4, 1e-2), batch: choice([16, 64]) },
  budget: steps(60),
  trials: 4,
};

Deno.test("the sweep trains the settings that fitted fastest, at constant rates, and its fastest is the guess", async () => {
  const ran: { study: Study; record: StudyRecord }[] = [];
  const finding = await ranInitialSteps(study, { search: 4, sweep: 3 }, async (study) => {
    let record: StudyRecord;
    for await (record of trainStudy(study));
    ran.push({ study, record: record! });
    return record!;
  });
  const [search, sweep] = ran, [fastest] = readInitialSteps(search.record).fits;
  const { parameters } = search.record.trials[fastest.number];
  assert.deepEqual([search.record.trials.length, sweep.record.trials.length], [4, 3]);
  assert.equal(sweep.study.spec.batch, parameters.batch);
  assert.equal(sweep.study.spec.schedule.kind, "constant");
  assert.deepEqual(Object.keys(sweep.study.space), ["schedule.rate"]);
  assert.equal(finding!.evidence.steps, readInitialSteps(sweep.record).steps);
  assert.match(finding!.text, /^The fastest of 3 trials came to /);
});

Deno.test("what was let go of is not read", async () => {
  assert.equal(await ranInitialSteps(study, {}, () => Promise.resolve(null)), null);
});
