import assert from "node:assert/strict";
import { tf } from "../../lib/engine/tf.ts";
import { targetOf } from "../../lib/engine/xla/target.ts";
import { trace } from "../../lib/engine/xla/trace.ts";
import { kernelCases } from "../engine/xla/kernel_cases.ts";
import { close, onBackend, onXla } from "../engine/xla/kernel_runs.ts";
import { gpuTest, startGpu } from "./gpu_for_tests.ts";

/** Share of a number: a device has its own exp and tanh, and adds up in its own order. */
const WITHIN = 1e-4;

for (const [group, table] of Object.entries(kernelCases)) {
  gpuTest(`${group}: values and gradients are those of cpu`, async () => {
    const client = await startGpu(), titles = Object.keys(table), cases = Object.values(table);
    await tf.setBackend("cpu");
    const found = await onXla(cases, client, targetOf(client.platform, false)), expected = onBackend(cases);
    titles.forEach((title, i) =>
      expected[i]?.forEach((values, j) =>
        close(found[i][j], values, `${title}, ${j === 0 ? "value" : `gradient ${j}`}`, WITHIN)
      )
    );
  });
}

gpuTest("a device other than a CPU convolves by XLA's own operation, with all bits", async () => {
  const { platform } = await startGpu(), image = tf.ones([1, 4, 4, 1]), filter = tf.ones([3, 3, 1, 2]);
  const { nodes } = trace(
    { image, filter },
    (given) => [tf.conv2d(given.image as tf.Tensor4D, given.filter as tf.Tensor4D, 1, "same")],
    targetOf(platform, false),
  );
  const own = nodes.filter(({ op }) => op === "stablehlo.convolution");
  assert.equal(own.length, platform === "cpu" ? 0 : 1);
  for (const node of own) assert.match(JSON.stringify(node), /HIGHEST/);
});
