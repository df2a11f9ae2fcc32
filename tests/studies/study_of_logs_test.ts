import assert from "node:assert/strict";
import type { LoggedRun, Series } from "../../lib/curves/logged.ts";
import { lengthInConfig } from "../../lib/studies/length_in_config.ts";
import { studiesOfLogs } from "../../lib/studies/study_of_logs.ts";

const series = (value: readonly number[], every = 10, first = every): Series => ({
  step: Float64Array.from(value, (_, i) => first + i * every),
  value: Float64Array.from(value),
});
const run = (path: string, more: Partial<LoggedRun> = {}): LoggedRun => ({
  name: path.replace(/\.\w+$/, ""),
  source: { format: "csv", path },
  series: { val_loss: series([3, 2, 1]) },
  config: {},
  counting: { unit: "updates", fromZero: false },
  batches: {},
  warnings: [],
  ...more,
});

Deno.test("parameters are the settings that differ, without seeds and names", () => {
  const configs = [{ lr: 0.1, depth: 2, seed: 1, run_name: "a" }, {
    lr: 0.2,
    depth: 2,
    seed: 2,
    run_name: "b",
  }];
  const { studies: [{ record, lengthFrom }] } = studiesOfLogs(
    configs.map((config, i) => run(`runs/${i}.csv`, { config })),
  );
  assert.deepEqual(record.trials.map(({ parameters, seed }) => [parameters, seed]), [[{ lr: 0.1 }, 1], [{
    lr: 0.2,
  }, 2]]);
  assert.deepEqual([record.name, record.metric, record.mode, record.space, lengthFrom], [
    "runs",
    "validation.loss",
    "min",
    null,
    "longest run",
  ]);
});
Deno.test("runs of other paths are another study, unless they are taken together", () => {
  const runs = [run("cifar/1.csv"), run("cifar/2.csv"), run("mnist/1.csv")];
  assert.deepEqual(studiesOfLogs(runs).studies.map(({ record }) => record.trials.length), [2, 1]);
  assert.deepEqual(
    studiesOfLogs(runs, { together: true }).studies.map(({ record }) => record.trials.length),
    [3],
  );
});
Deno.test("a training that was logged twice counts once, also where one log counts from 0 and keeps fewer digits", () => {
  const value = [0.123456789, 0.0987654321],
    twice = (n: number) => [
      run(`trial_${n}/evals.csv`, { series: { val_loss: series(value) } }),
      run(`trial_${n}/all.csv`, {
        series: { val_loss: series(value.map(Math.fround), 10, 10), loss: series([1, 0.5, 0.2, 0.1], 4) },
        counting: { unit: "updates", fromZero: true },
      }),
    ];
  const { studies } = studiesOfLogs([...twice(1), ...twice(2)]);
  assert.deepEqual(studies.map(({ record }) => record.trials.map(({ name }) => name)), [[
    "trial_1/all",
    "trial_2/all",
  ]]);
  const other = run("trial_1/other.csv", { series: { val_loss: series([0.123456789, 0.09]) } });
  assert.equal(
    studiesOfLogs([...twice(1), other], { together: true }).studies[0].record.trials.length,
    2,
    "another curve is another training",
  );
});
Deno.test("a run is whole when it came within a tenth of its length, else stopped, or diverged", () => {
  const runs = [[3, 2, 1, 1, 1, 1, 1, 1, 1, 1], [3, 2, 1, 1, 1, 1, 1, 1, 1], [3, 2, 1], [3, 2, 1, NaN]]
    .map((losses, i) => run(`${i}.csv`, { series: { val_loss: series(losses) } }));
  assert.deepEqual(
    studiesOfLogs(runs).studies[0].record.trials.map(({ state, maxSteps }) => [state, maxSteps]),
    [
      ["done", 100],
      ["done", 100],
      ["stopped", 100],
      ["diverged", 100],
    ],
  );
});
Deno.test("runs without the metric are left out with the reason, and the metric may be named", () => {
  const runs = [
    run("1.csv"),
    run("2.csv", { series: { val_f1: series([0.1, 0.2]) } }),
    run("3.csv", { series: { x: series([1]) } }),
  ];
  const { studies, skipped } = studiesOfLogs(runs, { metric: "val_f1" });
  assert.deepEqual(studies.map(({ record: { metric, mode, trials } }) => [metric, mode, trials.length]), [[
    "val_f1",
    "max",
    1,
  ]]);
  assert.deepEqual(skipped.map(({ name }) => name), ["1", "3"]);
  assert.throws(
    () => studiesOfLogs([run("1.csv", { series: { test_loss: series([1]) } })], { metric: "test_loss" }),
    RangeError,
  );
});

const LENGTHS: readonly (readonly [config: Record<string, string | number>, steps: number | null])[] = [
  [{ max_steps: 500 }, 500],
  [{ "trainer.max_steps": "500" }, 500],
  [{ num_train_steps: 10, epochs: 3 }, 10],
  [{ maxTrainSteps: 7 }, 7],
  [{ max_iters: 600_000 }, 600_000],
  [{ max_steps: -1, num_train_epochs: 3 }, 30],
  [{ epochs: 1.5 }, 15],
  [{ eval_steps: 5 }, null],
  [{ max_steps: "many" }, null],
];
for (const [config, steps] of LENGTHS) {
  Deno.test(`${JSON.stringify(config)} is a length of ${steps ?? "nothing"}`, () => {
    assert.equal(lengthInConfig(config, { batch: 10, trainingExamples: 95 }), steps);
  });
}
Deno.test("epochs tell no updates where nothing says how many an epoch has", () => {
  assert.equal(lengthInConfig({ epochs: 3 }, {}), null);
  assert.equal(lengthInConfig({ epochs: 3 }, {}, "epochs"), 3);
  assert.equal(lengthInConfig({ epochs: 3 }, { stepsPerEpoch: 40 }), 120);
});
