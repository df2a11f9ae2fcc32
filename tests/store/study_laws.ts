/** What every store promises of studies. */
import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import type { Claim, NewStudy } from "../../lib/store/study_store.ts";
import { newRun, points } from "./fixture.ts";
import { claimer, killedClaim } from "./killed_worker.ts";

/** A place of its own, and stores that are opened there; each is closed at the end. */
export type InPlace = (act: (place: string, open: () => Promise<Store>) => Promise<void>) => Promise<void>;

export const newStudy = (name = "a", trials = 3): NewStudy => ({
  name,
  plan: `{"of":"${name}"}`,
  metric: "validation.loss",
  mode: "min",
  trials: Array.from({ length: trials }, (_, number) => ({
    number,
    name: `trial ${number}`,
    parameters: { "optimizer.rate": 0.1 / (number + 1), activation: number % 2 ? "relu" : "tanh" },
    seed: number,
    maxSteps: 100,
  })),
});

/** A store may take its time to notice that a process is gone. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const by = performance.now() + 20_000;
  while (!await holds()) {
    assert.ok(performance.now() < by, `in 20 s it came to hold: ${holds}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const END = { state: "done", because: "100 steps", step: 100, best: { value: 0.5, step: 90 } } as const;
const best = { value: 0.25, step: 40 };

type Law = (place: string, open: () => Promise<Store>) => Promise<void>;

const KEPT: Readonly<Record<string, Law>> = {
  "a study comes back as it was kept; the same again changes nothing, another of its name is refused": async (
    _,
    open,
  ) => {
    const store = await open(), { studies } = store, study = newStudy("ä 'quoted' \"x\"", 1201);
    await studies.add(study);
    const version = await store.version(), { trials, ...rest } = study;
    await studies.add(study);
    const row = (await studies.get(study.name))!;
    const counts = { waiting: 1201, running: 0, done: 0, stopped: 0, pruned: 0, diverged: 0, failed: 0 };
    const { created, updated } = row;
    assert.deepEqual(row, { ...rest, created, updated, paused: false, counts, steps: 0, maxSteps: 120_100 });
    assert.ok(Math.abs(created - Date.now()) < 60_000 && updated >= created && version > 0);
    const untouched = {
      state: "waiting",
      because: "",
      run: null,
      worker: null,
      token: 0,
      step: 0,
      best: null,
    };
    const rows = await studies.trials(study.name);
    assert.deepEqual(rows, trials.map((each) => ({ ...each, ...untouched, began: null, ended: null })));
    assert.deepEqual(await studies.trials(study.name, { from: 600, count: 3 }), rows.slice(600, 603));
    const others = [{ ...study, plan: "{}" }, { ...study, trials: trials.slice(1) }];
    for (const other of others) {
      await assert.rejects(studies.add(other), {
        name: "StudyExists",
        message:
          `study exists: ${study.name} (with another plan): name this one otherwise, or remove that one`,
      });
    }
    assert.deepEqual(await studies.trials(study.name), rows);
  },
  "studies are listed newest first, and one that is not there is named with those that are": async (
    _,
    open,
  ) => {
    const { studies } = await open(),
      unknown = { name: "UnknownStudy", message: "unknown study: c (has b, a)" };
    assert.deepEqual(await studies.list(), []);
    await studies.add(newStudy("a"));
    await studies.add(newStudy("b", 0));
    assert.deepEqual((await studies.list()).map(({ name, maxSteps }) => [name, maxSteps]), [["b", 0], [
      "a",
      300,
    ]]);
    assert.equal(await studies.get("c"), null);
    for (
      const act of [
        () => studies.trials("c"),
        () => studies.claim("c"),
        () => studies.pause("c", true),
        () => studies.retry("c"),
        () => studies.remove("c"),
      ]
    ) await assert.rejects(act(), unknown);
  },
  "every change raises the version, and asking in vain changes nothing": async (_, open) => {
    const store = await open(), { studies } = store;
    let claim: Claim | null = null;
    const changes: readonly (() => Promise<unknown>)[] = [
      () => studies.enrol({ host: "here", engine: "none" }),
      () => studies.add(newStudy("a", 2)),
      () => studies.pause("a", true),
      () => studies.pause("a", false),
      async () => claim = await studies.claim("a"),
      () => studies.tell(claim!, { step: 10, best: null }),
      () => studies.release(claim!),
      async () => claim = await studies.claim("a", 1),
      () => studies.finish(claim!, { ...END, state: "failed" }),
      () => studies.retry("a"),
      () => studies.remove("a"),
    ];
    for (const change of changes) {
      const before = await store.version();
      await change();
      assert.ok(await store.version() > before, String(change));
    }
    const before = await store.version();
    assert.equal(await studies.claim(null), null);
    assert.equal(await store.version(), before);
  },
};

const CLAIMED: Readonly<Record<string, Law>> = {
  "a trial is claimed once, in the order of the studies, and nobody claims those of a paused one": async (
    _,
    open,
  ) => {
    const [one, other] = [await open(), await open()];
    await one.studies.add(newStudy("a", 3));
    await one.studies.add(newStudy("b", 2));
    assert.deepEqual(await one.studies.claim("b", 1), { study: "b", trial: 1, token: 1 });
    assert.equal(await other.studies.claim("b", 1), null);
    await one.studies.pause("a", true);
    assert.equal(await one.studies.claim("a"), null);
    assert.deepEqual(await other.studies.claim(null), { study: "b", trial: 0, token: 1 });
    assert.equal(await one.studies.claim(null), null);
    await other.studies.pause("a", false);
    const claims = await Promise.all([one, other, one, other].map(({ studies }) => studies.claim(null)));
    assert.deepEqual(claims.map((claim) => claim?.trial).toSorted(), [0, 1, 2, undefined]);
    assert.equal((await one.studies.get("a"))!.counts.running, 3);
  },
  "what is told and finished is in the rows, and in those of the workers": async (_, open) => {
    const { studies } = await open();
    await studies.enrol({ host: "here", engine: "none 1" });
    await studies.add(newStudy("a", 2));
    const claim = (await studies.claim("a"))!;
    await studies.tell(claim, { step: 40, best });
    const [row] = await studies.trials("a"), [worker, ...others] = await studies.workers();
    assert.deepEqual([row.state, row.step, row.best, row.token], ["running", 40, best, 1]);
    assert.equal(worker.name, row.worker);
    assert.deepEqual([worker.trial, worker.alive, worker.pid], [{ study: "a", trial: 0 }, true, Deno.pid]);
    assert.deepEqual([worker.host, worker.engine, others], ["here", "none 1", []]);
    await studies.finish(claim, END);
    await studies.finish((await studies.claim("a"))!, { ...END, state: "failed", because: "no", best: null });
    const [done, failed] = await studies.trials("a"), [idle] = await studies.workers();
    assert.deepEqual([done.state, done.because, done.step, done.best], ["done", "100 steps", 100, END.best]);
    assert.ok(done.began! <= done.ended! && row.ended === null);
    assert.deepEqual([failed.state, failed.because, failed.best], ["failed", "no", null]);
    assert.deepEqual([idle.trial, idle.ended, idle.failed], [null, 2, 1]);
    assert.equal((await studies.get("a"))!.steps, 200);
    assert.equal(await studies.retry("a"), 1);
    const [, again] = await studies.trials("a");
    assert.deepEqual([again.state, again.because, again.ended], ["waiting", "", null]);
  },
  "who let go of a trial writes it no more: neither its row nor its run": async (_, open) => {
    const [one, other] = [await open(), await open()];
    await one.studies.add(newStudy("a", 1));
    const late = (await one.studies.claim("a"))!, writer = await one.begin(newRun(), undefined, late);
    await writer.append({ loss: points([1, 2]) });
    assert.equal((await one.studies.trials("a"))[0].run, writer.id);
    await one.studies.release(late);
    const lost = {
      name: "LostClaim",
      message: "lost claim: trial 0 of a, claim 1 (it is waiting): claim the next",
    };
    await assert.rejects(one.studies.tell(late, { step: 3, best }), lost);
    const claim = (await other.studies.claim("a"))!;
    assert.equal(claim.token, 2);
    const refused = [
      () => one.studies.tell(late, { step: 3, best }),
      () => one.studies.finish(late, END),
      () => one.studies.release(late),
      () => one.begin(newRun({ key: "another" }), undefined, late),
    ];
    const message =
      "lost claim: trial 0 of a, claim 1 (claimed 2 times, last by another worker): claim the next";
    for (const act of refused) await assert.rejects(act(), { name: "LostClaim", message });
    assert.equal((await one.runs()).length, 1);
    await assert.rejects(writer.append({ loss: points([3]) }), { name: "UnknownRun" });
    const on = await other.begin(newRun(), undefined, claim);
    assert.equal(on.id, writer.id);
    assert.deepEqual(await on.recorded(), { loss: 2 });
    // also while another writes the run: that it is another's trial says more than that it is busy
    await assert.rejects(one.begin(newRun(), undefined, late), { name: "LostClaim", message });
    await assert.rejects(writer.end("stopped", "", null), { name: "UnknownRun" });
    assert.deepEqual((await other.studies.trials("a")).map(({ step, run }) => [step, run]), [[0, on.id]]);
  },
  "a run whose writer was left alone by its trial is the next claim's": async (_, open) => {
    const [one, other] = [await open(), await open()];
    await one.studies.add(newStudy("a", 1));
    const first = (await one.studies.claim("a"))!, writer = await one.begin(newRun(), undefined, first);
    await one.studies.finish(first, { ...END, state: "failed" });
    await one.studies.retry("a");
    const claim = (await other.studies.claim("a"))!;
    await assert.rejects(writer.append({ loss: points([1]) }), { name: "UnknownRun" });
    await (await other.begin(newRun(), undefined, claim)).append({ loss: points([1]) });
  },
  "a store that is closed lets go of its trials, and none of them counts as lost": async (_, open) => {
    const other = await open();
    await other.studies.add(newStudy("a", 1));
    for (let i = 1; i <= 6; i++) {
      const one = await open();
      assert.equal((await one.studies.claim("a"))!.token, i);
      await one.close();
    }
    assert.equal((await other.studies.trials("a"))[0].state, "waiting");
  },
};

const LOST: Readonly<Record<string, Law>> = {
  "what a killed worker trained waits again, comes first and is claimed anew": async (place, open) => {
    const store = await open(), { studies } = store;
    await studies.add(newStudy("a", 3));
    const mine = (await studies.claim("a", 0))!, { claim, pid, kill } = await claimer(place, "a", "7");
    assert.deepEqual(claim, { study: "a", trial: 1, token: 1 });
    assert.equal(await studies.claim("a", 1), null);
    await assert.rejects(studies.remove("a"), { name: "StudyBeingTrained" });
    assert.deepEqual((await studies.workers()).map(({ pid, alive }) => [pid, alive]), [[pid, true]]);
    const before = await store.version();
    await kill();
    await until(async () => (await studies.trials("a"))[1].state === "waiting");
    assert.equal((await studies.get("a"))!.counts.waiting, 2);
    assert.deepEqual((await studies.workers()).map(({ alive }) => alive), [false]);
    assert.ok(await store.version() > before);
    await assert.rejects(studies.finish(claim!, END), { name: "LostClaim" });
    assert.deepEqual(await studies.claim("a"), { study: "a", trial: 1, token: 2 });
    assert.equal((await studies.trials("a"))[1].step, 7);
    await assert.rejects(studies.remove("a"), {
      name: "StudyBeingTrained",
      message: `study being trained: a (by process ${Deno.pid}): pause it, or stop its workers`,
    });
    await studies.release(mine);
    await studies.release({ study: "a", trial: 1, token: 2 });
    await studies.remove("a");
    assert.deepEqual(await studies.list(), []);
  },
  "a trial that lost five workers without a step between has failed": async (place, open) => {
    const { studies } = await open();
    await studies.add(newStudy("a", 1));
    // what is trained again from an earlier state is no step further
    for (const steps of [undefined, undefined, "5", "3,5", "3,5", "5"]) {
      assert.ok(await killedClaim(place, "a", steps));
      await until(async () => (await studies.trials("a"))[0].state === "waiting");
    }
    const claim = await studies.claim("a"); // four since it came to step 5
    assert.equal(claim!.token, 7);
    await studies.release(claim!);
    await killedClaim(place, "a", "4,5");
    await until(async () => (await studies.trials("a"))[0].state === "waiting");
    assert.equal(await studies.claim("a"), null);
    const [{ state, because, ended }] = await studies.trials("a");
    assert.deepEqual([state, because], ["failed", "five workers were lost on it, the last at step 5"]);
    assert.ok(ended !== null);
    assert.equal(await studies.retry("a"), 1);
    assert.equal((await studies.claim("a"))!.token, 9);
  },
};

/** Each promise as a test. */
export function studyLaws(inPlace: InPlace, missing: string | null = null): void {
  for (const [name, law] of Object.entries({ ...KEPT, ...CLAIMED, ...LOST })) {
    Deno.test({
      name: missing ? `${name} (${missing})` : name,
      ignore: missing !== null,
      fn: () => inPlace(law),
    });
  }
}
