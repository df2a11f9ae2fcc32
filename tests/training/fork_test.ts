import assert from "node:assert/strict";
import { join } from "node:path";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { digits } from "../../lib/data/digits.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { sgd } from "../../lib/optimizers/sgd.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { fork, type ForkChanges } from "../../lib/training/fork.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { inFolder } from "../in_folder.ts";
import { endOf, lastOf, recordedUpTo } from "./alone.ts";
import { onNative } from "./compiled_fixture.ts";
import { small, trained } from "./fixture.ts";

setEngineChoice("wasm");

const LOSS = { metric: "validation.loss", mode: "min" } as const;
const saved = { every: steps(10), keep: { best: 0, last: 9 } };
const spec: Spec = { ...small, checkpoint: saved };
/** With states at every tenth step. */
const trained10 = () => trained(spec);
/** With its last state alone. */
const trainedBare = () => trained(small);

const sameAs = (run: TrainingEvent, expected: TrainingEvent, what: string) => {
  assert.deepEqual(endOf(run), endOf(expected), what);
  assert.deepEqual(recordedUpTo(run.trajectory, Infinity), recordedUpTo(expected.trajectory, Infinity), what);
  assert.deepEqual(run.cuts, expected.cuts, what);
};
const sharesWith = (run: TrainingEvent, { trajectory }: TrainingEvent, step: number) => {
  assert.deepEqual(run.trajectory.updates.seconds.slice(0, step), trajectory.updates.seconds.slice(0, step));
  const evaluated = trajectory.evaluations.step.filter((each) => each <= step).length;
  assert.deepEqual(
    run.trajectory.evaluations.seconds.slice(0, evaluated),
    trajectory.evaluations.seconds.slice(0, evaluated),
  );
};

Deno.test("without a change a fork ends in the same bits as its trunk, from any step", async () => {
  const bare = await trainedBare();
  for (const run of [await trained10(), bare]) {
    for (const step of [0, 1, 10, 17, 20, 39]) {
      const forked = await lastOf(fork(run, step));
      sameAs(forked, run, `from step ${step}`);
      sharesWith(forked, run, step);
      const again = run === bare ? step : step % 10;
      assert.deepEqual(forked.forked, { step, again });
      assert.deepEqual(forked.outcome!.changed, []);
    }
  }
  const { outcome } = await lastOf(fork(await trained10(), 40));
  assert.deepEqual([outcome!.reason, outcome!.at.step], ["alreadyComplete", 40]);
});

nativeTest("compiled, a fork without a change ends in the same bits as its trunk", async () => {
  onNative();
  const run = await trained(spec);
  for (const step of [17, 20]) sameAs(await lastOf(fork(run, step)), run, `from step ${step}`);
  setEngineChoice("wasm");
});

const hopeless = plateauScale({ ...LOSS, patience: evaluations(3), minDelta: 9 });
const wsd = warmupStableDecay({ peak: 3e-3, decay: steps(10), horizon: steps(35) });
/** What a fork changes, from which step, and what it stands for: the same told from the beginning. */
const CHANGED: readonly [string, number, ForkChanges, Partial<Spec>?][] = [
  ["a plateau rule, at its first cut", 20, { scale: hopeless }],
  ["a plateau rule, before its first cut", 13, { scale: hopeless }],
  ["a cooldown, where it begins", 25, { schedule: wsd, stop: maxSteps(35) }],
  ["an earlier end", 17, { stop: maxSteps(30) }],
  ["a later end", 40, { stop: maxSteps(50) }],
  ["an end so much later", 32, { stop: maxSteps({ for: 13 }) }, { stop: maxSteps(45) }],
  ["a selection that keeps the last", 33, { select: last() }],
  ["a selection of the highest, which lies far back", 33, { select: best("validation.loss", "max") }],
  ["a selection of the best window", 33, {
    select: windowMean({ metric: "validation.loss", mode: "min", window: evaluations(4) }),
  }],
  ["a selection that has kept nothing yet", 10, {
    select: windowMean({ metric: "validation.loss", mode: "min", window: evaluations(4) }),
  }],
  ["a selection that never keeps anything", 30, {
    select: windowMean({ metric: "validation.loss", mode: "min", window: evaluations(9) }),
  }],
];
for (const [what, step, changes, meant = changes] of CHANGED) {
  Deno.test(`${what}: a fork ends as if that had been told from the beginning`, async () => {
    const trunk = await trained10();
    const run = await lastOf(fork(trunk, step, changes)), alone = await trained({ ...spec, ...meant });
    sameAs(run, alone, what);
    sharesWith(run, trunk, step);
    assert.equal(run.forked!.step, step);
  });
}

Deno.test("what was trained again is told: since the last state, or since what a changed selection keeps", async () => {
  const trunk = await trained10(), bare = await trainedBare();
  const again = async (run: TrainingEvent, step: number, changes: ForkChanges = {}) =>
    (await lastOf(fork(run, step, { stop: maxSteps(40), ...changes }))).forked!.again;
  assert.equal(await again(trunk, 30), 0);
  assert.equal(await again(trunk, 37), 7);
  assert.equal(await again(bare, 37), 37);
  // the highest loss is that of step 5, whose weights only a training from the beginning has
  assert.equal(await again(trunk, 37, { select: best("validation.loss", "max") }), 37);
  assert.equal(await again(trunk, 37, { select: last() }), 7);
});

Deno.test("a rule that would have cut before the fork begins there", async () => {
  const { cuts, trajectory: { updates } } = await lastOf(
    fork(await trained10(), 25, { scale: hopeless, stop: maxSteps(50) }),
  );
  assert.deepEqual(cuts, [45]);
  assert.deepEqual([...updates.rate], [...Array(45).fill(3e-3), ...Array(5).fill(1.5e-3)]);
});

Deno.test("what differs from the trunk is told in the plan and at the end, and every event says where it left", async () => {
  const events: TrainingEvent[] = [], trunk = await trained10();
  for await (const event of fork(trunk, 17, { schedule: constant(1e-3), name: "lower" })) events.push(event);
  assert.ok(events.every(({ forked, plan }) => forked?.step === 17 && plan.name === "lower"));
  const { outcome, trajectory } = events.at(-1)!;
  assert.deepEqual(outcome!.changed, [
    "schedule is constant(0.001); the state was trained with constant(0.003)",
  ]);
  assert.deepEqual([...trajectory.updates.rate], [...Array(17).fill(3e-3), ...Array(23).fill(1e-3)]);
  // while the updates since the last state are made again, the recording is that of the trunk
  const [first] = events;
  assert.deepEqual([first.type, first.at.step, first.trajectory.updates.step.length], ["chunk", 10, 10]);
});

Deno.test("forks fork again, and so do trainings that went on from a state", async () => {
  const trunk = await trained10();
  const lower = { schedule: cosine({ peak: 3e-3, horizon: steps(40) }) };
  const first = await lastOf(fork(trunk, 20, lower));
  sameAs(await lastOf(fork(first, 20)), first, "at its own beginning");
  sameAs(await lastOf(fork(first, 33)), first, "further on");
  assert.throws(
    () => fork(first, 12),
    /^RangeError: invalid step: 12 \(the run went on from step 20: fork the one that came before it\)$/,
  );
  const resumed = await trained({ ...spec, from: trunk.outcome.state, stop: maxSteps(50) });
  sameAs(await lastOf(fork(resumed, 44)), resumed, "a training that went on");
});

Deno.test("a run's folder is forked by its spec, and stays as it is", async () => {
  await inFolder(async (folder) => {
    const there = { ...spec, checkpoint: { ...saved, folder: join(folder, "run") } };
    const run = await trained(there);
    const files = () =>
      [...Deno.readDirSync(join(folder, "run", "checkpoints"))].map(({ name }) => name).sort();
    const before = files();
    for (const step of [0, 10, 24]) {
      const forked = await lastOf(fork(there, step));
      sameAs(forked, run, `from step ${step}`);
      sharesWith(forked, run, step);
      assert.deepEqual(forked.forked!.again, step % 10);
    }
    const own = { checkpoint: { folder: join(folder, "fork") }, stop: maxSteps(45) };
    assert.equal((await lastOf(fork(there, 30, own))).at.step, 45);
    assert.equal((await lastOf(fork(there, 30, own))).outcome!.reason, "alreadyComplete");
    assert.deepEqual(files(), before);

    const other = fork({ ...there, schedule: constant(1e-3) }, 14);
    await assert.rejects(
      () => lastOf(other),
      /^ForkDiffers: cannot fork: trained again, step 11 is not as it was recorded \(/,
    );
    assert.throws(() => fork({ ...there, seed: 4 }, 14), /invalid seed: 4/);
  });
});

Deno.test("a fork that is stopped by hand says where it is, also while it trains again", async () => {
  const bare = await trainedBare();
  for (const step of [39, 1]) {
    const long = fork(bare, step, { stop: maxSteps(100_000) });
    let end: TrainingEvent | null = null;
    for await (const event of long) {
      if (event.at.step >= 3) long.abort();
      end = event;
    }
    assert.equal(end!.outcome!.reason, "aborted");
    assert.ok(step === 39 ? end!.at.step < 39 : end!.at.step > 1, `${end!.at.step}`);
    assert.equal(end!.trajectory.updates.step.length, end!.at.step);
    assert.equal(end!.forked!.step, step);
  }
});

Deno.test("a training that diverged is forked before it did", async () => {
  const wild = { ...spec, optimizer: sgd(), schedule: constant(1e30) };
  const run = await trained(wild);
  assert.equal(run.outcome.reason, "diverged");
  assert.throws(() => fork(run, run.at.step), /^UnsoundState: cannot go on: the training diverged at step /);
  const { outcome } = await lastOf(fork(run, 0, { schedule: constant(1e-2) }));
  assert.equal(outcome!.reason, "stopped");
});

const WRONG: readonly [string, (trunk: TrainingEvent) => unknown, RegExp][] = [
  [
    "a step past the recording",
    (trunk) => fork(trunk, 41),
    /^RangeError: invalid step: 41 \(the recording ends at step 40\)$/,
  ],
  [
    "a step that is none",
    (trunk) => fork(trunk, 2.5),
    /^RangeError: invalid step: 2.5 \(a whole number from 0\)$/,
  ],
  [
    "a duration",
    (trunk) => fork(trunk, steps(5) as never),
    /^RangeError: invalid step: .*\(a whole number from 0\)$/,
  ],
  [
    "a run that is none",
    () => fork(5 as never, 1),
    /^TypeError: invalid run: 5 \(the last event of a training, or /,
  ],
  ["a spec without a folder", () => fork(small, 1), /^TypeError: invalid run: .*checkpoint.folder\)$/],
  [
    "a training under way",
    (trunk) => fork({ ...trunk, outcome: null }, 1),
    /^RangeError: training seed 3 has not ended: fork it after its outcome$/,
  ],
  [
    "an unknown field",
    (trunk) => fork(trunk, 1, { rate: 5 } as never),
    /^TypeError: unknown field of train: rate /,
  ],
  ["a wrong value", (trunk) => fork(trunk, 1, { stop: 5 as never }), /^TypeError: .*5/],
  [
    "a metric never measured",
    (trunk) => fork(trunk, 5, { scale: plateauScale({ ...LOSS, metric: "validation.f1" }) }),
    /f1/,
  ],
  ...([
    ["seed", { seed: 4 }, "4", "3"],
    ["batch", { batch: 64 }, "64", "32"],
    ["remainder", { remainder: "drop" }, "drop", "train"],
    ["accumulate.batches", { accumulate: { batches: 2 } }, "2", "none"],
    ["model", { model: mlp({ layers: [64, 8, 10] }) }, "mlp 64–8–10, he.*", "mlp 64–16–10, he.*"],
    ["optimizer", { optimizer: sgd() }, "sgd.*", "adam.*"],
    ["data", { data: digits({ seed: 1 }) }, "fingerprint \\w+", "\\w+"],
  ] as const).map(([field, change, now, before]): typeof WRONG[number] => [
    `another ${field}`,
    (trunk) => fork(trunk, 20, change as ForkChanges),
    new RegExp(
      `^RangeError: invalid ${field}: ${now} \\(the trunk was trained with ${before}, which a fork shares\\)$`,
    ),
  ]),
  [
    "a state to go on from",
    (trunk) => fork(trunk, 20, { from: "s1" } as never),
    /^RangeError: invalid from: s1 \(none: /,
  ],
];
for (const [what, act, message] of WRONG) {
  Deno.test(`refused at once: ${what}`, async () => {
    const trunk = await trained10();
    assert.throws(
      () => act(trunk),
      (error: Error) => message.test(`${error.name}: ${error.message}`) || assert.fail(`${error}`),
    );
  });
}
Deno.test("what a fork shares may be told again", async () => {
  const { model, data, optimizer, batch, seed } = spec, trunk = await trained10();
  const again = { model, data, optimizer, batch, seed } as ForkChanges;
  sameAs(await lastOf(fork(trunk, 30, again)), trunk, "as its trunk");
});

Deno.test("a change that is undefined is none", async () => {
  const trunk = await trained({ ...spec, scale: hopeless });
  const none = { scale: undefined, stop: undefined, select: undefined, schedule: undefined };
  sameAs(await lastOf(fork(trunk, 30, none)), trunk, "as its trunk");
});
