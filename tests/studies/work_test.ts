import assert from "node:assert/strict";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { addStudy } from "../../lib/studies/add_study.ts";
import { choice } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import { studyRecordOf } from "../../lib/studies/study_record_of.ts";
import { trainTrial, type TrialEvent } from "../../lib/studies/train_trial.ts";
import { studyFolder } from "../../lib/studies/trial_folder.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { work } from "../../lib/studies/work.ts";
import { workOn } from "../../lib/studies/work_on.ts";
import { inFolder } from "../in_folder.ts";
import { small } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer, schedule, batch, evaluate } = small;
const study: Study = {
  name: "rates: all of them",
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3, 1e-3, 1e-2]) },
  budget: steps(40),
  sampler: { kind: "grid", levels: 2 },
};

const inStore = (act: (store: Store, folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    const store = await openStore(`${folder}/runs.sqlite`);
    try {
      await act(store, folder);
    } finally {
      await store.close();
    }
  });

/** What does not tell the time of what a study recorded. */
async function recorded(store: Store) {
  const { trials } = (await studyRecordOf(store, study.name))!;
  return trials.map(({ state, because, trajectory: { updates, evaluations } }) => ({
    state,
    because,
    step: [...updates.step],
    loss: [...updates.loss],
    metrics: evaluations.metrics,
  }));
}

Deno.test("a worker trains all trials as each trains alone, and records them and their ends", () =>
  inStore(async (store, folder) => {
    const name = await addStudy(store, study, folder);
    assert.equal(await addStudy(store, study, folder), name); // the same again changes nothing
    assert.equal(await work({ store, folder }, name), 3);
    assert.equal(await work({ store, folder }, name), 0);
    const all = await recorded(store), rows = await store.studies.trials(name);
    for (const [i, plan] of trialsOf(study).entries()) {
      let last: TrialEvent;
      for await (const event of trainTrial(plan)) last = event;
      const { record: { state, because, trajectory } } = last!;
      assert.deepEqual([all[i].state, all[i].because], [state, because]);
      assert.deepEqual(all[i].loss, [...trajectory.updates.loss]);
      assert.deepEqual(all[i].metrics["validation.loss"], trajectory.evaluations.metrics["validation.loss"]);
      const values = trajectory.evaluations.metrics["validation.loss"], value = Math.min(...values);
      assert.deepEqual([rows[i].step, rows[i].best], [40, {
        value,
        step: trajectory.evaluations.step[values.indexOf(value)],
      }]);
      assert.equal((await store.run(rows[i].run!))!.name, `${study.name} ${plan.name}`);
    }
  }));

Deno.test("a trial that was let go of goes on from its last state to the same numbers, each step recorded once", () =>
  inStore(async (store, folder) => {
    const name = await addStudy(store, study, folder), control = new AbortController();
    const claim = (await store.studies.claim(name))!;
    const cut = workOn({ store, folder, signal: control.signal }, claim);
    while ((await store.studies.trials(name))[0].run === null) {
      await new Promise((next) => setTimeout(next, 1));
    }
    control.abort();
    assert.equal(await cut, "released");
    const row = (await store.studies.get(name))!, [trial] = await store.studies.trials(name);
    assert.deepEqual([trial.state, row.counts.waiting], ["waiting", 3]);
    assert.equal((await store.run(trial.run!))!.state, "interrupted");
    assert.equal(await work({ store, folder }, name), 3);
    const all = await recorded(store);
    for (const { step, state } of all) {
      assert.deepEqual([state, step], ["done", Array.from({ length: 40 }, (_, i) => i + 1)]);
    }
    await inStore(async (other, place) => {
      await addStudy(other, study, place);
      await work({ store: other, folder: place });
      assert.deepEqual(await recorded(other), all);
    });
    // what the claims before left is gone, and what is there is the trial's
    const place = `${studyFolder(folder, row)}/trials/0`;
    assert.deepEqual([...Deno.readDirSync(place)].map(({ name }) => name), ["2"]);
  }));

Deno.test("nobody trains a paused study, and who trains it lets go", () =>
  inStore(async (store, folder) => {
    const long = { ...study, budget: steps(20_000) }, name = await addStudy(store, long, folder);
    await store.studies.pause(name, true);
    assert.equal(await work({ store, folder }, name), 0);
    await store.studies.pause(name, false);
    const working = work({ store, folder }, name);
    while ((await store.studies.trials(name))[0].step === 0) await new Promise((next) => setTimeout(next, 5));
    await store.studies.pause(name, true);
    assert.equal(await working, 0);
    const { counts } = (await store.studies.get(name))!, [trial] = await store.studies.trials(name);
    assert.equal(counts.waiting, 3);
    assert.ok(trial.step > 0 && trial.step < 20_000, `${trial.step}`);
  }));

Deno.test("of halving's trials some are given up, by what the store has of the others", () =>
  inStore(async (store, folder) => {
    const rates = choice([3e-3, 1e-4, 1e-5, 1e-6]);
    const halved: Study = {
      ...study,
      space: { "schedule.rate": rates },
      pruner: { kind: "halving", first: steps(10), eta: 2 },
    };
    const name = await addStudy(store, halved, folder);
    await work({ store, folder }, name);
    const trials = await store.studies.trials(name);
    assert.deepEqual(trials.map(({ state, step }) => `${state} ${step}`), [
      "done 40",
      "pruned 10",
      "pruned 10",
      "pruned 10",
    ]);
    assert.match(trials[1].because, /at the rung of step 10 .* of 2 trials there.*; assumed that/);
    const median = await addStudy(
      store,
      { ...halved, name: "median", pruner: { kind: "median", after: steps(20), least: 1 } },
      folder,
    );
    await work({ store, folder }, median);
    const states = (await store.studies.trials(median)).map(({ state, step }) => `${state} ${step}`);
    assert.deepEqual(states, ["done 40", "pruned 20", "pruned 20", "pruned 20"]);
  }));

Deno.test("a trial that diverges or fails ends so, in a line; what is no trial's fault is thrown, and it waits", () =>
  inStore(async (store, folder) => {
    const wild = { ...study, space: { "schedule.rate": choice([1e30, 3e-3]) } };
    const name = await addStudy(store, wild, folder);
    assert.equal(await work({ store, folder }, name), 2);
    const [first, second] = await store.studies.trials(name);
    assert.deepEqual([first.state, second.state], ["diverged", "done"]);
    assert.match(first.because, /^[^\n]+$/);

    const other = await addStudy(store, { ...study, name: "without data" }, folder);
    const elsewhere = { store, folder: `${folder}/elsewhere` };
    await assert.rejects(
      work(elsewhere, other),
      /^BadData: invalid data: \S+: there is no such file \(run the/,
    );
    assert.equal((await store.studies.get(other))!.counts.waiting, 3);
  }));

Deno.test("a study of the name with another plan is refused with what differs", () =>
  inStore(async (store, folder) => {
    await addStudy(store, study, folder);
    await assert.rejects(
      addStudy(store, { ...study, budget: steps(50) }, folder),
      /^OtherStudy: study exists: rates: all of them \(budget.count is 40 there and 50 here\): name this one otherwise, or remove that one$/,
    );
    const others = { ...study, spec: { ...study.spec, batch: 16, data: { ...data, name: "others" } } };
    await assert.rejects(
      addStudy(store, others, folder),
      /spec\.batch is \d+ there and 16 here; its data are/,
    );
  }));

Deno.test("while the storage refuses, a worker says so once, waits, and goes on when it can", () =>
  inStore(async (store, folder) => {
    const name = await addStudy(store, study, folder), said: string[] = [];
    Deno.writeTextFileSync(`${folder}/studies`, "in the way");
    const working = work({ store, folder, say: (line) => said.push(line) }, name);
    setTimeout(() => Deno.removeSync(`${folder}/studies`), 700); // after the first try, and the second
    assert.equal(await working, 3);
    assert.equal(said.length, 1);
    assert.match(said[0], /^paused by a storage fault: \S+ \([^)]+, ENOTDIR\): tries again until it can be/);
    assert.deepEqual((await recorded(store)).map(({ state, step }) => `${state} ${step.length}`), [
      "done 40",
      "done 40",
      "done 40",
    ]);
  }));
