import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import { CPU, targetOf, type XlaTarget } from "../../../lib/engine/xla/target.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";

await tf.setBackend("cpu");

/** Operations of a convolution, its gradients and a product, with what they say of their precision. */
function written(target: XlaTarget): string[] {
  const image = tf.ones([1, 5, 5, 2]), filter = tf.ones([3, 3, 2, 4]), w = tf.ones([4, 4]);
  const { nodes } = trace({ image, filter, w }, ({ image, filter, w }) => {
    const made = (x: tf.Tensor, f: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, "same")));
    return [...tf.grads(made)([image, filter]), tf.matMul(w as tf.Tensor2D, w as tf.Tensor2D)];
  }, target);
  return nodes.filter(({ op }) => /dot|convolution/.test(op)).map(({ op, attributes }) => {
    const { text } = attributes.attributes as { text: string };
    return `${op.slice("stablehlo.".length)} ${text.match(/precision \w+/)?.[0] ?? "of the device"}`;
  });
}
const times = (count: number, text: string) => Array.from({ length: count }, () => text);

const cases: [string, XlaTarget, string[]][] = [
  ["a CPU", targetOf("cpu", false), times(4, "dot_general of the device")],
  ["a CPU with TF32, which it lacks", targetOf("cpu", true), times(4, "dot_general of the device")],
  ["a GPU", targetOf("cuda", false), [
    ...times(3, "convolution precision HIGHEST"),
    "dot_general precision HIGHEST",
  ]],
  ["a GPU with TF32", targetOf("cuda", true), [
    ...times(3, "convolution of the device"),
    "dot_general of the device",
  ]],
];
for (const [device, target, expected] of cases) {
  Deno.test(`what is written for ${device}: convolutions as products or its own, and their precision`, () => {
    assert.deepEqual(written(target), expected);
  });
}

Deno.test("sums have TensorFlow's order on a CPU alone", () => {
  const large = tf.zeros([128, 512]);
  const ops = (target: XlaTarget) =>
    trace({ large }, ({ large }) => [tf.sum(large, 0)], target).nodes.map(({ op }) => op).filter((op) =>
      op !== "Const"
    );
  assert.deepEqual(ops(CPU), ["stablehlo.reduce_window", "stablehlo.reduce"]);
  assert.deepEqual(ops(targetOf("rocm", false)), ["stablehlo.reduce"]);
});
