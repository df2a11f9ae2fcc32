import assert from "node:assert/strict";
import { smallLadderNames } from "../bench/engine/workload.ts";
import { gpuTest, startGpu } from "./gpu_for_tests.ts";
import { type Recorded, trained } from "./trained.ts";
import recorded from "./recorded_losses.json" with { type: "json" };

/**
 * Share of a loss that rounding may make, until that update: it grows as the weights move. On the CPU plug-in S, M and
 * L have the recorded bits, and the others less than a tenth of this.
 */
const WITHIN: readonly [until: number, share: number][] = [[1, 1e-5], [8, 1e-4], [48, 1e-2]];

const { engine, version, losses }: Recorded = recorded as Recorded;
for (const name of smallLadderNames) {
  gpuTest(`${name} has the losses that ${engine} ${version} has, within rounding`, async () => {
    await startGpu();
    const found = await trained(name), expected = losses[name];
    assert.equal(found.mode, "xla");
    assert.equal(found.losses.length, expected.length);
    for (const [i, loss] of found.losses.entries()) {
      const [, share] = WITHIN.find(([until]) => i < until)!,
        off = Math.abs(loss - expected[i]) / expected[i];
      assert.ok(off <= share, `update ${i + 1}: ${loss}, recorded ${expected[i]}`);
    }
  });

  gpuTest(`${name} trains twice to the same bits`, async () => {
    await startGpu();
    const once = await trained(name), twice = await trained(name);
    const update = once.losses.findIndex((loss, i) => loss !== twice.losses[i]);
    assert.equal(update, -1, `the losses differ from update ${update + 1} on`);
    assert.deepEqual(twice.values, once.values);
    assert.deepEqual(twice.outputs, once.outputs);
  });
}
