import assert from "node:assert/strict";
import { transformers } from "../../../lib/curves/readers/transformers.ts";
import { stepsPerEpoch } from "../../../lib/curves/readers/steps_per_epoch.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { logOf, plain, recognised, sample, threes, told, truth } from "./sample.ts";

const expected = truth("hf");
for (const file of Object.keys(expected).filter((name) => name.endsWith(".json"))) {
  Deno.test(`${file} has the history that the Trainer held`, () => {
    const { log_history: history, max_steps } = expected[file];
    const { segments: [{ series }], warnings, counting, config } = read(transformers, sample(`hf/${file}`));
    assert.deepEqual([warnings, counting], [[], { unit: "updates", fromZero: false }]);
    const tags = new Set<string>(history.flatMap((record: Record<string, unknown>) => Object.keys(record)));
    assert.deepEqual([...tags, ""].sort(), [...Object.keys(series), "step", "epoch", ""].sort());
    for (const [tag, each] of Object.entries(series)) {
      const records = history.filter((record: Record<string, unknown>) => tag in record);
      assert.deepEqual(
        threes(each),
        records.map((record: Record<string, unknown>) => [record.step, record.epoch, plain(record[tag])]),
        tag,
      );
    }
    if (max_steps !== undefined) assert.equal(config.max_steps, max_steps);
  });
}

Deno.test("the batch of an update follows from the speed, with accumulation", () => {
  for (
    const [name, batch] of [["bs_small", 16], ["bs_large", 100], ["accum", 80], ["resumed_a", 20]] as const
  ) {
    const { batches } = read(transformers, sample(`hf/${name}/trainer_state.json`));
    assert.deepEqual(batches, { batch, trainingExamples: 400, stepsPerEpoch: 400 / batch }, name);
  }
});

Deno.test("a resumed run counts its own examples only: the batch is left out", () => {
  const { batches } = read(transformers, sample("hf/resumed_b/trainer_state.json"));
  assert.deepEqual(batches, { stepsPerEpoch: 20 });
  assert.deepEqual(read(transformers, sample("hf/resumed_b/checkpoint-30.trainer_state.json")).batches, {
    stepsPerEpoch: 20,
  });
});

Deno.test("the rule of early stopping is a setting", () => {
  const { config } = read(transformers, sample("hf/best_early/trainer_state.json"));
  assert.deepEqual(config.EarlyStoppingCallback, {
    early_stopping_patience: 2,
    early_stopping_threshold: 0.03,
  });
  assert.deepEqual([config.num_train_epochs, config.eval_steps, config.train_batch_size], [12, 20, 20]);
});

Deno.test("a NaN that the Trainer may have hidden is told where another metric shows one", () => {
  const state = (...records: string[]) => `{"log_history": [${records.join(",")}]}`;
  const hidden = logOf(
    transformers,
    state('{"loss": 1, "grad_norm": 0.5, "step": 1}', '{"loss": 1.1, "grad_norm": NaN, "step": 2}'),
  );
  assert.match(told(hidden).join(), /^grad_norm is not finite while every loss is: .*logging_nan_inf_filter/);
  assert.deepEqual(told(logOf(transformers, state('{"loss": NaN, "grad_norm": NaN, "step": 1}'))), []);
  assert.deepEqual(told(logOf(transformers, state('{"eval_loss": NaN, "step": 1}'))), []);
});

Deno.test("steps per epoch are told where rounding leaves one possible", () => {
  const cases: [number, number, number | null][] = [
    [200, 13.33, 15],
    [75, 3, 25],
    [20, 1.33, 15],
    [1, 0.04, null], // 22 to 29
    [10, 0.01, null],
    [1_000, 1, 1_000],
    [17, 2, null],
    [0, 0, null],
    [5, NaN, null],
  ];
  for (const [step, epoch, steps] of cases) {
    assert.equal(stepsPerEpoch(step, epoch), steps, `${step}/${epoch}`);
  }
});

Deno.test("a file that is cut, or is something else, is told", () => {
  const text = new TextDecoder().decode(sample("hf/accum/trainer_state.json"));
  const { segments, warnings } = logOf(transformers, text.slice(0, 900));
  assert.deepEqual(segments, []);
  assert.deepEqual([warnings.length, warnings[0].offset! <= 900], [1, true]);
  assert.deepEqual(told(logOf(transformers, "[]")), ["no records in log_history"]);
  assert.deepEqual(told(logOf(transformers, '{"log_history": [3]}')), [
    "record of log_history that is no object skipped",
  ]);
});

Deno.test("it is known by its name or its history", () => {
  assert.ok(recognised(transformers, "run/checkpoint-30/trainer_state.json", "{"));
  assert.ok(recognised(transformers, "state.json", '{"best_metric": null, "log_history": [\n'));
  assert.ok(!recognised(transformers, "state.json", '{"loss": [1]}'));
  assert.ok(!recognised(transformers, "all.json", '{"run": {"best_metric": null, "log_history": [\n'));
  assert.ok(!recognised(transformers, "train.py", '"log_history": ['));
});

Deno.test("trainer_state.json is read alike wherever it is cut, and damage is told", () => {
  assertCutsDoNotMatter(transformers, sample("hf/accum/trainer_state.json"), 20);
  assertDamageIsTold(transformers, sample("hf/accum/trainer_state.json"), 200);
});
