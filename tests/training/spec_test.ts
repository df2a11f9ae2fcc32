/** What a training is told is read once, and what is wrong is refused with the field and the value. */
import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { standardErrors } from "../../lib/criteria/standard_errors.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { type Duration, evaluations, steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { noisyLabels } from "../../lib/data/noisy_labels.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { plan } from "../../lib/training/plan.ts";
import { filledSpec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { recorder } from "../../lib/curves/recorder.ts";
import { batchPlan } from "../../lib/batch_plan.ts";
import { replay } from "../../lib/policies/replay.ts";
import { confusion } from "../../lib/training/confusion.ts";
import { predict } from "../../lib/training/predict.ts";
import { trainAll } from "../../lib/training/train_all.ts";
import { data, small } from "./fixture.ts";

const recording = recorder({ name: "", seed: 0, batches: batchPlan(9, 3), metrics: [] }).trajectory();
const loss = { metric: "validation.loss", mode: "min" } as const;
const early = plateau({ ...loss, patience: evaluations(3) });
const bare = 5 as unknown as Duration;
const WRONG: [string, () => unknown, RegExp][] = [
  [
    "a bare number for patience",
    () => plateau({ ...loss, patience: bare }),
    /invalid patience: 5 is a bare number; write evaluations\(5\)/,
  ],
  [
    "a bare number for evaluate",
    () => train({ ...small, evaluate: { every: bare } }),
    /invalid evaluate.every: 5 is a bare number/,
  ],
  [
    "a bare number for a horizon",
    () => cosine({ peak: 1, horizon: bare }),
    /invalid horizon: 5 is a bare number/,
  ],
  ["patience below 1", () => plateau({ ...loss, patience: evaluations(0) }), /invalid evaluations: 0/],
  [
    "an unknown metric in a rule",
    () => train({ ...small, stop: plateau({ ...loss, metric: "val_los", patience: evaluations(3) }) }),
    /unknown metric: val_los \(has validation.loss, /,
  ],
  [
    "an unknown metric in a selection",
    () => train({ ...small, select: best("validation.f1", "max") }),
    /invalid metrics: validation.f1 is not measured \(add "f1"\)/,
  ],
  [
    "a rule that reads the test set",
    () => train({ ...small, select: best("test.loss", "min") }),
    /test.loss is reported, never obeyed/,
  ],
  ["a negative rate", () => constant(-1), /invalid rate: -1/],
  ["a batch of 0", () => train({ ...small, batch: 0 }), /invalid batch: 0/],
  ["a cap of 0", () => maxSteps(0), /invalid maxSteps: steps\(0\)/],
  ["no criterion", () => train({ ...small, stop: undefined as never }), /missing field of train: stop/],
  [
    "a misspelt field",
    () => train({ ...small, optimiser: 1 } as never),
    /unknown field of train: optimiser \(has model, data, optimizer/,
  ],
  [
    "a model of other inputs",
    () => train({ ...small, model: mlp({ layers: [30, 10] }) }),
    /it reads 30 features, digits has 64/,
  ],
  [
    "a model of other classes",
    () => train({ ...small, model: mlp({ layers: [64, 2] }) }),
    /it has 2 outputs for softmaxCrossEntropy, digits has 10 classes/,
  ],
  ["an unknown state", () => train({ ...small, from: "s999999" }), /unknown state: s999999/],
  ["truth that is not there", () => confusion(undefined as never, [0], 2), /invalid truth: undefined/],
  ["a checkpoint where a state is due", () => train({ ...small, from: "c1" }), /unknown state: c1/],
  [
    "a selection of no known kind",
    () => train({ ...small, select: { kind: "first" } as never }),
    /invalid selection: \{"kind":"first"\} \(kind best, last, windowMean, restoredBy\)/,
  ],
  [
    "a scale that is a schedule",
    () => train({ ...small, scale: constant(1) as never }),
    /invalid scale: \{"kind":"constant","rate":1\} \(schedules.plateauScale\)/,
  ],
  [
    "a cap of 0 written as data",
    () => train({ ...small, stop: { kind: "maxSteps", steps: 0 } }),
    /invalid maxSteps: steps\(0\)/,
  ],
  [
    "a patience of 0 written as data",
    () => train({ ...small, stop: { ...early, patience: { unit: "evaluations", count: 0 } } }),
    /invalid patience: evaluations\(0\)/,
  ],
  [
    "a bare number written as data",
    () => train({ ...small, stop: { ...early, patience: bare } }),
    /invalid patience: 5 is a bare number/,
  ],
  [
    "an interval that is misspelt",
    () => train({ ...small, evaluate: { evry: steps(5) } as never }),
    /unknown option of evaluate: evry \(has every\)/,
  ],
  [
    "a batch that no epoch has",
    () => train({ ...small, batch: 1098, remainder: "drop" }),
    /invalid batch: 1098 \(at most 1097/,
  ],
  [
    "data with fewer numbers than rows",
    () =>
      train({
        ...small,
        data: { ...small.data, validation: { ...data.validation, x: new Float32Array(64) } },
      }),
    /invalid data.validation.x: 64 numbers \(19200, for 300 rows\)/,
  ],
  ["a selection by the training loss", () => best("training.loss", "min"), /invalid metric: "training.loss"/],
  [
    "a window of the training loss",
    () => windowMean({ metric: "training.loss", mode: "min", window: evaluations(2) }),
    /invalid metric: "training.loss"/,
  ],
  [
    "a scale by the training loss",
    () => plateauScale({ metric: "training.loss", mode: "min", patience: evaluations(2) }),
    /invalid metric: "training.loss"/,
  ],
  [
    "noise of a metric that is no mean",
    () =>
      plan({
        ...small,
        metrics: ["f1"],
        stop: any(
          maxSteps(9),
          plateau({
            metric: "validation.f1",
            mode: "max",
            patience: evaluations(2),
            minDelta: standardErrors(1),
          }),
        ),
      }),
    /no standard error of validation.f1: minDelta: standardErrors\(…\) needs one/,
  ],
  ["no spec", () => train(undefined as never), /invalid spec: undefined \(an object\)/],
  ["a word as spec", () => plan("digits" as never), /invalid spec: "digits" \(an object\)/],
  ...[null, {}, "digits", { training: {} }].map((data): [string, () => unknown, RegExp] => [
    `data ${JSON.stringify(data)}`,
    () => train({ ...small, data: data as never }),
    /invalid data: .* \(a dataset, as datasets\.digits\(\) makes it\)/,
  ]),
  ["a word for metrics", () => train({ ...small, metrics: "loss" as never }), /invalid metrics: "loss"/],
  ["a model without layers", () => train({ ...small, model: { kind: "mlp" } as never }), /invalid layers/],
  [
    "an optimizer's unknown option",
    () => train({ ...small, optimizer: { kind: "sgd", nesterov: true } as never }),
    /unknown option of sgd: nesterov/,
  ],
  [
    "a number for a folder",
    () => train({ ...small, checkpoint: { folder: 5 as never } }),
    /checkpoint.folder: 5/,
  ],
  [
    "no name of a folder",
    () => train({ ...small, checkpoint: { folder: "" } }),
    /checkpoint.folder: "" \(a text\)/,
  ],
  [
    "a word for fresh",
    () => train({ ...small, checkpoint: { fresh: "yes" as never } }),
    /checkpoint.fresh: "yes"/,
  ],
  [
    "a word for a signal",
    () => train({ ...small, signal: "x" as never }),
    /invalid signal: "x" \(an AbortSignal\)/,
  ],
  ["a number for a name", () => train({ ...small, name: 5 as never }), /invalid name: 5 \(a text\)/],
  ["an object for a state", () => train({ ...small, from: {} as never }), /invalid from: \{\} \(a text\)/],
  [
    "bounds that bound nothing",
    () => train({ ...small, clip: {} }),
    /invalid clip: \{\} \(norm, value or both\)/,
  ],
  ["no bounds but 0", () => train({ ...small, clip: 0 as never }), /invalid clip: 0/],
  [
    "a decay in words",
    () => train({ ...small, average: { decay: "0.9" as never } }),
    /invalid average.decay: "0.9" \(between 0 and 1\)/,
  ],
  ["dropout in words", () => mlp({ layers: [2, 2], dropout: "0.3" as never }), /invalid dropout: "0.3"/],
  [
    "a floor in words",
    () => plateauScale({ ...loss, patience: evaluations(2), minScale: "0.5" as never }),
    /invalid minScale: "0.5" \(from 0 to 1\)/,
  ],
  [
    "a share in words",
    () => noisyLabels(data, { share: "0.1" as never }),
    /invalid share: "0.1" \(from 0 to 1\)/,
  ],
  ["an event for a recording", () => replay({} as never, []), /invalid trajectory: not a recording/],
  ["no policies", () => replay(recording, undefined as never), /invalid policies: undefined \(a list\)/],
  ["nothing to predict by", () => predict(null as never, data.test), /invalid training: null/],
  [
    "no rows to predict",
    () => predict({ plan: {} } as never, undefined as never),
    /invalid split: undefined/,
  ],
  ["one spec for several", () => trainAll(small as never), /invalid specs: .* \(a list of them\)/],
  ["a bare decay", () => train({ ...small, average: 0 as never }), /invalid average: 0/],
];
for (const [what, make, message] of WRONG) {
  Deno.test(`${what} is refused: ${message.source}`, async () => {
    await assert.rejects(async () => await make(), message);
  });
}

Deno.test("null is as left out, for every field that may be", () => {
  const optional = ["scale", "clip", "average", "checkpoint", "from", "signal", "accumulate", "metrics"];
  const nulls = Object.fromEntries(optional.map((field) => [field, null]));
  assert.deepEqual(filledSpec({ ...small, ...nulls }), filledSpec(small));
});

Deno.test("rules, model and optimizer may be plain data: what is left out is filled", () => {
  const { model, optimizer } = filledSpec({
    ...small,
    model: JSON.parse('{ "kind": "mlp", "layers": [64, 16, 10] }'),
    optimizer: JSON.parse('{ "kind": "adam" }'),
  });
  assert.deepEqual({ model, optimizer }, { model: small.model, optimizer: small.optimizer });
});
