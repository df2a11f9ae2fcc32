import assert from "node:assert/strict";
import { comparable } from "../../../lib/curves/readers/comparable.ts";
import { replayCommand, type ReplayValues } from "../../../lib/curves/readers/replay_command.ts";
import { REPLAY_HELP, REPLAY_OPTIONS } from "../../../lib/curves/readers/replay_options.ts";
import type { LoggedRun } from "../../../lib/curves/logged.ts";
import { recorded } from "../recordings.ts";

/** Validation losses every ten updates, one run a row: they fall to the fifth, then rise. */
const losses = [3, 2.5, 2, 1.5, 1, 1.2, 1.3, 1.4, 1.5, 1.6];
function run(name: string, path = `${name}.csv`, shift = 0, rest: Partial<LoggedRun> = {}): LoggedRun {
  const value = Float64Array.from(losses, (loss) => loss + shift);
  return {
    name,
    source: { format: "csv", path },
    series: { val_loss: { step: value.map((_, i) => 10 * (i + 1)), value } },
    config: {},
    counting: { unit: "updates", fromZero: false },
    batches: {},
    warnings: [],
    ...rest,
  };
}
const epochs = (name: string) => run(name, undefined, 0, { counting: { unit: "epochs", fromZero: true } });

async function printed(runs: LoggedRun[], values: ReplayValues = {}): Promise<string> {
  const lines: string[] = [];
  assert.equal(await replayCommand({ path: "logs", values, runs, out: (text) => lines.push(text) }), 0);
  return lines.join("\n");
}

Deno.test("a table of policies ends in one sentence of advice", async () => {
  const text = await printed([run("seed1"), run("seed2", undefined, 0.01)], {
    policy: [
      "plateau(val_loss, min, patience: evaluations(2))",
      "Long: maxSteps(500)",
      "Early: maxSteps(20); last()",
    ],
  });
  assert.equal(
    text,
    `validation.loss (val_loss), less is better, 2 runs: seed1, seed2
patience 5 evaluations = 50 steps

  policy      stops at  keeps  off its best  saved
> patience 2  step 70   1.005             0    30%
* Early       step 20   2.505           1.5    80%

> chosen, * none saves as much with as little regret; medians, with their 95% bands

past the end of every recording: Long

Long against patience 2: no run on which both end; on 2 of 2 one of them went on past the recording or kept nothing.
Early against patience 2: keeps a lower validation.loss on 0 of 2 runs (median difference +1.5, 95% band +1.5 to +1.5), and trains 50 updates shorter (median).

patience 2 would have stopped at step 70 of 100 (median of 2 runs), kept the best validation.loss of the whole run and ` +
      `saved 30% of the updates; chosen on the same 2 runs, too few to check it on others (2 runs, 20 evaluations, 2 files).`,
  );
});

Deno.test("with --json all of it is one object", async () => {
  const warned = run("a", undefined, 0, { warnings: [{ file: "a.csv", offset: 7, message: "row skipped" }] });
  const { groups: [group], skipped } = JSON.parse(
    await printed([warned, run("b", "b.csv", 0, { series: {} })], { json: true }),
  );
  assert.deepEqual([group.metric, group.mode, group.counts, group.advice.kind], [
    "validation.loss",
    "min",
    "updates",
    "stop",
  ]);
  assert.deepEqual(group.runs[0].warnings, warned.warnings);
  assert.equal(group.judgements[0].length, group.policies.length);
  assert.equal(group.judgements[0][0].at.epoch, null, "what is not known is null");
  assert.deepEqual(skipped, [{
    name: "b",
    because: "no validation metric: b (has nothing; name one with --metric NAME)",
  }]);
});

Deno.test("units that a log does not tell can be told", async () => {
  const policy = ["plateau(val_loss, min, patience: epochs(4))"];
  await assert.rejects(() => printed([run("a")], { policy }), {
    name: "WrongReplay",
    message: "unknown epochs: a was not recorded in them (tell --batch and --examples)",
  });
  assert.match(
    await printed([run("a")], { policy, batch: "8", examples: "40" }),
    /patience 4 epochs +step 70, epoch 14, 560 examples/,
  );
  await assert.rejects(() => printed([epochs("a")], { policy: ["Cap: maxSteps(5)"] }), {
    name: "WrongReplay",
    message: "unknown steps: the log counts epochs, and Cap counts steps (tell --batch and --examples)",
  });
  assert.match(await printed([epochs("a")], { policy }), /patience 4 epochs +epoch 61 /);
  assert.match(
    await printed([epochs("a")], { policy: ["maxSteps(15)"], batch: "8", examples: "40" }),
    /15 steps +step 15, epoch 3/,
  );
});

Deno.test("what cannot be done is said in one line", async () => {
  const cases: [ReplayValues, string, string][] = [
    [{ policy: ["platoo(val_loss)"] }, "WrongReplay", "unknown criterion: platoo"],
    [{ policy: ["target(test_loss, min, value: 1)"] }, "WrongReplay", "test_loss is reported, never obeyed"],
    [
      { policy: ["target(val_acc, max, value: 1)"] },
      "WrongReplay",
      "unknown metric: validation.accuracy (has validation.loss",
    ],
    [
      { policy: ["plateau(val_loss, min, patience: 5)"] },
      "WrongReplay",
      "invalid patience: 5 is a bare number",
    ],
    [
      { policy: ["maxSeconds(5)"] },
      "WrongReplay",
      "unknown seconds: a was not recorded in them (the log has no clock)",
    ],
    [{ metric: "test/loss" }, "NothingToReplay", "unknown metric: test/loss (has val_loss)"],
    [{ metric: "val_los" }, "NothingToReplay", "unknown metric: val_los (has val_loss)"],
    [{ batch: "0" }, "WrongReplay", "invalid batch: 0 (a whole number, at least 1)"],
    [{ examples: "1e3" }, "WrongReplay", "invalid examples: 1e3 (a whole number, at least 1)"],
    [{ mode: "low" }, "WrongReplay", "invalid mode: low (min or max)"],
    [{ seed: "x" }, "WrongReplay", "invalid seed: x (a whole number from 0)"],
  ];
  for (const [values, name, message] of cases) {
    await assert.rejects(() => printed([run("a")], values), (error: Error) => {
      assert.deepEqual([error.name, error.message.slice(0, message.length)], [name, message]);
      return true;
    });
  }
  await assert.rejects(() => printed([]), { message: "nothing to replay: no run in logs" });
});

Deno.test("runs are compared whose paths differ only in numbers and ids", () => {
  const together = (paths: string[], options = {}) =>
    comparable(paths.map((path, i) => run(`r${i}`, path)), options).comparisons.map(({ runs }) =>
      runs.length
    );
  const cases: [string[], number[]][] = [
    [["seed0/log.csv", "seed1/log.csv"], [2]],
    [["run_bs20.csv", "run_bs100.csv", "diverged.csv"], [2, 1]],
    [["cifar/study_0/log.csv", "mnist/study_0/log.csv"], [1, 1]],
    [["1b4db08c-46d9-4e1b-a8e6-872a685061c3.txt", "abcdefab-face-dead-beef-872a685061c3.txt"], [2]],
    [["lightning_logs/version_0", "lightning_logs/version_10"], [2]],
    [["resnet50/log.csv", "vgg16/log.csv", "resnet18/log.csv"], [2, 1]],
    [["ae/log.csv", "fc/log.csv"], [1, 1]],
    [["lr_1e-3.csv", "lr_0.01.csv", "lr_3e-4.csv"], [3]],
    [["runs/Oct02_07-51-48_host", "runs/Nov21_17-02-11_host"], [2]],
    [["wandb/run-20261121_075149-3x8k2p9q", "wandb/run-20261120_175149-zk4qv7wx"], [2]],
  ];
  for (const [paths, sizes] of cases) {
    assert.deepEqual(together(paths), sizes, paths.join());
    assert.deepEqual(together(paths, { together: true }), [paths.length]);
  }
  const table = ["adam/speech/0", "adam/speech/1", "adam/text/0", "sgd/text/0"].map((name) =>
    run(name, "all.csv")
  );
  assert.deepEqual(
    comparable(table).comparisons.map(({ runs }) => runs.length),
    [2, 1, 1],
    "rows of one table",
  );
  assert.equal(comparable(table, { together: true }).comparisons.length, 1);
  const others = [
    run("a"),
    epochs("b"),
    run("c", "c.csv", 0, { series: { val_acc: run("a").series.val_loss } }),
  ];
  assert.deepEqual(
    comparable(others, { together: true }).comparisons.map((
      { metric, mode, counts },
    ) => [metric, mode, counts]),
    [
      ["validation.loss", "min", "updates"],
      ["validation.loss", "min", "epochs"],
      ["validation.accuracy", "max", "updates"],
    ],
  );
});

Deno.test("logs are read where they lie", async () => {
  const lines: string[] = [];
  const path = new URL("../../logs/keras/run_bs20.csv", import.meta.url).pathname;
  await replayCommand({ path, values: { json: true }, out: (text) => lines.push(text) });
  const { groups: [{ counts, runs, metric }] } = JSON.parse(lines[0]);
  assert.deepEqual([counts, metric, runs[0].evaluations, runs[0].source.format], [
    "epochs",
    "validation.loss",
    12,
    "keras",
  ]);
});

Deno.test("trainings that were recorded here are judged as they are", async () => {
  const lines: string[] = [], out = (text: string) => lines.push(text);
  const trajectories = [0, 1].map((seed) => recorded({ losses, seed, accuracies: losses }));
  await replayCommand({ path: "runs", values: { json: true }, trajectories, out });
  const { groups: [{ runs, advice }] } = JSON.parse(lines[0]);
  assert.deepEqual(runs.map(({ name, source }: LoggedRun) => [name, source.format]), [
    ["seed 0", "training"],
    ["seed 1", "training"],
  ]);
  assert.equal(advice.policy, "50% of the length");
  await assert.rejects(
    () => replayCommand({ path: "runs", values: { metric: "val_los" }, trajectories, out }),
    {
      name: "WrongReplay",
      message: /^unknown metric: val_los \(has validation.loss/,
    },
  );
});

Deno.test("every option has a line of help", () =>
  assert.deepEqual(Object.keys(REPLAY_HELP).sort(), Object.keys(REPLAY_OPTIONS).sort()));

Deno.test("rules that would have one name are called by their texts", async () => {
  const policy = [
    "plateau(val_loss, min, patience: evaluations(2)); last()",
    "plateau(val_loss, min, patience: evaluations(2))",
  ];
  const { groups: [{ policies, chosen }] } = JSON.parse(await printed([run("a")], { policy, json: true }));
  const names = policies.map(({ policy }: { policy: string }) => policy);
  const rule = "plateau(validation.loss, min, patience: evaluations(2))";
  assert.deepEqual(names.toSorted(), [`${rule}; best(validation.loss, min)`, `${rule}; last()`]);
  assert.equal(chosen, `${rule}; best(validation.loss, min)`);
});
