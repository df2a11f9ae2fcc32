import assert from "node:assert/strict";
import { smallLadderNames, workloads } from "./workload.ts";
import { labelledNoise, targets } from "./workload_data.ts";

for (const name of smallLadderNames) {
  Deno.test(`${name} has every class, and targets that say the labels`, () => {
    const workload = workloads[name], { outputs } = workload;
    const data = labelledNoise(workload, 256), wanted = targets(workload, data);
    assert.equal(new Set(data.labels).size, Math.max(2, outputs));
    data.labels.forEach((label, row) => {
      const target = wanted.subarray(row * outputs, (row + 1) * outputs);
      assert.equal(outputs === 1 ? target[0] : target.indexOf(1), label);
      assert.equal(target.reduce((sum, share) => sum + share, 0), outputs === 1 ? label : 1);
    });
  });
}
