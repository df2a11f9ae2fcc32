/** Updates of compiled programs beside the same one by one: some in every run of the tests, the others in e2e. */
import assert from "node:assert/strict";
import * as tfjs from "@tensorflow/tfjs";
import fc from "fast-check";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { augmented } from "../../lib/data/augmented.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import type { EngineName } from "../../lib/engine/engine_choice.ts";
import { nativeBinding } from "../../lib/engine/native/tensorflow.ts";
import { convnet, fromLayers, logistic, mlp } from "../../lib/models/mod.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { type Spec } from "../../lib/training/spec.ts";
import { asStream } from "../data/fixture.ts";
import { libtensorflowForTests, nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { type Followed, followed, updatesOf } from "./followed.ts";

export async function startFor(name: EngineName): Promise<void> {
  setEngineChoice(name, name === "tensorflow" ? { library: libtensorflowForTests?.file } : {});
  await startEngine();
}

/** 150 examples for training of numbers in waves; classes, or values where there are none, follow from them. */
export function waves(features: number, classes: number, shape = [features]): ReturnType<typeof fromArrays> {
  const rows = 190,
    x = Array.from({ length: rows * features }, (_, i) => Math.sin(1.7 * i + 0.3 * (i % features)));
  const y = Array.from({ length: rows }, (_, row) => {
    const score = x[row * features] + x[row * features + 1];
    return classes === 0 ? score : Math.min(classes - 1, Math.floor((score + 2) / 4 * classes));
  });
  return fromArrays({
    x,
    y,
    features,
    shape,
    classes: Array.from({ length: classes }, (_, i) => `${i}`),
    split: { training: 150, validation: 20, test: 20 },
    name: "waves",
  });
}
/** Whole numbers below 6, for an embedding. */
function words(): ReturnType<typeof fromArrays> {
  const data = waves(5, 3);
  for (const { x } of [data.training, data.validation, data.test]) {
    x.forEach((value, i) => x[i] = Math.floor((value + 1) * 2.99));
  }
  return data;
}

const { layers, sequential } = tfjs;
const seeded = (seed: number) => tfjs.initializers.glorotNormal({ seed });
const dense = (units: number, options: object = {}) =>
  layers.dense({ units, kernelInitializer: seeded(units), ...options });

export const base = { batch: 32, seed: 3, stop: maxSteps(40), evaluate: { every: steps(64) } };
const ten = waves(12, 3), image = waves(36, 3, [6, 6]);
const small = mlp({ layers: [12, 16, 3] });

type UpdateCase = readonly [mode: Followed["mode"], spec: () => Spec];
/** With those of e2e: every kind of model and every optimizer, each option at least once; how the program of each runs. */
export const updateCases: Readonly<Record<string, UpdateCase>> = {
  "logistic of two classes, sgd, batches that wrap": ["xla", () => ({
    ...base,
    model: logistic({ features: 12 }),
    data: waves(12, 2),
    optimizer: optimizers.sgd(),
    schedule: constant(0.3),
    remainder: "wrap",
  })],
  "logistic of ten classes, momentum, the remainder dropped": ["xla", () => ({
    ...base,
    model: mlp({ layers: [12, 10], init: "zeros" }),
    data: waves(12, 10),
    optimizer: optimizers.momentum(),
    schedule: cosine({ peak: 0.1, horizon: steps(40) }),
    remainder: "drop",
  })],
  "regression, rmsprop, gradients of two batches, what is left over dropped": ["xla", () => ({
    ...base,
    model: mlp({ layers: [12, 8, 1], loss: "meanSquaredError" }),
    data: waves(12, 0),
    optimizer: optimizers.rmsprop(),
    schedule: constant(3e-3),
    accumulate: { batches: 2, leftover: "drop" },
  })],
  "convnet, momentum, a running mean": ["graph", () => ({
    ...base,
    model: convnet({ shape: [6, 6], classes: 3, filters: [4, 4], dense: 0 }),
    data: image,
    optimizer: optimizers.momentum(),
    schedule: constant(0.02),
    average: { decay: 0.8 },
  })],
  "an embedding, sgd": ["graph", () => ({
    ...base,
    model: fromLayers(
      sequential({
        layers: [
          layers.embedding({ inputDim: 6, outputDim: 4, inputLength: 5, embeddingsInitializer: seeded(1) }),
          layers.flatten(),
          dense(3),
        ],
      }),
      "softmaxCrossEntropy",
    ),
    data: words(),
    optimizer: optimizers.sgd(),
    schedule: constant(0.1),
  })],
};
export const moreUpdateCases: Readonly<Record<string, UpdateCase>> = {
  "mlp, lion, clipped by value, examples moved and mixed": ["xla", () => ({
    ...base,
    model: mlp({ layers: [36, 16, 3] }),
    data: augmented(image, { shift: 1, noise: 0.1, mixup: 0.3 }),
    optimizer: optimizers.lion(),
    schedule: constant(1e-3),
    clip: { value: 0.02 },
  })],
  "mlp with tanh, nesterov, clipped by norm, a running mean": ["xla", () => ({
    ...base,
    model: mlp({ layers: [12, 16, 8, 3], activation: "tanh" }),
    data: ten,
    optimizer: optimizers.nesterov(),
    schedule: constant(0.05),
    clip: { norm: 0.5 },
    average: { decay: 0.9 },
  })],
  "mlp with dropout, adam, gradients of three batches flushed": ["xla", () => ({
    ...base,
    model: mlp({ layers: [12, 16, 3], dropout: 0.4 }),
    data: ten,
    optimizer: optimizers.adam(),
    schedule: constant(3e-3),
    accumulate: { batches: 3 },
  })],
  "mlp with batch norm, adamw, gradients of two batches carried": ["xla", () => ({
    ...base,
    model: mlp({ layers: [12, 16, 3], batchNorm: true }),
    data: ten,
    optimizer: optimizers.adamw({ decay: 0.1 }),
    schedule: constant(3e-3),
    accumulate: { batches: 2, leftover: "carry" },
  })],
  "mlp, adam, a stream with a buffer, clipped by both": ["xla", () => ({
    ...base,
    model: small,
    data: streamedWaves(ten),
    optimizer: optimizers.adam(),
    schedule: constant(3e-3),
    clip: { norm: 1, value: 0.05 },
  })],
  "convnet with dropout and batch norm, adam": ["graph", () => ({
    ...base,
    model: convnet({ shape: [6, 6], classes: 3, filters: [4], dense: 8, dropout: 0.2, batchNorm: true }),
    data: image,
    optimizer: optimizers.adam(),
    schedule: constant(3e-3),
  })],
  "layers with dropout, batch norm, l2 and maxNorm, adam": ["xla", () => ({
    ...base,
    model: fromLayers(
      sequential({
        layers: [
          dense(16, {
            inputShape: [12],
            activation: "relu",
            kernelRegularizer: tfjs.regularizers.l2({ l2: 0.01 }),
            kernelConstraint: tfjs.constraints.maxNorm({ maxValue: 1, axis: 0 }),
          }),
          layers.batchNormalization({ momentum: 0.8 }),
          layers.dropout({ rate: 0.3 }),
          dense(3, { activation: "softmax" }),
        ],
      }),
      "softmaxCrossEntropy",
    ),
    data: ten,
    optimizer: optimizers.adam(),
    schedule: constant(3e-3),
  })],
  "an lstm, adam": ["xla", () => ({
    ...base,
    model: fromLayers(
      sequential({
        layers: [
          layers.lstm({
            units: 5,
            inputShape: [2, 6],
            kernelInitializer: seeded(2),
            recurrentInitializer: seeded(3),
          }),
          dense(3),
        ],
      }),
      "softmaxCrossEntropy",
    ),
    data: ten,
    remainder: "drop",
    optimizer: optimizers.adam(),
    schedule: constant(1e-2),
  })],
};
function streamedWaves(data: ReturnType<typeof fromArrays>): Dataset {
  return asStream(data, { shuffle: 20, block: 7 });
}

/** Rounding differs between engines and grows over updates: what losses and outputs may differ by, relatively. */
const NEAR = 2e-4;
function near(given: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(given.length, expected.length, what);
  for (let i = 0; i < given.length; i++) {
    const far = Math.abs(given[i] - expected[i]);
    assert.ok(
      far <= NEAR * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${given[i]}, not ${expected[i]}`,
    );
  }
}
export function same(given: Followed, expected: Followed): void {
  near(given.losses, expected.losses, "losses");
  for (const part of ["network", "average"] as const) {
    const [a, b] = [given.outputs[part], expected.outputs[part]];
    assert.equal(a === null, b === null);
    for (const split of ["validation", "test"] as const) {
      if (a && b) near(a[split], b[split], `${part} on ${split}`);
    }
  }
}

const UPDATES = 40;
export function updateTest([what, [mode, spec]]: [string, UpdateCase]): void {
  nativeTest(`compiled, one by one and on wasm, updates are the same to rounding: ${what}`, async () => {
    await startFor("tensorflow");
    const given = spec(), tensors = nativeBinding()!.getNumOfTensors();
    const run = async (how: "compiled" | "eager", lengths: readonly number[]) => {
      const updates = await updatesOf(given, how);
      const result = await followed(given, updates, lengths);
      await updates.close();
      return result;
    };
    const compiled = await run("compiled", [1, 20, 3, UPDATES - 24]);
    assert.equal(compiled.mode, mode);
    // the same to the bit, however they are divided
    assert.deepEqual(await run("compiled", [7, 13, 20]), compiled);
    const eager = await run("eager", [UPDATES]);
    same(compiled, eager);
    assert.ok(eager.losses.at(-1)! < eager.losses[0], `${eager.losses}`);
    assert.equal(nativeBinding()!.getNumOfTensors(), tensors, "tensors are left");
    if (what.startsWith("an embedding")) return; // wasm has no kernel for its gradient
    await startFor("wasm");
    same(compiled, await run("eager", [UPDATES]));
  });
}

/** @param numRuns how many divisions are tried */
export const divisionsTest = (numRuns: number): void =>
  nativeTest(
    "however updates are divided into calls, with dropout and a short last batch, no bit changes",
    async () => {
      await startFor("tensorflow");
      const spec: Spec = {
        ...base,
        model: mlp({ layers: [12, 16, 3], dropout: 0.4, batchNorm: true }),
        data: ten,
        optimizer: optimizers.adamw({ decay: 0.01 }),
        schedule: cosine({ peak: 1e-2, horizon: steps(24) }),
        average: { decay: 0.9 },
      };
      const updates = await updatesOf(spec, "compiled"), total = 24;
      const uncut = await followed(spec, updates, [total]);
      const cuts = fc.subarray(Array.from({ length: total - 1 }, (_, i) => i + 1));
      await fc.assert(
        fc.asyncProperty(cuts, async (cuts) => {
          const lengths = [...cuts, total].map((cut, i) => cut - (cuts[i - 1] ?? 0));
          assert.deepEqual(await followed(spec, updates, lengths), uncut);
        }),
        { numRuns },
      );
      await updates.close();
    },
  );
