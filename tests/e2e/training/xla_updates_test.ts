import assert from "node:assert/strict";
import { asStream } from "../../data/fixture.ts";
import { libtensorflowForTests } from "../../engine/libtensorflow_for_tests.ts";
import { xlaTest } from "../../engine/xla/plugin_for_tests.ts";
import {
  base,
  moreUpdateCases,
  same,
  startFor,
  updateCases,
  waves,
} from "../../training/compiled_updates_cases.ts";
import { type Followed, followed, updatesOf } from "../../training/followed.ts";
import { logistic, mlp } from "../../../lib/models/mod.ts";
import * as optimizers from "../../../lib/optimizers/mod.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import type { Spec } from "../../../lib/training/spec.ts";

async function ran(spec: Spec, lengths: readonly number[]): Promise<Followed> {
  const updates = await updatesOf(spec, "compiled");
  try {
    return await followed(spec, updates, lengths);
  } finally {
    await updates.close();
  }
}

/** Equal to the bit; where they are not, how many numbers differ and from which update on. */
function equal(found: Followed, expected: Followed): void {
  const update = found.losses.findIndex((loss, i) => loss !== expected.losses[i]);
  assert.equal(update, -1, `losses differ from update ${update + 1} on`);
  const differing = found.values.map((values, i) =>
    values.filter((value, j) => value !== expected.values[i][j]).length
  );
  assert.ok(differing.every((count) => count === 0), `numbers of the state that differ: ${differing}`);
}

/** Workload M of the benches, and what is changed of it: batches of one size, so that each is one program. */
const medium = (more: Partial<Spec>): Spec => ({
  ...base,
  model: mlp({ layers: [64, 128, 128, 10] }),
  data: waves(64, 10),
  optimizer: optimizers.adam(),
  schedule: constant(1e-3),
  remainder: "drop",
  ...more,
});
/**
 * Networks of the sizes that most notebooks train: the same code on TensorFlow's XLA, or sums in its order. With the
 * rows of smaller networks below: every optimizer, loss and option.
 */
const exact: Readonly<Record<string, () => Spec>> = {
  "workload S": () => medium({ model: logistic({ features: 30 }), data: waves(30, 2), remainder: "train" }),
  "workload M, whose last batch is shorter": () => medium({ remainder: "train" }),
  "workload L": () =>
    medium({ batch: 128, model: mlp({ layers: [784, 512, 512, 10] }), data: waves(784, 10) }),
  "dropout, sgd": () =>
    medium({
      model: mlp({ layers: [64, 128, 10], dropout: 0.3 }),
      optimizer: optimizers.sgd(),
      schedule: constant(0.1),
    }),
  "momentum, gradients of three batches": () =>
    medium({
      optimizer: optimizers.momentum(),
      schedule: constant(0.02),
      accumulate: { batches: 3 },
      remainder: "train",
    }),
  "nesterov, clipped by norm, a running mean": () =>
    medium({
      optimizer: optimizers.nesterov(),
      schedule: constant(0.02),
      clip: { norm: 0.5 },
      average: { decay: 0.9 },
    }),
  "tanh, rmsprop, clipped by value": () =>
    medium({
      model: mlp({ layers: [64, 128, 128, 10], activation: "tanh" }),
      optimizer: optimizers.rmsprop(),
      clip: { value: 0.02 },
    }),
  "adamw, a stream": () =>
    medium({
      optimizer: optimizers.adamw(),
      data: asStream(waves(64, 10), { shuffle: 20, block: 7 }),
    }),
  "sigmoid cross entropy, lion, clipped by both": () =>
    medium({
      model: mlp({ layers: [64, 128, 1], loss: "sigmoidCrossEntropy" }),
      data: waves(64, 2),
      optimizer: optimizers.lion(),
      schedule: constant(1e-4),
      clip: { norm: 1, value: 0.05 },
    }),
};
/**
 * To rounding, 2e-4 at most: convolutions, which TensorFlow runs as a graph; squares that are summed in one loop, as of
 * batch norm and squared errors, and products of few numbers, where the two versions of LLVM put other instructions.
 */
const close: Readonly<Record<string, () => Spec>> = {
  "batch norm": () => medium({ model: mlp({ layers: [64, 128, 10], batchNorm: true }) }),
  "squared error": () =>
    medium({ model: mlp({ layers: [64, 128, 1], loss: "meanSquaredError" }), data: waves(64, 0) }),
  ...Object.fromEntries(
    Object.entries({ ...updateCases, ...moreUpdateCases }).map(([what, [, spec]]) => [what, spec]),
  ),
};
const isExact = (what: string) => what in exact || what.startsWith("logistic");
const table = Object.entries({ ...exact, ...close }).map(([what, spec]) => ({
  what,
  spec,
  bits: isExact(what),
}));

for (const { what, spec: specOf, bits } of table) {
  xlaTest(
    `updates on xla:cpu are those of tensorflow ${bits ? "to the bit" : "to rounding"}: ${what}`,
    async () => {
      const spec = specOf();
      await startFor("xla:cpu");
      const found = await ran(spec, [1, 20, 3, 16]);
      assert.equal(found.mode, "xla");
      equal(await ran(spec, [7, 13, 20]), found);
      if (libtensorflowForTests === null) return;
      await startFor("tensorflow");
      const expected = await ran(spec, [40]);
      if (bits) equal(found, expected);
      else same(found, expected);
    },
  );
}
