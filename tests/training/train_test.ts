import assert from "node:assert/strict";
import { best } from "../../lib/criteria/best.ts";
import { any } from "../../lib/criteria/any.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { examplesAt } from "../../lib/batch_plan.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import { outputsOf } from "../../lib/training/evaluate.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { predict } from "../../lib/training/predict.ts";
import type { Spec } from "../../lib/training/spec.ts";
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
    assert.equal(trajectory.updates.examples[i], examplesAt(trajectory.batches, step));
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

const ALREADY = [
  ["at the cap", maxSteps(40), 40],
  ["above the cap", maxSteps(10), 10],
  ["by epochs", maxEpochs(1), 1],
] as const;
for (const [name, stop, cap] of ALREADY) {
  Deno.test(`going on ${name} trains no update and says so`, async () => {
    const { outcome: { state } } = await trained(small);
    const { outcome, at, trajectory } = await trained({ ...small, from: state, stop });
    assert.equal(outcome.reason, "alreadyComplete");
    assert.equal(outcome.alreadyComplete!.by, "cap");
    assert.equal(outcome.alreadyComplete!.cap, cap);
    assert.equal(at.step, 40);
    assert.equal(trajectory.updates.step.length, 40);
  });
}

Deno.test("a training that a rule had stopped is complete by its verdict", async () => {
  const stop = any(
    maxSteps(2000),
    plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) }),
  );
  const spec = { ...small, schedule: constant(2e-2), stop };
  const { outcome: first } = await trained(spec);
  const { outcome } = await trained({ ...spec, from: first.state });
  assert.equal(outcome.reason, "alreadyComplete");
  assert.equal(outcome.alreadyComplete!.by, "verdict");
});

Deno.test("cut at any step and gone on, a training ends in the same bits", async () => {
  const scale = plateauScale({ metric: "validation.loss", mode: "min", patience: evaluations(2) });
  const whole = { ...small, scale, stop: maxSteps(60), schedule: cosine({ peak: 0.02, horizon: steps(60) }) };
  const uncut = await trained(whole);
  for (const cut of [1, 4, 5, 17, 35, 36, 59]) {
    const { outcome: { state } } = await trained({ ...whole, stop: maxSteps(cut) });
    const resumed = await trained({ ...whole, from: state });
    assert.deepEqual(resumed.trajectory.updates.loss, uncut.trajectory.updates.loss, `cut at ${cut}`);
    assert.deepEqual(resumed.trajectory.updates.rate, uncut.trajectory.updates.rate, `cut at ${cut}`);
    assert.deepEqual(
      resumed.trajectory.evaluations.metrics,
      uncut.trajectory.evaluations.metrics,
      `cut at ${cut}`,
    );
    assert.deepEqual(loadState(resumed.outcome.state).parameters, loadState(uncut.outcome.state).parameters);
    assert.deepEqual(loadState(resumed.outcome.state).slots, loadState(uncut.outcome.state).slots);
    assert.deepEqual(loadCheckpoint(resumed.outcome.checkpoint), loadCheckpoint(uncut.outcome.checkpoint));
  }
});

Deno.test("cut and gone on, batches that wrap over the border of epochs go on where they were", async () => {
  const whole = { ...small, remainder: "wrap" as const, stop: maxSteps(50) };
  const uncut = await trained(whole);
  const { outcome: { state } } = await trained({ ...whole, stop: maxSteps(33) });
  const { trajectory } = await trained({ ...whole, from: state });
  assert.deepEqual(trajectory.updates.loss, uncut.trajectory.updates.loss);
  assert.deepEqual(trajectory.updates.examples, uncut.trajectory.updates.examples);
});

const OTHERS: [Partial<Spec>, RegExp][] = [
  [{ seed: 4 }, /invalid seed: 4 \(the state was trained with 3: give the same, or begin anew\)/],
  [{ batch: 64 }, /invalid batch: .*"batch":64.* was trained with .*"batch":32/],
  [{ remainder: "drop" }, /invalid batch: .*"drop".* was trained with .*"train"/],
  [{ model: mlp({ layers: [64, 8, 10] }) }, /invalid model: mlp 64–8–10, he/],
  [{ model: mlp({ layers: [64, 16, 10], activation: "tanh" }) }, /invalid model: .*tanh/],
  [{ optimizer: momentum() }, /invalid optimizer: momentum 0.9 \(the state was trained with adam/],
];
for (const [change, message] of OTHERS) {
  Deno.test(`a state is of one training, and another cannot go on from it: ${message.source}`, async () => {
    const { outcome: { state } } = await trained({ ...small, stop: maxSteps(2) });
    assert.throws(() => train({ ...small, ...change, from: state }), message);
  });
}

Deno.test("settings come from code when a training goes on, and what differs is pointed out", async () => {
  const scale = plateauScale({
    metric: "validation.loss",
    mode: "min",
    patience: evaluations(1),
    minDelta: 9,
  });
  const { outcome: { state }, cuts } = await trained({ ...small, scale });
  assert.ok(cuts.length > 0);
  const changed = { ...small, schedule: constant(1e-3), select: last(), evaluate: { every: steps(10) } };
  const { plan, trajectory } = await trained({ ...changed, from: state, stop: maxSteps(50) });
  assert.deepEqual(plan.warnings.map(({ lint }) => lint), Array(5).fill("differs-from-state"));
  assert.match(
    plan.warnings[0].message,
    /^schedule is constant\(0.001\); the state was trained with constant\(0.003\)/,
  );
  // the state's scale was cut, but the code that goes on has no such rule
  assert.deepEqual(trajectory.updates.rate.slice(40), new Float64Array(10).fill(1e-3));
  assert.deepEqual([...trajectory.evaluations.step.slice(8)], [50]);
});

Deno.test("nothing goes on from weights that are no numbers, nor is predicted with them", async () => {
  const wild = { ...small, optimizer: momentum(), schedule: constant(1e30), evaluate: { every: steps(100) } };
  const training = await trained(wild);
  assert.equal(training.outcome.reason, "diverged");
  assert.throws(
    () => train({ ...wild, from: training.outcome.state }),
    /invalid from: the state diverged at step \d+ \(go on from one before that, or begin anew\)/,
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
