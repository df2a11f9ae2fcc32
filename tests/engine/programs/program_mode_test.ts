import assert from "node:assert/strict";
import { programMode } from "../../../lib/engine/programs/program_mode.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

type Work = (x: tf.Tensor4D) => tf.Tensor;
const filter = () => tf.ones([2, 2, 2, 2]) as tf.Tensor4D;
const MODES: [string, Work, "xla" | "graph"][] = [
  ["arithmetic", (x) => tf.relu(tf.mul(x, 2)), "xla"],
  ["mean pooling", (x) => tf.avgPool(x, 2, 2, "valid"), "xla"],
  ["rows of a table of ours", (x) => tf.slice(x, 0, 1), "xla"],
  ["a convolution", (x) => tf.conv2d(x, filter(), 1, "same"), "graph"],
  [
    "the gradient of a convolution alone",
    (x) => tf.grad((x) => tf.conv2d(x as tf.Tensor4D, filter(), 1, "same"))(x),
    "graph",
  ],
  ["a convolution by channel", (x) => tf.depthwiseConv2d(x, filter(), 1, "same"), "graph"],
  ["maximum pooling", (x) => tf.maxPool(x, 2, 2, "valid"), "graph"],
  ["a gather of single numbers", (x) => tf.gatherND(x, tf.tensor2d([[0, 1]], [1, 2], "int32")), "graph"],
  ["an embedding", (x) => tf.gather(x, tf.tensor1d([0], "int32")), "graph"],
];
for (const [what, work, mode] of MODES) {
  nativeTest(`a program with ${what} runs as ${mode} on a CPU, and by XLA on a GPU`, async () => {
    const binding = await startNative(), x = tf.ones([1, 4, 4, 2]);
    const recording = record(binding, { x }, ({ x }) => [work(x as tf.Tensor4D)]);
    const plain = record(binding, { x }, ({ x }) => [tf.square(x)]);
    assert.equal(programMode([recording], false), mode);
    assert.equal(programMode([plain, recording], false), mode);
    assert.equal(programMode([plain, recording], true), "xla");
    x.dispose();
  });
}
