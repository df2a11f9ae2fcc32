import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import { criteria, replay, seconds, steps } from "../../lib/mod.ts";
import { recorder } from "../../lib/curves/recorder.ts";
import { clockReadings } from "../../lib/report/clock_names.ts";

const place = { step: 100, epoch: 2.9, examples: 3200, seconds: 1.7 };
const record = recorder({ name: "a", seed: 0, batches: batchPlan(1000, 32), metrics: ["validation.loss"] });
for (const step of [10, 20, 30]) {
  record.update({ ...place, step, rate: 0.1, loss: 1 / step });
  record.evaluation({ ...place, step, metrics: { "validation.loss": 1 / step } });
}
const trajectory = record.trajectory();
const [byClock, bySteps] = replay(trajectory, [
  { name: "time", stop: criteria.maxSeconds(seconds(1)), select: criteria.last() },
  { name: "steps", stop: criteria.maxSteps(steps(20)), select: criteria.last() },
]);

const table = {
  type: "table",
  columns: [{ label: "run" }, { label: "time", clock: true }],
  rows: [[{ text: "a" }, { text: "1.7 s" }], [{ text: "b" }, { text: "2.0 s" }]],
};

const cases: readonly (readonly [string, unknown, type: string, paths: readonly string[]])[] = [
  ["the clock of updates", trajectory.updates, "Trajectory.updates", ["seconds"]],
  ["the clock of evaluations", trajectory.evaluations, "Trajectory.evaluations", ["seconds"]],
  ["where something was", place, "Position", ["seconds"]],
  ["how fast a training goes", { plan: {}, at: place, pace: 3, trajectory }, "TrainingEvent", ["pace"]],
  ["how long a cell took", { t: "state", cell: "a", state: "done", seconds: 2 }, "CellNews", ["seconds"]],
  ["columns of a table that are marked", table, "Table", ["rows.0.1", "rows.1.1"]],
];
for (const [name, value, type, paths] of cases) {
  Deno.test(`a clock reading: ${name}`, () => {
    assert.deepEqual(
      clockReadings(value).map((each) => [each.type, each.path.join(".")]),
      paths.map((path) => [type, path]),
    );
  });
}

Deno.test("what a rule of time judges rests on the clock, and what another judges does not", () => {
  const names = clockReadings(byClock).map(({ path }) => path.join("."));
  for (const name of ["at", "kept", "regret", "because"]) assert.ok(names.includes(name), name);
  for (const name of ["policy", "kind", "rule", "clock"]) assert.ok(!names.includes(name), name);
  assert.deepEqual(clockReadings(bySteps), []);
});

Deno.test("anything else has none, seconds that a person writes down included", () => {
  for (
    const value of [null, 3, "seconds", [place], Float64Array.of(1), { seconds: 3 }, trajectory, {
      type: "table",
    }]
  ) {
    assert.deepEqual(clockReadings(value), []);
  }
});
