import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import { blobs } from "../../lib/data/blobs.ts";
import { steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { constant } from "../../lib/schedules/constant.ts";
import type { Store } from "../../lib/store/store.ts";
import { addStudy } from "../../lib/studies/add_study.ts";
import { filledStudy } from "../../lib/studies/filled_study.ts";
import { rivalsIn } from "../../lib/studies/rivals.ts";
import { choice } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import type { TrialState } from "../../lib/studies/study_record.ts";
import { trialRecordOf } from "../../lib/studies/trial_record_of.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { inStore, newRun, points } from "../store/fixture.ts";

const study: Study = {
  name: "a",
  spec: {
    model: mlp({ layers: [2, 3] }),
    data: blobs(),
    optimizer: adam(),
    schedule: constant(0.1),
    batch: 16,
  },
  space: { "schedule.rate": choice([0.1, 0.2]) },
  budget: steps(40),
  sampler: { kind: "grid", levels: 2 },
  pruner: { kind: "halving", first: steps(10), eta: 2 },
};

/** Its first trial is trained up to the rung, where it has a value. */
async function firstTrained(store: Store, value: number, state: TrialState): Promise<void> {
  const claim = (await store.studies.claim("a", 0))!;
  const rows = { "validation.loss": points([10], [value]) };
  const writer = await store.begin(newRun(), { rows }, claim);
  await writer.end("stopped", "", null);
  await store.studies.finish(claim, { state, because: "", step: 10, best: null });
}

Deno.test("who failed and was trained again is a rival by what it came to then", () =>
  inStore(async (store, path) => {
    await addStudy(store, study, `${path}-data`);
    const row = (await store.studies.get("a"))!, plans = trialsOf(study);
    const rivals = rivalsIn(store, row, filledStudy(study), plans);
    const [, second] = await store.studies.trials("a");
    const batches = batchPlan(plans[1].spec.data.training.count, 16);
    const trial = trialRecordOf(second, batches, new Map([["validation.loss", points([10], [0.7])]]));
    const isGivenUp = async () => (await rivals.judge(trial, 10))!.prune;

    await firstTrained(store, 0.5, "failed");
    assert.deepEqual([await isGivenUp(), await isGivenUp()], [true, true]);
    assert.equal(await store.studies.retry("a"), 1);
    await firstTrained(store, 0.9, "done");
    assert.equal(await isGivenUp(), false);
  }));
