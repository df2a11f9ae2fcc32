import assert from "node:assert/strict";
import { best } from "../../lib/criteria/best.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { restoredBy } from "../../lib/criteria/restored_by.ts";
import { any } from "../../lib/criteria/any.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { examplesAt } from "../../lib/batch_plan.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import { outputsOf } from "../../lib/training/forward.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { predict } from "../../lib/training/predict.ts";
import { train } from "../../lib/training/train.ts";
import { data, eventsOf, small, trained } from "./fixture.ts";

setEngineChoice("wasm");

Deno.test("a cap of n steps trains exactly n updates and records each once", async () => {
  const { outcome, trajectory, at } = await trained(small);
  assert.equal(outcome.reason, "stopped");
  assert.equal(outcome.path, "maxSteps");
  assert.equal(at.step, 40);
  assert.deepEqual([...trajectory.updates.step], Array.from({ length: 40 }, (_, i) => i + 1));
  assert.deepEqual([...trajectory.evaluations.step], [5, 10, 15, 20, 25, 30, 35, 40]);
  assert.equal(trajectory.end, "stopped");
  assert.equal(trajectory.final, null);
});

Deno.test("the loss falls, and validation accuracy rises far above chance", async () => {
  const { trajectory } = await trained({ ...small, stop: maxSteps(150) });
  const { loss } = trajectory.updates, accuracy = trajectory.evaluations.metrics["validation.accuracy"];
  assert.ok(loss.at(-1)! < loss[0] / 3, `${loss[0]} → ${loss.at(-1)}`);
  assert.ok(accuracy.at(-1)! > 0.85, `${accuracy.at(-1)}`);
});

Deno.test("events: planned first, ended last, each with the trajectory so far", async () => {
  const events = await eventsOf(small);
  assert.equal(events[0].type, "planned");
  assert.equal(events[0].trajectory.updates.step.length, 0);
  assert.equal(events.at(-1)!.type, "ended");
  assert.equal(events.filter(({ type }) => type === "evaluation").length, 8);
  for (const { at, trajectory } of events) assert.equal(trajectory.updates.step.length, at.step);
});

Deno.test("counters: the short last batch is trained, and epoch and examples count it", async () => {
  const { trajectory } = await trained({ ...small, stop: maxEpochs(1), evaluate: { every: epochs(1) } });
  assert.equal(trajectory.updates.step.length, 35); // 34 × 32 + 9 = 1,097
  assert.equal(trajectory.updates.examples.at(-1), 1097);
  assert.equal(trajectory.updates.epoch.at(-1), 1);
  trajectory.updates.step.forEach((step, i) => {
    assert.equal(trajectory.updates.examples[i], examplesAt(trajectory.batches!, step));
  });
});

Deno.test("the same seed gives the same numbers to the bit, another seed others", async () => {
  const [a, b, c] = [await trained(small), await trained(small), await trained({ ...small, seed: 4 })];
  assert.deepEqual(a.trajectory.updates.loss, b.trajectory.updates.loss);
  assert.deepEqual(a.trajectory.evaluations.metrics, b.trajectory.evaluations.metrics);
  assert.notDeepEqual(a.trajectory.updates.loss, c.trajectory.updates.loss);
});

Deno.test("the rate that is recorded is the schedule's at the update's index", async () => {
  const schedule = cosine({ peak: 0.01, horizon: steps(40) });
  const { rate } = (await trained({ ...small, schedule })).trajectory.updates;
  rate.forEach((value, i) => assert.ok(Math.abs(value - 0.005 * (1 + Math.cos(Math.PI * i / 40))) < 1e-12));
});

Deno.test("the kept weights are those of the best evaluation, and predict uses them", async () => {
  const training = await trained({
    ...small,
    stop: maxSteps(400),
    schedule: constant(2e-2),
    select: best("validation.loss", "min"),
  });
  const { outcome, trajectory } = training;
  const losses = trajectory.evaluations.metrics["validation.loss"];
  assert.equal(outcome.kept!.step, trajectory.evaluations.step[losses.indexOf(Math.min(...losses))]);
  assert.ok(outcome.kept!.step < 400, "the best is not the last, or this test says nothing");
  const predicted = predict(training, data.test);
  const hits = predicted.filter((digit, i) => digit === data.test.y[i]).length;
  assert.equal(hits / data.test.count, outcome.kept!.metrics["test.accuracy"]);
});

Deno.test("selecting the last evaluation keeps the last on the grid", async () => {
  const { outcome, trajectory } = await trained({ ...small, stop: maxSteps(43), select: last() });
  assert.equal(outcome.kept!.step, 40);
  assert.equal(trajectory.final!.step, 43);
  assert.equal(trajectory.evaluations.step.at(-1), 40);
});

Deno.test("early stopping ends at the evaluation where patience runs out", async () => {
  const stop = any(
    maxSteps(2000),
    plateau({ metric: "validation.loss", mode: "min", patience: evaluations(4) }),
  );
  const { outcome, trajectory } = await trained({ ...small, schedule: constant(2e-2), stop });
  const losses = [...trajectory.evaluations.metrics["validation.loss"]];
  assert.equal(outcome.path, "any.1.plateau");
  assert.equal(losses.length - 1 - losses.indexOf(Math.min(...losses)), 4);
  assert.equal(outcome.at.step, trajectory.evaluations.step.at(-1));
  assert.deepEqual(outcome.rules.map(({ stop }) => stop), [false, true]);
});

Deno.test("plateauScale cuts the rate of any schedule by its factor, where it says", async () => {
  const scale = plateauScale({
    metric: "validation.loss",
    mode: "min",
    factor: 0.5,
    patience: evaluations(2),
  });
  const { trajectory, cuts } = await trained({
    ...small,
    schedule: constant(3e-2),
    scale,
    stop: maxSteps(300),
  });
  assert.ok(cuts.length > 0, "no cut, so this test says nothing");
  trajectory.updates.rate.forEach((rate, i) => {
    // a cut at the evaluation after step s holds from update s + 1 on
    const before = cuts.filter((cut) => cut <= i).length;
    assert.equal(rate, 3e-2 * 0.5 ** before);
  });
});

Deno.test("a loss that is no number ends as diverged, keeps the best before it, and says where", async () => {
  const { outcome, trajectory } = await trained({
    ...small,
    optimizer: momentum(),
    schedule: constant(1e6),
    evaluate: { every: steps(1) },
  });
  assert.equal(outcome.reason, "diverged");
  assert.equal(trajectory.end, "diverged");
  assert.ok(!Number.isFinite(trajectory.updates.loss.at(-1)!));
  assert.match(outcome.because, new RegExp(`training loss is \\S+ at step ${outcome.at.step}`));
  assert.ok(outcome.kept && Number.isFinite(outcome.kept.metrics["validation.loss"]));
});

Deno.test("abort ends before the next update, with evaluation, selection and state", async () => {
  const run = train({ ...small, stop: maxSteps(100_000), evaluate: { every: steps(7) } });
  let outcome = null;
  for await (const event of run) {
    if (event.at.step >= 20) run.abort();
    if (event.type === "ended") outcome = event;
  }
  assert.equal(outcome!.outcome!.reason, "aborted");
  assert.ok(outcome!.at.step < 2000);
  assert.equal(outcome!.trajectory.updates.step.length, outcome!.at.step);
  assert.ok(outcome!.outcome!.kept);
  assert.equal(loadState(outcome!.outcome!.state).position.step, outcome!.at.step);
});

Deno.test("a signal that is aborted before the first update trains nothing", async () => {
  const { outcome, at } = await trained({ ...small, signal: AbortSignal.abort() });
  assert.equal(outcome.reason, "aborted");
  assert.equal(at.step, 0);
  assert.equal(outcome.kept, null);
});

Deno.test("nothing goes on from weights that are no numbers, nor is predicted with them", async () => {
  const wild = { ...small, optimizer: momentum(), schedule: constant(1e30), evaluate: { every: steps(100) } };
  const training = await trained(wild);
  assert.equal(training.outcome.reason, "diverged");
  assert.throws(
    () => train({ ...wild, from: training.outcome.state }),
    /cannot go on: the training diverged at step \d+ \(go on from a state before that, or begin anew\)/,
  );
  assert.throws(
    () => predict(training, data.test),
    /training seed 3 ended as diverged, with weights that are no/,
  );
});

Deno.test("a training that fails says so in its last event, with what it has, and then throws", async () => {
  const schedule = cosine({ peak: 0.01, horizon: steps(12), past: "error" });
  const events: TrainingEvent[] = [];
  await assert.rejects(async () => {
    for await (const event of train({ ...small, schedule })) events.push(event);
  }, { message: "update 13 is past the horizon of 12 updates" });
  const { outcome, trajectory } = events.at(-1)!;
  assert.deepEqual([outcome!.reason, trajectory.end, outcome!.at.step], ["failed", "failed", 12]);
  assert.equal(outcome!.because, "update 13 is past the horizon of 12 updates");
  assert.equal(trajectory.updates.step.length, 12);
  assert.ok(outcome!.kept);
  // it failed between two steps: it was evaluated, and may be gone on with
  assert.equal(trajectory.final!.step, 12);
  const longer = { ...small, schedule: cosine({ peak: 0.01, horizon: steps(40) }), from: outcome!.state };
  assert.equal((await trained(longer)).outcome.at.step, 40);
});

Deno.test("a training that fails in the middle of a step has no state to go on from", async () => {
  const fragile = { ...data, validation: { ...data.validation } };
  const events: TrainingEvent[] = [];
  await assert.rejects(async () => {
    for await (const event of train({ ...small, data: fragile })) {
      events.push(event);
      if (event.at.step === 5) Object.assign(fragile.validation, { y: null });
    }
  });
  const { outcome, trajectory } = events.at(-1)!;
  assert.deepEqual([outcome!.reason, outcome!.at.step, trajectory.final], ["failed", 10, null]);
  assert.throws(() => train({ ...small, from: outcome!.state }), {
    message:
      "cannot go on: the training failed in the middle of step 10 (go on from a state before that, or begin anew)",
  });
});

Deno.test("a signal aborts a training on the way, as its own abort does", async () => {
  const control = new AbortController();
  let outcome: TrainingEvent["outcome"] = null;
  for await (const event of train({ ...small, stop: maxSteps(100_000), signal: control.signal })) {
    if (event.at.step >= 20) control.abort();
    outcome = event.outcome;
  }
  assert.equal(outcome!.reason, "aborted");
});

Deno.test("no tensor is left after a training, whole, aborted or dropped half-way", async () => {
  await trained(small);
  const before = tf.memory().numTensors;
  await trained(small);
  for await (const event of train({ ...small, stop: maxSteps(5000) })) if (event.at.step > 10) break;
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("no tensor is left after updates that were skipped, or one that ended the training", async () => {
  const broken = { ...data.training, x: Float32Array.from(data.training.x).fill(NaN, 0, 64) };
  const spec = { ...small, data: { ...data, training: broken }, stop: maxEpochs(2) };
  const before = tf.memory().numTensors;
  const { outcome } = await trained({ ...spec, nonFinite: "skip" });
  assert.deepEqual([outcome.reason, outcome.skipped], ["stopped", 2]);
  assert.equal(tf.memory().numTensors, before);
  assert.equal((await trained(spec)).outcome.reason, "diverged");
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("a rule that reads how the running mean does keeps the running mean", async () => {
  const metric = "average.validation.loss", mode = "min";
  const spec = { ...small, average: { decay: 0.9 } };
  const [plain, restored] = await Promise.all([best(metric, mode), restoredBy(keras({ metric, mode }))].map(
    async (select) => (await trained({ ...spec, select })).outcome,
  ));
  assert.equal(restored.kept!.step, plain.kept!.step);
  assert.deepEqual(loadCheckpoint(restored.checkpoint), loadCheckpoint(plain.checkpoint));
});

Deno.test("outputs of a split are those of its rows", async () => {
  const { outcome } = await trained(small);
  const { model, parameters, layout } = loadCheckpoint(outcome.checkpoint);
  const network = {
    parameters: parameters.map((values, i) => tf.tensor(values, [...layout.parameters[i].shape])),
    statistics: [],
  };
  const all = outputsOf(model, network, data.validation);
  const head = outputsOf(model, network, {
    ...data.validation,
    count: 3,
    x: data.validation.x.slice(0, 3 * data.features),
  });
  assert.equal(all.length, data.validation.count * 10);
  head.forEach((value, i) => assert.ok(Math.abs(value - all[i]) < 1e-5));
  tf.dispose(network.parameters);
});
