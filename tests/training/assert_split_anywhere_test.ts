import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import * as datasets from "../../lib/data/mod.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import * as models from "../../lib/models/mod.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { assertSplitAnywhere, SplitDiffers } from "../../lib/training/assert_split_anywhere.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { data, small } from "./fixture.ts";
import { inFolder } from "../in_folder.ts";

// 1,097 examples in batches of 128 are nine updates an epoch: cuts fall inside of epochs and on their border
const short: Spec = { ...small, batch: 128, stop: maxSteps(14) };
const CUTS = [1, 4, 9, 13];

/** The first examples of the digits, moved by as much as the opening counts. */
function* rowsOf(opened: number) {
  const { x, y } = data.training as Split;
  for (let row = 0; row < 256; row++) {
    yield { x: x.subarray(row * 64, (row + 1) * 64).map((value) => value + opened / 8), y: y[row] };
  }
}

const cases: [string, Spec, (readonly number[])?][] = [
  ["a perceptron, at every step", { ...short, stop: maxSteps(11) }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ["dropout", { ...short, model: models.mlp({ layers: [64, 16, 10], dropout: 0.4 }) }],
  ["batch normalisation", { ...short, model: models.mlp({ layers: [64, 16, 10], batchNorm: true }) }],
  ["gradients accumulated and flushed", { ...short, batch: 50, accumulate: { batches: 3 } }],
  ["gradients carried over epochs", { ...short, batch: 50, accumulate: { batches: 3, leftover: "carry" } }],
  ["what is left over dropped", { ...short, batch: 50, accumulate: { batches: 3, leftover: "drop" } }],
  ["a running mean that is selected", {
    ...short,
    average: { decay: 0.8 },
    select: best("average.validation.loss", "min"),
  }],
  ["a rate that a plateau cuts", {
    ...short,
    evaluate: { every: steps(2) },
    scale: plateauScale({
      metric: "validation.loss",
      mode: "min",
      factor: 0.5,
      patience: evaluations(1),
      minDelta: 0.5,
    }),
  }],
  ["early stopping", {
    ...short,
    evaluate: { every: steps(2) },
    stop: any(
      maxSteps(40),
      plateau({ metric: "validation.loss", mode: "min", patience: evaluations(3), minDelta: 0.5 }),
    ),
  }, [1, 3, 4, 5]],
  ["examples that are moved and mixed", {
    ...short,
    data: datasets.augmented(data, { shift: 1, noise: 0.1, mixup: 0.3 }),
  }],
  ["a stream that is opened again", {
    ...short,
    batch: 64,
    data: datasets.streamed({
      name: "streamed digits",
      features: 64,
      classes: data.classes,
      count: 256,
      shuffle: 50,
      open: () => rowsOf(0),
      validation: { x: data.validation.x, y: data.validation.y },
      test: { x: data.test.x, y: data.test.y },
    }),
  }],
  ["clipped gradients and decayed weights", {
    ...short,
    clip: { norm: 0.5 },
    optimizer: optimizers.adamw({ decay: 0.1 }),
  }],
];

for (const [what, spec, cuts] of cases) {
  Deno.test(`a training cut anywhere ends as the uncut one: ${what}`, async () => {
    await assertSplitAnywhere(spec, { cuts: cuts ?? CUTS });
  });
}

Deno.test("a folder is left alone, and this much more is counted once", () =>
  inFolder(async (folder) => {
    await assertSplitAnywhere({ ...short, checkpoint: { folder }, stop: maxSteps({ for: 4 }) }, {
      cuts: [1, 3],
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

const FOUR = { ...short, stop: maxSteps(4) };
const WRONG: [Spec, unknown, RegExp][] = [
  [FOUR, { cuts: [4] }, /invalid cuts: 4 \(whole numbers from 1, below 4, where it ends\)/],
  [FOUR, { cuts: [1.5] }, /invalid cuts: 1.5/],
  [FOUR, { cuts: [0] }, /invalid cuts: 0/],
  [FOUR, { cuts: 3 }, /invalid cuts: 3 \(a list of steps\)/],
  [FOUR, { cut: [2] }, /unknown option of assertSplitAnywhere: cut \(has cuts\)/],
  [{ ...FOUR, from: "s1" }, {}, /invalid from: s1 \(none: every cut has a state of its own\)/],
];
for (const [spec, options, message] of WRONG) {
  Deno.test(`the kit refuses ${message.source}`, async () => {
    await assert.rejects(assertSplitAnywhere(spec, options as never), message);
  });
}

Deno.test("a training that is not the same twice is named with the cut and the number that differs", async () => {
  // data that is read anew for every training and was changed in between: what no resume can repeat
  let opened = 0;
  const restless = datasets.streamed({
    name: "restless",
    features: 64,
    classes: data.classes,
    count: 256,
    open: () => rowsOf(++opened),
    validation: { x: data.validation.x, y: data.validation.y },
    test: { x: data.test.x, y: data.test.y },
  });
  await assert.rejects(
    assertSplitAnywhere({ ...short, data: restless, stop: maxSteps(4) }, { cuts: [2] }),
    (error: unknown) =>
      error instanceof SplitDiffers && error.cut === 2 && /at number \d+: .*, uncut/.test(error.message),
  );
});
