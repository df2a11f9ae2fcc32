import assert from "node:assert/strict";
import { idOf } from "../../../lib/engine/native/native_ids.ts";
import { refuseImpurity } from "../../../lib/engine/programs/impurity.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

/** Records work on a vector twice, with other values, and compares. */
async function recordedTwice(work: (x: tf.Tensor1D) => tf.Tensor): Promise<void> {
  const binding = await startNative();
  const recorded = (value: number) => {
    const x = tf.fill([4], value) as tf.Tensor1D;
    try {
      return record(binding, { x }, ({ x }) => [work(x as tf.Tensor1D)]);
    } finally {
      x.dispose();
    }
  };
  refuseImpurity(recorded(1), recorded(2));
}

let calls = 0;
const instead = "(draw random numbers by dropout layers, and read no clock)";
const enters = (op: string) => `a value that changes from call to call enters ${op} ${instead}`;
const changes = (op: string) => `the operations change from call to call, first at ${op} ${instead}`;
const IMPURE: [string, (x: tf.Tensor1D) => tf.Tensor, string][] = [
  ["Math.random", (x) => tf.mul(x, Math.random()), enters("Mul")],
  ["random numbers of TensorFlow.js", (x) => tf.add(x, tf.randomNormal([4])), enters("Add")],
  ["a clock", (x) => tf.sub(x, performance.now()), enters("Sub")],
  ["a counter", (x) => tf.maximum(x, ++calls), enters("Maximum")],
  ["a shape that grows", (x) => tf.sum(tf.mul(x, tf.ones([++calls, 1]))), enters("Mul")],
  ["one operation more each time", (x) => {
    let y: tf.Tensor = x;
    for (let i = 0; i < calls; i++) y = tf.relu(y);
    calls++;
    return y;
  }, changes("Relu")],
  ["now one operation, now another", (x) => ++calls % 2 ? tf.sin(x) : tf.cos(x), changes("Sin")],
  ["now one result, now another", (x) => {
    const results = [tf.sin(x), tf.cos(x)];
    return results[++calls % 2];
  }, `the result is now one tensor, now another ${instead}`],
];
for (const [what, work, message] of IMPURE) {
  nativeTest(`${what} is found by recording twice, and the message names where`, async () => {
    calls = 0;
    await assert.rejects(recordedTwice(work), { name: "NotRecordable", message });
  });
}

nativeTest("a tensor that is made outside and anew for every call is found", async () => {
  await startNative();
  let outside = tf.tensor1d([0]);
  const renewed = (x: tf.Tensor) => {
    const y = tf.mul(x, outside);
    outside.dispose();
    outside = tf.keep(tf.tensor1d([++calls]));
    idOf(outside);
    return y;
  };
  idOf(outside);
  await assert.rejects(recordedTwice(renewed), {
    name: "NotRecordable",
    message: "a tensor made outside changes from call to call (make it once)",
  });
  outside.dispose();
});

nativeTest(
  "what is a function of tensors alone passes, constants, captures and gradients included",
  async () => {
    await startNative();
    const outside = tf.tensor1d([3]);
    idOf(outside);
    await recordedTwice((x) =>
      tf.grad((w) => tf.mean(tf.softmax(tf.add(tf.mul(w, tf.scalar(0.1)), outside))))(x)
    );
    outside.dispose();
  },
);
