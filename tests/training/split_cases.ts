/** Trainings that are cut at some of their steps: on wasm in every run of the tests, on the fastest engine in e2e. */
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import * as datasets from "../../lib/data/mod.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import type { EngineChoice } from "../../lib/engine/engine_choice.ts";
import * as models from "../../lib/models/mod.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { assertSplitAnywhere } from "../../lib/training/assert_split_anywhere.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { data, small } from "./fixture.ts";

// 1,097 examples in batches of 128 are nine updates an epoch: cuts fall inside of epochs and on their border
export const short: Spec = { ...small, batch: 128, stop: maxSteps(14) };
const CUTS = [1, 4, 9, 13];

/** The first examples of the digits, moved by as much as the opening counts. */
export function* rowsOf(opened: number) {
  const { x, y } = data.training as Split;
  for (let row = 0; row < 256; row++) {
    yield { x: x.subarray(row * 64, (row + 1) * 64).map((value) => value + opened / 8), y: y[row] };
  }
}

type SplitCase = readonly [what: string, spec: Spec, cuts?: readonly number[]];

export const splitCases: readonly SplitCase[] = [
  ["a perceptron, at every step", { ...short, stop: maxSteps(11) }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ["what is left over dropped", { ...short, batch: 50, accumulate: { batches: 3, leftover: "drop" } }],
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
  ["dropout", { ...short, model: models.mlp({ layers: [64, 16, 10], dropout: 0.4 }) }],
  ["batch normalisation", { ...short, model: models.mlp({ layers: [64, 16, 10], batchNorm: true }) }],
  ["gradients accumulated and flushed", { ...short, batch: 50, accumulate: { batches: 3 } }],
  ["gradients carried over epochs", { ...short, batch: 50, accumulate: { batches: 3, leftover: "carry" } }],
  ["a running mean that is selected", {
    ...short,
    average: { decay: 0.8 },
    select: best("average.validation.loss", "min"),
  }],
  ["examples that are moved and mixed", {
    ...short,
    data: datasets.augmented(data, { shift: 1, noise: 0.1, mixup: 0.3 }),
  }],
  ["clipped gradients and decayed weights", {
    ...short,
    clip: { norm: 0.5 },
    optimizer: optimizers.adamw({ decay: 0.1 }),
  }],
];

export function splitTest([what, spec, cuts]: SplitCase, engine: EngineChoice): void {
  Deno.test(`a training cut anywhere ends as the uncut one: ${what}`, async () => {
    setEngineChoice(engine);
    await assertSplitAnywhere(spec, { cuts: cuts ?? CUTS });
  });
}
