import assert from "node:assert/strict";
import type { Counting, LoggedRun, Series } from "../../lib/curves/logged.ts";
import { modeOf, NoValidationMetric, validationTag } from "../../lib/curves/logged_metrics.ts";
import { trajectoryOf, type TrajectoryOptions } from "../../lib/curves/trajectory_of.ts";

type Columns = { readonly [Column in keyof Series]?: readonly number[] };
const series = (columns: Columns): Series =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, Float64Array.from(column)]),
  ) as unknown as Series;
const updates: Counting = { unit: "updates", fromZero: false };

function run(tags: Readonly<Record<string, Columns>>, rest: Partial<LoggedRun> = {}): LoggedRun {
  return {
    name: "a run",
    source: { format: "csv", path: "a.csv" },
    series: Object.fromEntries(Object.entries(tags).map(([tag, columns]) => [tag, series(columns)])),
    config: {},
    counting: updates,
    batches: {},
    warnings: [],
    ...rest,
  };
}
const points = (...values: number[]): Columns => ({
  step: values.map((_, i) => 10 * (i + 1)),
  value: values,
});

Deno.test("evaluations are those of the validation loss, updates those of the training loss, whatever they are called", () => {
  for (
    const tag of [
      "val_loss",
      "eval_loss",
      "loss/val",
      "validation/loss",
      "val/loss",
      "valid_loss",
      "tel",
      "val loss",
    ]
  ) {
    for (const loss of ["loss", "train_loss", "train/loss", "loss/train", "trl"]) {
      const { trajectory, metric, metrics, mode } = trajectoryOf(run({
        [tag]: points(3, 2),
        [loss]: { step: [1, 5, 20], value: [9, 8, 7] },
        lr: { step: [1, 6], value: [0.2, 0.1] },
        "test/loss": points(4, 3),
      }));
      assert.deepEqual([metric, metrics[metric], mode], ["validation.loss", tag, "min"]);
      assert.deepEqual([...trajectory.evaluations.step], [10, 20]);
      assert.deepEqual([...trajectory.evaluations.metrics["validation.loss"]], [3, 2]);
      assert.deepEqual([...trajectory.evaluations.metrics["test/loss"]], [4, 3]);
      assert.deepEqual([...trajectory.updates.step], [1, 5, 20]);
      assert.deepEqual([...trajectory.updates.rate], [0.2, 0.2, 0.1], "the rate last logged");
    }
  }
});

Deno.test("a run that is the validation part of another is judged by what it measures", () => {
  const tags = { epoch_learning_rate: points(1), epoch_accuracy: points(1), epoch_loss: points(1) };
  assert.equal(validationTag(run(tags, { name: "logs/fit/validation" })), "epoch_loss");
  assert.throws(() => validationTag(run(tags, { name: "logs/fit/train" })), NoValidationMetric);
});

Deno.test("of several metrics the loss is judged, and a named one before it; a test metric never", () => {
  const tags = {
    val_acc: points(0.1),
    val_loss: points(1),
    eval_runtime: points(3),
    "test/loss": points(1),
    loss: points(1),
  };
  const cases: [string | undefined, string][] = [
    [undefined, "val_loss"],
    ["val_acc", "val_acc"],
    ["validation.accuracy", "val_acc"],
    ["loss", "loss"],
    ["training.loss", "loss"],
  ];
  for (const [metric, tag] of cases) assert.equal(validationTag(run(tags), metric), tag);
  assert.throws(() => validationTag(run(tags), "test/loss"), {
    message: /^test\/loss is reported, never obeyed/,
  });
  assert.throws(() => validationTag(run(tags), "val_los"), {
    message: "unknown metric: val_los (has val_acc, val_loss, eval_runtime, test/loss, loss)",
  });
  const none = run({ loss: points(1), lr: points(1), eval_runtime: points(1), "test/loss": points(1) });
  assert.throws(() => validationTag(none), NoValidationMetric);
  assert.throws(() => validationTag(none), {
    message:
      "no validation metric: a run (has loss, lr, eval_runtime, test/loss; name one with --metric NAME; with " +
      "--metric loss the training loss is judged, which says less)",
  });
  assert.deepEqual(["val_acc", "eval_f1", "validation/ssim", "val_loss", "validation/map_loss"].map(modeOf), [
    "max",
    "max",
    "max",
    "min",
    "min",
  ]);
});

Deno.test("scores that tools report are better when higher, errors when lower", () => {
  const scores = [
    "eval_matthews_correlation",
    "eval_pearson",
    "eval_exact_match",
    "eval_success_rate",
    "val_kappa",
  ]
    .concat([
      "metrics/mAP50(B)",
      "val/mAP50-95",
      "val/mIoU",
      "val_top5",
      "mean_average_precision",
      "eval/win_rate",
    ]);
  assert.deepEqual(scores.filter((metric) => modeOf(metric) !== "max"), []);
  const errors = [
    "eval_wer",
    "val_mae",
    "ppl",
    "val_bpb",
    "top1_error",
    "val_top5_error",
    "heatmap/mse",
    "val_stop10",
  ];
  assert.deepEqual(errors.filter((metric) => modeOf(metric) !== "min"), []);
});

Deno.test("steps are completed updates: nothing is measured before the first, and of a step written twice the last counts", () => {
  const { trajectory: { evaluations }, warnings } = trajectoryOf(
    run({ val_loss: { step: [0, 10, 5, 10], value: [9, 3, 4, 2] } }),
  );
  assert.deepEqual([[...evaluations.step], [...evaluations.metrics["validation.loss"]]], [[5, 10], [4, 2]]);
  assert.deepEqual(warnings, [
    "val_loss: 1 before the first update left out",
    "val_loss: 1 that came again at the same step left out",
  ]);
  const zero: Counting = { unit: "updates", fromZero: true };
  const stepsOf = (rest: Partial<LoggedRun>) => {
    const { trajectory } = trajectoryOf(run({ "val loss": points(1, 2), loss: points(1, 2) }, rest));
    return [[...trajectory.evaluations.step], [...trajectory.updates.step]];
  };
  assert.deepEqual(stepsOf({ counting: zero }), [[11, 21], [11, 21]]);
  const before = { counting: zero, source: { format: "nanogpt", path: "a.log" } } as const;
  assert.deepEqual(
    stepsOf(before),
    [[10, 20], [11, 21]],
    "nanoGPT evaluates before the update of that number",
  );
});

Deno.test("epochs become updates where the batches are known, else each stands for a step, and that is said", () => {
  const keras = run({ val_loss: { step: [0, 1, 2], value: [3, 2, 1] } }, {
    counting: { unit: "epochs", fromZero: true },
  });
  const cases: [TrajectoryOptions, string, number[], number[], (number | null)[]][] = [
    [{}, "epochs", [1, 2, 3], [1, 2, 3], [NaN, NaN, NaN]],
    [{ batch: 32, trainingExamples: 100 }, "updates", [4, 8, 12], [1, 2, 3], [100, 200, 300]],
    [{ trainingExamples: 100 }, "epochs", [1, 2, 3], [1, 2, 3], [100, 200, 300]],
  ];
  for (const [options, counts, step, epoch, examples] of cases) {
    const made = trajectoryOf(keras, options), { evaluations, batches } = made.trajectory;
    assert.deepEqual([made.counts, [...evaluations.step], [...evaluations.epoch]], [counts, step, epoch]);
    assert.deepEqual([...evaluations.examples], examples);
    assert.equal(batches === null, counts === "epochs");
    assert.equal(made.warnings.length, counts === "epochs" ? 1 : 0);
  }
});

Deno.test("what a person says of the batches stands before what the log says", () => {
  const logged = run({ val_loss: points(1) }, {
    batches: { batch: 8, trainingExamples: 80, stepsPerEpoch: 10 },
  });
  assert.equal(trajectoryOf(logged).trajectory.evaluations.epoch[0], 1);
  assert.equal(trajectoryOf(logged, { batch: 4, trainingExamples: 80 }).trajectory.evaluations.epoch[0], 0.5);
});

Deno.test("holes in an axis are bridged between what was written, and an axis that is not there stays unknown", () => {
  const { evaluations } = trajectoryOf(run({
    val_loss: {
      step: [10, 20, 30, 40],
      value: [4, 3, 2, 1],
      epoch: [NaN, 1, NaN, 2.5],
      seconds: [5, NaN, NaN, NaN],
    },
  })).trajectory;
  assert.deepEqual([...evaluations.epoch], [0.5, 1, 1.75, 2.5]);
  assert.deepEqual([...evaluations.seconds], [5, 10, 15, 20], "beyond the last it goes on as before");
  assert.deepEqual([...evaluations.examples], [NaN, NaN, NaN, NaN]);
});

Deno.test("a step that is no count is left out, and an axis that goes back stands still", () => {
  const { trajectory: { evaluations }, warnings } = trajectoryOf(run({
    val_loss: {
      step: [1, NaN, 3, 1e300, 5, Infinity],
      value: [1, 2, 3, 4, 5, 6],
      seconds: [1, 2, 9, 4, 5, 6],
    },
  }));
  assert.deepEqual([[...evaluations.step], [...evaluations.seconds]], [[1, 3, 5], [1, 9, 9]]);
  assert.deepEqual(warnings, ["val_loss: 3 at a step that is no count left out"]);
});

Deno.test("a metric measured at other steps does not stand beside it, and no name is special", () => {
  const { trajectory: { evaluations }, metrics } = trajectoryOf(
    run(Object.fromEntries([
      ["val_loss", points(3, 2)],
      ["__proto__", points(5, 6)],
      ["eval_loss", points(7, 8)],
      ["val_acc", points(0.5)],
    ])),
  );
  assert.deepEqual(Object.keys(evaluations.metrics).sort(), ["__proto__", "eval_loss", "validation.loss"]);
  assert.equal(Object.getPrototypeOf(evaluations.metrics), Object.prototype);
  assert.equal(metrics["validation.loss"], "val_loss");
});

Deno.test("standard errors that were kept stand beside their metrics", () => {
  const { trajectory: { evaluations }, warnings } = trajectoryOf(
    run({ "validation.loss": points(3, 2), "validation.loss.standardError": points(0.2, 0.1) }),
  );
  assert.deepEqual(Object.keys(evaluations.metrics), ["validation.loss"]);
  assert.deepEqual([...evaluations.standardErrors["validation.loss"]], [0.2, 0.1]);
  assert.deepEqual(warnings, []);
});

Deno.test("what limits the answer is said: a training loss, calls of a logger, a rate that falls to the end", () => {
  const only = run({ loss: points(3, 2) }, { counting: { unit: "records", fromZero: true } });
  const { warnings, trajectory } = trajectoryOf(only, { metric: "loss" });
  assert.deepEqual(warnings, [
    "steps are calls of the logger: the log does not count updates",
    "loss is the training loss: it says what was fitted, not what was learned",
  ]);
  assert.deepEqual([...trajectory.evaluations.step], [11, 21]);
  const several = trajectoryOf(
    run({ val_loss: points(3, 2), val_acc: points(1, 2), eval_runtime: points(1, 1) }),
  );
  assert.deepEqual(several.warnings, ["judged by val_loss, not by val_acc (--metric NAME)"]);
  const decayed = trajectoryOf(run({ val_loss: points(3, 2), lr: { step: [1, 20], value: [0.1, 0.001] } }));
  assert.match(
    decayed.warnings.join(),
    /^the learning rate fell from 0.1 to 0.001: a training planned to be shorter/,
  );
});

Deno.test("the training loss is a curve, not the mean that a tool writes at the end", () => {
  const logged = run({
    eval_loss: points(3, 2),
    train_loss: { step: [20], value: [5] },
    loss: { step: [5, 10, 15, 20], value: [9, 8, 7, 6] },
  });
  assert.deepEqual([...trajectoryOf(logged).trajectory.updates.loss], [9, 8, 7, 6]);
  const alone = run({ train_loss: { step: [20], value: [5] }, loss: { step: [5, 10], value: [9, 8] } });
  assert.throws(() => trajectoryOf(alone), /with --metric loss the training loss is judged/);
  const single = run({ eval_loss: points(3, 2), train_loss: { step: [20], value: [5] } });
  assert.deepEqual([...trajectoryOf(single).trajectory.updates.loss], [5], "for want of another");
});

Deno.test("a test metric is never judged by, whatever it is called", () => {
  const names = ["eval_test_loss", "eval/test_loss", "val/test/acc", "test_valid", "Test Loss/val"];
  for (const tag of names) {
    const { metric } = trajectoryOf(run({ [tag]: points(1, 2), val_score: points(3, 2) }));
    assert.equal(metric, "val_score", tag);
  }
});

Deno.test("examples of batches alone are told as what they are", () => {
  const said = (batches: LoggedRun["batches"]) =>
    trajectoryOf(run({ val_loss: points(3, 2) }, { batches })).warnings.filter((warning) =>
      /full batches/.test(warning)
    );
  assert.equal(said({ batch: 64, stepsPerEpoch: 18 }).length, 1);
  assert.deepEqual([{ batch: 64, trainingExamples: 1_097 }, { stepsPerEpoch: 18 }, {}].flatMap(said), []);
});

Deno.test("a log that begins late says that its beginning is elsewhere", () => {
  const late = (first: number) =>
    trajectoryOf(
      run({ val_loss: { step: [100, 120, 140], value: [3, 2, 1] }, loss: { step: [first], value: [4] } }),
    )
      .warnings.filter((warning) => warning.startsWith("nothing is logged before"));
  assert.deepEqual(late(84), [
    "nothing is logged before step 84: if the run was resumed, its beginning is in another log",
  ]);
  assert.deepEqual(late(20), []);
});
