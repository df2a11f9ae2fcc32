import assert from "node:assert/strict";
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
import { mlp } from "../../../lib/models/mod.ts";
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

/** Networks of the sizes that most notebooks train: all of one code with TensorFlow's XLA, or of sums in its order. */
const plain: Readonly<Record<string, () => Spec>> = {
  "two layers of 128, adam": () => ({
    ...base,
    model: mlp({ layers: [64, 128, 128, 10] }),
    data: waves(64, 10),
    optimizer: optimizers.adam(),
    schedule: constant(1e-3),
  }),
  "two layers of 512, batches of 128, adam": () => ({
    ...base,
    batch: 128,
    model: mlp({ layers: [784, 512, 512, 10] }),
    data: waves(784, 10),
    optimizer: optimizers.adam(),
    schedule: constant(1e-3),
  }),
  "dropout, sgd": () => ({
    ...base,
    model: mlp({ layers: [64, 128, 10], dropout: 0.3 }),
    data: waves(64, 10),
    optimizer: optimizers.sgd(),
    schedule: constant(0.1),
  }),
};
const exact = Object.entries(plain).map(([what, spec]) => ({ what, spec, bits: true }));
const others = Object.entries({ ...updateCases, ...moreUpdateCases }).map(([what, [, spec]]) => ({
  what,
  spec,
  bits: what.startsWith("logistic"),
}));

for (const { what, spec: specOf, bits } of [...exact, ...others]) {
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
