import assert from "node:assert/strict";
import { recorder, resumeRecorder } from "../../lib/curves/recorder.ts";
import { batchPlan } from "../../lib/batch_plan.ts";
import { recorded } from "./recordings.ts";

const rowAt = (step: number) => ({ step, epoch: step / 10, examples: step * 10, seconds: step / 10 });
const empty = () =>
  recorder({ name: "r", seed: 3, batches: batchPlan(100, 10), metrics: ["validation.loss"] });

Deno.test("an empty recording has its columns, and no rows", () => {
  const { updates, evaluations, end, final } = empty().trajectory();
  assert.deepEqual([updates.step.length, updates.loss.length, evaluations.seconds.length, end, final], [
    0,
    0,
    0,
    null,
    null,
  ]);
  assert.deepEqual(Object.keys(evaluations.metrics), ["validation.loss"]);
});

Deno.test("what was recorded is read back, over many doublings of its columns", () => {
  const record = empty(), count = 1_000;
  for (let step = 1; step <= count; step++) {
    record.update({ ...rowAt(step), rate: 1 / step, loss: -step });
    if (step % 2 === 0) record.evaluation({ ...rowAt(step), metrics: { "validation.loss": step } });
  }
  const { updates, evaluations } = record.trajectory();
  assert.equal(updates.step.length, count);
  assert.ok(
    updates.step.every((step, i) =>
      step === i + 1 && updates.loss[i] === -step && updates.rate[i] === 1 / step
    ),
  );
  assert.deepEqual(evaluations.metrics["validation.loss"], evaluations.step);
  assert.equal(record.lastEvaluatedStep(), count);
});

Deno.test("a trajectory already given does not change when recording goes on", () => {
  const record = empty();
  record.update({ ...rowAt(1), rate: 1, loss: 1 });
  const early = record.trajectory(), copy = structuredClone(early);
  for (let step = 2; step < 300; step++) record.update({ ...rowAt(step), rate: 1, loss: 1 });
  record.finish("stopped");
  assert.deepEqual(early, copy);
});

Deno.test("a trajectory is given without a copy", () => {
  const record = empty();
  record.update({ ...rowAt(1), rate: 1, loss: 1 });
  assert.equal(record.trajectory().updates.loss.buffer, record.trajectory().updates.loss.buffer);
});

Deno.test("standard errors may come late: earlier rows have none", () => {
  const record = empty();
  record.evaluation({ ...rowAt(1), metrics: { "validation.loss": 1 } });
  record.evaluation({ ...rowAt(2), metrics: {} }, { "validation.loss": 0.1 });
  const { metrics, standardErrors } = record.trajectory().evaluations;
  assert.deepEqual([...metrics["validation.loss"]], [1, NaN]);
  assert.deepEqual([...standardErrors["validation.loss"]], [NaN, 0.1]);
});

Deno.test("a row out of order or with an unknown metric is refused", () => {
  const record = empty();
  record.update({ ...rowAt(2), rate: 1, loss: 1 });
  assert.throws(() => record.update({ ...rowAt(2), rate: 1, loss: 1 }), {
    message: "invalid update: step 2 (after step 2)",
  });
  assert.throws(() => record.evaluation({ ...rowAt(2), metrics: { val_los: 1 } }), {
    message: "unknown metric: val_los (has validation.loss)",
  });
});

Deno.test("a resumed recording goes on as the uncut one would have, without the end of the first part", () => {
  const whole = recorded({ losses: [3, 2, 1, 2], end: "stopped" });
  const final = { ...rowAt(25), metrics: { "validation.loss": 9, "validation.accuracy": 0, "test.loss": 9 } };
  const half = recorded({ losses: [3, 2], updates: 25, end: "stopped", final });
  const record = resumeRecorder(half);
  const { updates, evaluations } = whole;
  for (let i = 25; i < updates.step.length; i++) {
    record.update({
      ...rowAt(i + 1),
      examples: updates.examples[i],
      rate: updates.rate[i],
      loss: updates.loss[i],
    });
    const row = evaluations.step.indexOf(i + 1);
    if (row < 0) continue;
    const metrics = Object.fromEntries(
      Object.entries(evaluations.metrics).map(([name, values]) => [name, values[row]]),
    );
    record.evaluation({ ...rowAt(i + 1), examples: updates.examples[i], metrics });
  }
  assert.equal(record.trajectory().end, null);
  record.finish("stopped");
  assert.deepEqual(record.trajectory(), whole);
});

Deno.test("a metric that is measured from now on is NaN before, and its name is new", () => {
  const record = resumeRecorder(recorded({ losses: [3, 2] }), "again", ["validation.loss", "validation.f1"]);
  record.evaluation({ ...rowAt(30), metrics: { "validation.loss": 1, "validation.f1": 0.5 } });
  const { name, evaluations } = record.trajectory();
  assert.equal(name, "again");
  assert.deepEqual([...evaluations.metrics["validation.f1"]], [NaN, NaN, 0.5]);
  assert.deepEqual([...evaluations.metrics["validation.loss"]], [3, 2, 1]);
});
