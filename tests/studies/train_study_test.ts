import assert from "node:assert/strict";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { choice } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import type { StudyRecord } from "../../lib/studies/study_record.ts";
import { trainStudy } from "../../lib/studies/train_study.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { watchTrainings } from "../../lib/training/watched.ts";
import { small, trained } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer, schedule, batch, evaluate } = small;
const study: Study = {
  name: "rates",
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3, 1e-3, 1e30, 1e-6]) },
  budget: steps(20),
  sampler: { kind: "grid", levels: 2 },
};

async function recordsOf(study: Study): Promise<StudyRecord[]> {
  const records: StudyRecord[] = [];
  for await (const record of trainStudy(study)) records.push(record);
  return records;
}

Deno.test("trials train one after another, each as alone; what diverges is a record, and those that wait are there", async () => {
  const records = await recordsOf(study), last = records.at(-1)!;
  assert.deepEqual(last.trials.map(({ state }) => state), ["done", "done", "diverged", "done"]);
  assert.deepEqual([last.name, last.metric, last.mode], ["rates", "validation.loss", "min"]);
  for (const { trials } of records) assert.deepEqual(trials.map(({ number }) => number), [0, 1, 2, 3]);
  const first = records[0].trials;
  assert.deepEqual(first.slice(1).map(({ state }) => state), ["waiting", "waiting", "waiting"]);
  assert.equal(first[3].trajectory.updates.step.length, 0);
  for (const [i, { spec }] of trialsOf(study).entries()) {
    const { trajectory } = await trained(spec);
    assert.deepEqual(last.trials[i].trajectory.updates.loss, trajectory.updates.loss);
  }
});

Deno.test("whoever watches trainings sees each by the names of its study and of itself", async () => {
  const names: string[] = [];
  const stop = watchTrainings(({ name }) => (names.push(name), { event: () => {}, closed: () => {} }));
  await recordsOf(study);
  stop();
  assert.deepEqual(names, ["rates trial 0", "rates trial 1", "rates trial 2", "rates trial 3"]);
});

Deno.test("its pruner gives trials up by what those before them recorded", async () => {
  const pruner = { kind: "median", after: steps(10), least: 2 } as const;
  const { trials } = (await recordsOf({ ...study, pruner })).at(-1)!;
  assert.deepEqual(trials.map(({ state }) => state), ["done", "done", "diverged", "pruned"]);
  assert.match(trials[3].because, /by step 10 is behind the median of 3 others.*assumed/);
  assert.equal(trials[3].trajectory.updates.step.at(-1), 10);
});

Deno.test("abort ends the trial that runs: it and those after it wait", async () => {
  const training = trainStudy({ ...study, budget: steps(100_000) });
  let last: StudyRecord | null = null;
  for await (const record of training) {
    last = record;
    if (record.trials[0].trajectory.updates.step.length > 0) training.abort();
  }
  assert.deepEqual(last!.trials.map(({ state }) => state), ["waiting", "waiting", "waiting", "waiting"]);
  assert.ok(last!.trials[0].trajectory.updates.step.length < 100_000);
  const [first, ...others] = last!.trials.map(({ because }) => because);
  assert.match(first, /^stopped by hand at step /);
  assert.deepEqual(others, ["", "", ""], "those after it were not begun");
});

Deno.test("a study that is wrong is refused at once; one whose trials all fail throws the first's line", async () => {
  assert.throws(
    () => trainStudy({ ...study, space: { budget: choice([1]) } }),
    /the budget is chosen before/,
  );
  const open = () => {
    throw new Error("the reader broke");
  };
  const broken = { ...data, training: { count: 64, open, passes: Infinity, shuffle: 0 } };
  const failing = { ...study, spec: { ...study.spec, data: broken } };
  await assert.rejects(
    recordsOf(failing),
    /^AllTrialsFailed: all 4 trials of rates failed, the first by: the reader broke$/,
  );
});
