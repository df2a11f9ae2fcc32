import assert from "node:assert/strict";
import { readState } from "../../lib/checkpoints/read_state.ts";
import { decodeState, encodeState } from "../../lib/checkpoints/state_file.ts";
import * as criteria from "../../lib/criteria/mod.ts";
import type { CriterionState, Observation } from "../../lib/criteria/criterion.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { epochs, evaluations, type Position, START, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { replay } from "../../lib/policies/replay.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { loadState, saveState } from "../../lib/training/checkpoints.ts";
import { plan } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { eventsOf, small, trained } from "../training/fixture.ts";
import { cutAt, droppedAt, filesIn } from "./cut.ts";
import { digitStream, firstRows } from "./digit_stream.ts";
import { LOSS } from "./judged.ts";
import { inFolder } from "../in_folder.ts";

setEngineChoice("wasm");

const { any, best, maxEpochs, maxSeconds, maxSteps, plateau } = criteria;

/** The first of the digits as a stream, of 1,097 declared. */
const stream = (given: number, passes: number) => digitStream(firstRows(given), passes);

Deno.test("trap 39: data that ends ends the training as exhausted, with its evaluation and no empty epoch", async () => {
  const cases = [[stream(1097, 2), 70], [stream(100, 5), 3]] as const;
  for (const [source, last] of cases) {
    const spec: Spec = { ...small, data: source, evaluate: { every: steps(20) }, stop: maxEpochs(4) };
    const { outcome, at, trajectory } = await trained(spec);
    assert.deepEqual([outcome.reason, trajectory.end, at.step], ["exhausted", "exhausted", last]);
    assert.equal(outcome.because, `the data ended at step ${last}`);
    assert.equal(trajectory.updates.step.length, last);
    assert.equal(trajectory.final!.step, last);
    assert.equal(trajectory.evaluations.step.length, Math.floor(last / 20));
    const again = await trained({ ...spec, from: outcome.state });
    assert.deepEqual(
      [again.outcome.reason, again.at.step],
      ["exhausted", last],
      "gone on with, it is still over",
    );
  }
});

Deno.test("trap 40: a stop may be asked at any time, also before the start, and no further update is made", async () => {
  const long: Spec = { ...small, evaluate: { every: steps(1) }, stop: maxSteps(1000) };
  for (const step of [0, 1, 7]) {
    const run = train(long);
    let last = null;
    for await (const event of run) {
      if (event.at.step === step) run.abort();
      last = event;
    }
    assert.deepEqual([last!.outcome!.reason, last!.at.step], ["aborted", step]);
  }
  const early = train(long);
  early.abort();
  const outcomes = [];
  for await (const { outcome } of early) outcomes.push(outcome);
  assert.deepEqual([outcomes.at(-1)!.reason, outcomes.at(-1)!.at.step], ["aborted", 0]);
  assert.equal((await trained({ ...long, signal: AbortSignal.abort() })).at.step, 0);
});

Deno.test("trap 41: capped, aborted, exhausted or diverged, an end has an evaluation and a state of its own step", async () => {
  const rare: Spec = { ...small, evaluate: { every: epochs(2) }, stop: maxSteps(7) };
  const capped = await trained(rare);
  const exhausted = await trained({ ...rare, data: stream(100, 1), stop: maxSteps(50) });
  const aborted = loadState(await cutAt({ ...rare, stop: maxSteps(50) }, 9));
  assert.ok(
    plan(rare).warnings.some(({ lint }) => lint === "never-evaluated"),
    "and the plan says that none is due",
  );
  for (
    const [{ trajectory, position }, last] of [
      [loadState(capped.outcome.state), 7],
      [loadState(exhausted.outcome.state), 3],
      [aborted, 9],
    ] as const
  ) {
    assert.equal(position.step, last);
    assert.equal(trajectory.evaluations.step.length, 0);
    assert.equal(trajectory.final!.step, last);
    assert.ok(trajectory.final!.metrics["validation.loss"] > 0);
  }
  // and on the disk
  const ended: [(checkpoint: Spec["checkpoint"]) => Promise<unknown>, number][] = [
    [(checkpoint) => trained({ ...rare, checkpoint }), 7],
    [(checkpoint) => trained({ ...rare, data: stream(100, 1), stop: maxSteps(50), checkpoint }), 3],
    [(checkpoint) => cutAt({ ...rare, stop: maxSteps(50), checkpoint }, 9), 9],
  ];
  for (const [end, last] of ended) {
    await inFolder(async (folder) => {
      await end({ folder, every: steps(5) });
      assert.equal(readState(folder).position.step, last);
    });
  }
  const wild = await trained({ ...rare, optimizer: optimizers.sgd(), schedule: constant(1e30) });
  assert.equal(wild.outcome.reason, "diverged");
  assert.deepEqual([wild.trajectory.final!.step, loadState(wild.outcome.state).position.step], [2, 2]);
});

/** Steps of the checkpoints that lie in a run's folder. */
const savedIn = (folder: string): number[] =>
  Object.keys(filesIn(`${folder}/checkpoints`)).map((path) => readState(path).position.step).sort((a, b) =>
    a - b
  );

Deno.test("trap 42: retention keeps the best and the last, and the plan points out saves that miss evaluations", async () => {
  // the highest loss is that of the first evaluation, so the best is the oldest
  const select = best("validation.loss", "max"), saving = { every: steps(5), keep: { best: 1, last: 1 } };
  await inFolder(async (folder) => {
    const spec: Spec = { ...small, select, checkpoint: { ...saving, folder } };
    await droppedAt({ ...spec, stop: maxSteps(30) }, ({ at }) => at.step === 20);
    assert.deepEqual(savedIn(folder), [5, 20]);
    await trained({ ...spec, stop: maxSteps(30) });
    const { outcome } = await trained({ ...spec, stop: maxSteps(42) });
    assert.deepEqual(savedIn(folder), [5, 42]);
    assert.equal(outcome.kept!.step, 5);
    assert.equal(readState(folder).kept!.row.step, 5);
  });
  // of the states in memory the same ones stay
  const ids = new Map<number, string>();
  for (
    const { type, at, state } of await eventsOf({ ...small, select, checkpoint: saving, stop: maxSteps(30) })
  ) {
    if (type === "checkpoint") ids.set(at.step, state!);
  }
  for (const step of [5, 30]) assert.equal(loadState(ids.get(step)!).position.step, step);
  for (const step of [10, 25]) assert.throws(() => loadState(ids.get(step)!), /no longer in memory/);
  // the best need not lie on a save: each state carries the weights that are kept
  const off = { ...small, select, checkpoint: { every: steps(7) } };
  const { state } = await droppedAt(off, ({ type, at }) => type === "checkpoint" && at.step > 10);
  assert.equal(loadState(state!).kept!.row.step, 5);
  const misaligned = ({ lint }: { lint: string }) => /save|checkpoint/.test(lint);
  assert.ok(plan(off).warnings.some(misaligned));
  assert.ok(!plan({ ...off, checkpoint: saving }).warnings.some(misaligned));
});

Deno.test("trap 43: the decision is one pure function of what was observed: whoever sees the same agrees at every step", async () => {
  const patience = plateau({ ...LOSS, patience: evaluations(3), minDelta: 0.15 });
  const stop = any(maxSteps(200), criteria.target({ ...LOSS, value: 0.01 }), patience);
  const { outcome, trajectory: { updates, evaluations: rows } } = await trained({ ...small, stop });
  assert.equal(outcome.path, "any.2.plateau");
  // two that do not speak to each other, one of which lives only in JSON
  let one = initial(stop),
    other = JSON.stringify(initial(stop)),
    evaluated = 0,
    decided: number | null = null;
  const see = (observation: Observation) => {
    one = observe(stop, one, observation);
    const revived: CriterionState = JSON.parse(other);
    other = JSON.stringify(observe(stop, revived, JSON.parse(JSON.stringify(observation))));
  };
  for (let i = 0; i < updates.step.length; i++) {
    let at: Position = { ...START, step: updates.step[i], epoch: updates.epoch[i], evaluations: evaluated };
    see({ kind: "update", at, loss: updates.loss[i], rate: updates.rate[i] });
    if (rows.step[evaluated] === at.step) {
      const metrics = { "validation.loss": rows.metrics["validation.loss"][evaluated] };
      at = { ...at, evaluations: ++evaluated };
      see({ kind: "evaluation", at, metrics });
    }
    const decisions = [stops(stop, one, at), stops(stop, JSON.parse(other), at)];
    assert.equal(decisions[0], decisions[1], `they disagree at step ${at.step}`);
    if (decisions[0]) decided ??= at.step;
  }
  assert.equal(decided, outcome.at.step);
});

Deno.test("trap 44: seconds are of a monotonic clock, added up over restarts, and a verdict by the clock says so", async () => {
  const clock = Date.now;
  try {
    let skew = 0;
    Date.now = () => clock() - (skew += 3_600_000); // a wall clock that jumps back an hour whenever it is read
    const timed: Spec = { ...small, stop: any(maxSteps(20_000), maxSeconds(0.3)) };
    const begun = performance.now();
    const { outcome, trajectory } = await trained(timed);
    assert.equal(outcome.path, "any.1.maxSeconds");
    assert.ok(outcome.at.seconds <= (performance.now() - begun) / 1000, "no more than has passed");
    const { seconds } = trajectory.updates;
    assert.ok(seconds.every((second, i) => i === 0 || second >= seconds[i - 1]));
    assert.ok(outcome.at.seconds >= 0.3 && outcome.at.seconds < 60, `${outcome.at.seconds} s`);

    const { position } = loadState(outcome.state);
    assert.ok(position.seconds > outcome.at.seconds, "the evaluation after the last update counts too");

    const done = await trained({ ...timed, from: outcome.state });
    assert.deepEqual([done.outcome.reason, done.at.step], ["alreadyComplete", outcome.at.step]);

    await new Promise((wake) => setTimeout(wake, 100));
    const again = performance.now();
    const rest = await trained({
      ...timed,
      stop: any(maxSteps(20_000), maxSeconds(0.5)),
      from: outcome.state,
    });
    assert.ok(rest.at.step > outcome.at.step && rest.at.seconds >= 0.5, "it has the rest");
    const since = (performance.now() - again) / 1000;
    assert.ok(rest.at.seconds - position.seconds <= since, "what passed between the two does not count");
    const gone = rest.trajectory.updates.seconds;
    assert.ok(
      gone.every((second, i) => i === 0 || second >= gone[i - 1]),
      "and goes on where the clock stood",
    );

    const policy = { name: "timed", select: best("validation.loss", "min") } as const;
    const judgements = replay(trajectory, [{ ...policy, stop: timed.stop }, {
      ...policy,
      stop: maxSteps(3),
    }]);
    assert.deepEqual(judgements.map(({ clock }) => clock), [true, false]);
    assert.equal(judgements[0].at!.step, outcome.at.step);
  } finally {
    Date.now = clock;
  }
});

Deno.test("trap 44: two budgets, of all time and of training alone: what evaluations take is recorded", async () => {
  const { trajectory: { updates, evaluations }, trajectory } = await trained({
    ...small,
    evaluate: { every: steps(1) },
    stop: maxSteps(30),
  });
  const took = evaluations.seconds.map((second, i) => second - updates.seconds[i]);
  assert.ok(took.every((time) => time > 0), `an evaluation took ${Math.min(...took)} s`);

  // comes in the fifteenth update
  const half = updates.seconds[14] - took.slice(0, 14).reduce((sum, time) => sum + time) - 1e-9;
  const judged = (["training", "total"] as const).map((of) => ({
    name: of,
    stop: maxSeconds(half, { of }),
    select: best("validation.loss", "min"),
  }));
  const [training, total] = replay(trajectory, judged);
  assert.equal(training.at!.step, 15);
  assert.ok(total.at!.step < 15, `all time was up at step ${total.at!.step}`);
});

Deno.test("trap 44: a budget of training time, too, is spent once: a run that goes on has what is left of it", async () => {
  const stop = any(maxSteps(20_000), maxSeconds(0.2, { of: "training" }));
  const spec: Spec = { ...small, evaluate: { every: steps(1) }, stop };
  const { outcome } = await trained(spec);
  assert.equal(outcome.path, "any.1.maxSeconds");
  const done = await trained({ ...spec, from: outcome.state });
  assert.deepEqual([done.outcome.reason, done.at.step], ["alreadyComplete", outcome.at.step]);
  const { by, have } = done.outcome.alreadyComplete!;
  assert.ok(by === "cap" && have >= 0.2 && have < outcome.at.seconds, `${have} of ${outcome.at.seconds} s`);
});

Deno.test("trap 45: all that an optimizer remembers is in its slots: bit-exact after a file, and it obeys the rate", async () => {
  const { adam, adamw, lion, momentum, nesterov, rmsprop, sgd } = optimizers;
  for (const optimizer of [sgd(), momentum(), nesterov(), rmsprop(), adam(), adamw(), lion()]) {
    const spec: Spec = { ...small, optimizer, schedule: constant(1e-3), stop: maxSteps(12) };
    const uncut = loadState((await trained(spec)).outcome.state);
    const half = saveState(decodeState(encodeState(loadState(await cutAt(spec, 6)))));
    const resumed = loadState((await trained({ ...spec, from: half })).outcome.state);
    assert.deepEqual(resumed.parameters, uncut.parameters, optimizer.kind);
    assert.deepEqual(resumed.slots, uncut.slots, optimizer.kind);

    // the seventh update at twice the rate moves the weights twice as far
    const seventh = async (rate: number) =>
      loadState(
        (await trained({ ...spec, schedule: constant(rate), stop: maxSteps(7), from: half })).outcome.state,
      ).parameters;
    const [once, twice, start] = [await seventh(1e-3), await seventh(2e-3), loadState(half).parameters];
    const moved = (to: readonly Float32Array[]) =>
      to.reduce(
        (sum, values, i) => sum + values.reduce((all, v, j) => all + Math.abs(v - start[i][j]), 0),
        0,
      );
    assert.ok(
      Math.abs(moved(twice) / moved(once) - 2) < 1e-2,
      `${optimizer.kind}: ${moved(twice) / moved(once)}`,
    );
  }
});

Deno.test("trap 45: weights that are kept live on, and nothing stays in the engine when a training has ended", async () => {
  await trained(small); // what an engine makes once, it has made
  const before = tf.memory().numTensors;
  const kept: Spec = { ...small, select: best("validation.loss", "max"), average: { decay: 0.9 } };
  const { outcome } = await trained(kept);
  assert.equal(tf.memory().numTensors, before, "after a training");
  assert.equal(outcome.kept!.step, 5);
  await trained({ ...kept, stop: maxSteps(45), from: outcome.state });
  assert.equal(tf.memory().numTensors, before, "after one that went on");
  const improving = best("validation.loss", "min"); // each evaluation takes the place of the one before
  await droppedAt({ ...small, select: improving }, ({ at }) => at.step === 20);
  assert.equal(tf.memory().numTensors, before, "after one that was dropped");
});
