/** Trainings as a store has them, against what they said themselves. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import type { EndReason, Trajectory } from "../../lib/curves/trajectory.ts";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { StorageFault } from "../../lib/checkpoints/storage_fault.ts";
import { recordTraining, trainingRecord } from "../../lib/store/record_training.ts";
import type { Store } from "../../lib/store/store.ts";
import { trainingStory } from "../../lib/store/training_story.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { filledSpec, type Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { watched, watchTrainings } from "../../lib/training/watched.ts";
import { inFolder } from "../in_folder.ts";
import { eventsOf, small } from "../training/fixture.ts";
import { inStore } from "./fixture.ts";

setEngineChoice("wasm");

const key = (identity: string) => identity;

/** Trains while every training is recorded, up to some event; its last one. */
async function recorded(store: Store, spec: Spec, until = Infinity): Promise<TrainingEvent> {
  const stop = watchTrainings((filled) => recordTraining(store, filled, { from: "a.ts", key }));
  let last: TrainingEvent, count = 0;
  try {
    for await (const event of train(spec)) {
      last = event;
      if (++count === until) break;
    }
  } finally {
    stop();
  }
  return last!;
}

const only = async (store: Store) => {
  const [row, ...others] = await store.runs();
  assert.deepEqual(others, []);
  return row;
};

const SPECS: [string, Partial<Spec>][] = [
  ["of 40 updates", {}],
  ["that ends off the grid", { stop: maxSteps(38) }],
  ["with accumulated batches, a running mean and other metrics", {
    accumulate: { batches: 3, leftover: "carry" },
    average: { decay: 0.9 },
    metrics: ["f1"],
    name: "mean",
  }],
  ["that ends before the first evaluation", { stop: maxSteps(3) }],
];
for (const [what, some] of SPECS) {
  Deno.test(`a training ${what} comes back bit for bit`, () =>
    inStore(async (store) => {
      const { trajectory, outcome } = await recorded(store, { ...small, ...some });
      const row = await only(store);
      assert.deepEqual(await store.trajectory(row.id), trajectory);
      assert.deepEqual([row.state, row.because], ["stopped", outcome!.because]);
    }));
}

Deno.test("what a run is compared by is in its row", () =>
  inStore(async (store) => {
    const { trajectory } = await recorded(store, { ...small, name: "n" });
    const row = await only(store), losses = trajectory.evaluations.metrics["validation.loss"];
    const { optimizer, lr, batch, seed, data, stop, model } = row.config;
    assert.deepEqual({ optimizer, lr, batch, seed, data, stop, model }, {
      optimizer: "adam",
      lr: 3e-3,
      batch: 32,
      seed: 3,
      data: "digits",
      stop: "maxSteps(40)",
      model: "mlp 64–16–10, he",
    });
    assert.deepEqual([row.name, row.from, row.seed, row.kind, row.rule, row.step], [
      "n",
      "a.ts",
      3,
      "steps",
      "40 steps",
      40,
    ]);
    assert.deepEqual(row.batches, { batch: 32, trainingExamples: 1097, stepsPerEpoch: 35 });
    assert.equal(row.best!.metric, "validation.loss");
    assert.equal(row.best!.value, Math.min(...losses));
  }));

Deno.test("a training that nobody reads to the end is interrupted; the same one again takes its place", () =>
  inStore(async (store) => {
    const { at } = await recorded(store, small, 4);
    const cut = await only(store);
    assert.deepEqual([cut.state, cut.step], ["interrupted", at.step]);
    assert.ok(at.step > 0 && at.step < 40);
    await store.tag(cut.id, ["kept"]);
    const { trajectory } = await recorded(store, small);
    const { id, state, tags } = await only(store);
    assert.deepEqual([id, state, tags], [cut.id, "stopped", ["kept"]]);
    assert.deepEqual(await store.trajectory(id), trajectory);
  }));

Deno.test("a run that goes on from its folder goes on in the store, without gap or duplicate", () =>
  inStore((store) =>
    inFolder(async (folder) => {
      const spec: Spec = { ...small, checkpoint: { every: steps(10), folder: join(folder, "run") } };
      await recorded(store, spec, 8);
      const before = await only(store);
      assert.ok(before.step > 10);
      const { trajectory } = await recorded(store, spec);
      const { id, state } = await only(store);
      assert.deepEqual([id, state], [before.id, "stopped"]);
      assert.deepEqual(await store.trajectory(id), trajectory);
      const uncut = (await eventsOf(small)).at(-1)!.trajectory;
      assert.deepEqual(timeless((await store.trajectory(id))!), timeless(uncut));

      const checkpoints = await store.checkpoints(id);
      assert.deepEqual(checkpoints.map(({ step }) => step), [10, 20, 30, 40]);
      const { path, sha256 } = checkpoints.at(-1)!, bytes = Deno.readFileSync(path);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      assert.equal(sha256, digest.toHex());

      // once more: nothing is left to do, and the run is as it ended
      assert.equal((await recorded(store, spec)).outcome!.reason, "alreadyComplete");
      assert.deepEqual([(await only(store)).state, (await store.trajectory(id))!.end], [
        "stopped",
        "stopped",
      ]);
    })
  ));

/** Without what the clock says. */
function timeless({ updates, evaluations, ...rest }: Trajectory) {
  const { seconds: _updates, ...ofUpdates } = updates, { seconds: _evaluations, ...of } = evaluations;
  return { ...rest, updates: ofUpdates, evaluations: of };
}

Deno.test("a fork shares its spec with its trunk, and is a run of its own", () =>
  inStore(async (store) => {
    const { outcome } = await recorded(store, { ...small, stop: maxSteps(20) });
    const fork = { ...small, stop: maxSteps(30), from: outcome!.state };
    const { trajectory } = await recorded(store, fork);
    await recorded(store, { ...small, stop: maxSteps(30) });
    const runs = await store.runs();
    assert.deepEqual(runs.map(({ step }) => step), [30, 30, 20]);
    assert.deepEqual(await store.trajectory(runs[1].id), trajectory);
  }));

Deno.test("two trainings at once are two runs, also where one is the other", () =>
  inStore(async (store) => {
    const options = { from: "a.ts", key, busy: "another" } as const;
    const stop = watchTrainings((filled) => recordTraining(store, filled, options));
    const specs = [0, 1, 1].map((seed): Spec => ({ ...small, seed }));
    const ended = await Promise.all(specs.map(async (spec) => (await eventsOf(spec)).at(-1)!)).finally(stop);
    const runs = await store.runs();
    assert.deepEqual(runs.map(({ seed }) => seed).toSorted(), [0, 1, 1]);
    const [a, b] = await Promise.all(
      runs.filter(({ seed }) => seed === 1).map(async ({ id }) => (await store.trajectory(id))!),
    );
    assert.deepEqual(timeless(a), timeless(ended[1].trajectory));
    assert.deepEqual(timeless(a), timeless(b));
    // both have ended before the store goes: a training left behind would watch the next test's
    const both = await Promise.allSettled([1, 2].map(() => recorded(store, small)));
    const refused = both.flatMap((each) => each.status === "rejected" ? [each.reason.name] : []);
    assert.deepEqual(new Set(refused), new Set(["RunBeingWritten"]));
  }));

Deno.test("a store that refuses ends the training with its fault", () =>
  inStore(async (store) => {
    let asked = 0;
    const full: Store = {
      ...store,
      fault: null,
      begin: async (run, soFar) => ({
        ...await store.begin(run, soFar).then((writer) => ({
          id: writer.id,
          recorded: () => writer.recorded(),
          checkpoint: () => Promise.resolve(),
          end: () => Promise.resolve(),
          warn: () => Promise.resolve(),
          release: () => writer.release(),
        })),
        append() {
          asked++;
          return Promise.reject(new StorageFault("runs.sqlite", "ENOSPC", new Error("full")));
        },
      }),
    };
    await assert.rejects(recorded(full, small), {
      message: "storage fault: runs.sqlite (no space left, ENOSPC)",
    });
    assert.equal(asked, 1);
    assert.equal((await only(store)).state, "interrupted");
  }));

Deno.test("a store that needs long is told less often: no training waits for it more than a twentieth of its time", () =>
  inStore(async (store) => {
    let needs = 0;
    const slow: Store = {
      ...store,
      fault: null,
      begin: async (run) => {
        const writer = await store.begin(run);
        return {
          ...writer,
          id: writer.id,
          append: () => new Promise((resolve) => setTimeout(resolve, needs)),
          release: () => writer.release(),
        };
      },
    };
    const record = trainingRecord(slow, { from: null, key }), story = trainingStory(filledSpec(small));
    const [planned] = await eventsOf(small), { begin } = story.event(planned)!;
    await record.take({ begin: { ...begin!, soFar: { rows: {} } } });
    assert.equal(record.pace, 100);
    needs = 20;
    await record.take({ rows: {} });
    assert.ok(record.pace < 990, `after a single slow answer ${record.pace} ms`);
    await record.take({ rows: {} });
    assert.ok(record.pace >= 990 && record.pace < 60_000, `${record.pace} ms`);
    needs = 0;
    await record.take({ rows: {} });
    assert.ok(record.pace < 990, `${record.pace} ms`);
    await record.close();
  }));

Deno.test("while nobody asks, a training is its own generator", () => {
  const events = (async function* (): AsyncGenerator<TrainingEvent, void, void> {})();
  assert.equal(watched(filledSpec(small), events), events);
  const stop = watchTrainings(() => ({ event: () => {}, closed: () => {} }));
  assert.notEqual(watched(filledSpec(small), events), events);
  stop();
  assert.equal(watched(filledSpec(small), events), events);
});

Deno.test("each end of a training is an end in the store", () =>
  inStore(async (store) => {
    const aborted = new AbortController();
    aborted.abort();
    const ends: [Partial<Spec>, EndReason][] = [
      [{ signal: aborted.signal }, "aborted"],
      [{
        schedule: { kind: "constant", rate: 1e30 } as Spec["schedule"],
        optimizer: { kind: "sgd" } as Spec["optimizer"],
      }, "diverged"],
    ];
    for (const [some, reason] of ends) {
      const { trajectory } = await recorded(store, { ...small, ...some, name: reason });
      const row = (await store.runs()).find(({ name }) => name === reason)!;
      assert.equal(row.state, reason);
      assert.deepEqual(await store.trajectory(row.id), trajectory);
    }
  }));
