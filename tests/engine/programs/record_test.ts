import assert from "node:assert/strict";
import { idOf, nativeBackend } from "../../../lib/engine/native/native_ids.ts";
import { dtypes } from "../../../lib/engine/native/native_tensor.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

type Work = (inputs: { x: tf.Tensor2D; y: tf.Tensor2D }) => readonly tf.Tensor[];

/** A recording of work on two matrices. */
async function recorded(work: Work) {
  const binding = await startNative();
  const x = tf.tensor2d([[1, 2], [3, 4]]), y = tf.tensor2d([[5, 6], [7, 8]]);
  try {
    return record(binding, { x, y }, work as never);
  } finally {
    tf.dispose([x, y]);
  }
}

const T = { T: { type: dtypes.float32 } };
nativeTest("ops are recorded in order, with every type that eager execution infers", async () => {
  const { nodes, inputs, results, captures } = await recorded(({ x, y }) => [tf.relu(tf.add(x, y))]);
  assert.deepEqual(nodes, [
    { name: "n0", op: "Add", inputs: ["x", "y"], attributes: T },
    { name: "n1", op: "Relu", inputs: ["n0:z:0"], attributes: T },
  ]);
  assert.deepEqual(inputs, [{ name: "x", dtype: 1, shape: [2, 2] }, { name: "y", dtype: 1, shape: [2, 2] }]);
  assert.deepEqual(results, [{ name: "r0", dtype: 1, shape: [2, 2], from: "n1:activations:0" }]);
  assert.deepEqual(captures, []);
});

nativeTest("counts and lists of types are there, and each of several outputs has its name", async () => {
  const { nodes, results } = await recorded(({ x, y }) => {
    const { binding, createOutputTensor } = nativeBackend();
    const [, second] = tf.unstack(tf.stack([x, y]));
    const ids = [second, tf.cast(x, "int32")].map(idOf);
    const types = { name: "T", type: binding.TF_ATTR_TYPE, value: [dtypes.float32, dtypes.int32] };
    const [, other] = binding.executeOp("IdentityN", [types], ids, 2);
    return [createOutputTensor.call(nativeBackend(), other), x];
  });
  const attributesOf = (name: string) => nodes.find(({ op }) => op === name)!.attributes;
  assert.deepEqual(attributesOf("Pack"), { ...T, N: { int: 2 }, axis: { int: 0 } });
  assert.deepEqual(attributesOf("Unpack"), { ...T, num: { int: 2 }, axis: { int: 0 } });
  assert.deepEqual(attributesOf("IdentityN"), { T: { types: [dtypes.float32, dtypes.int32] } });
  assert.deepEqual(nodes.at(-1)!.inputs, ["n1:output:1", "n2:y:0"]);
  assert.deepEqual(results.map(({ from, dtype }) => [from, dtype]), [["n3:output:1", 3], ["x", 1]]);
});

nativeTest("values made in the work are constants; a tensor from before is captured, once", async () => {
  const binding = await startNative();
  const outside = tf.tensor2d([[9, 9], [9, 9]]), id = idOf(outside);
  const { nodes, captures } = await recorded(({ x }) => [
    tf.add(tf.mul(x, tf.tensor2d([[1, 2], [3, 4]])), outside),
    tf.sub(x, outside),
  ]);
  assert.deepEqual(captures, [{ id, name: "capture0", dtype: 1 }]);
  assert.deepEqual(nodes.map(({ op }) => op), ["Const", "Mul", "Add", "Sub"]);
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  assert.deepEqual(nodes[0].attributes.value, { constant: { dtype: 1, shape: [2, 2], bytes } });
  assert.deepEqual([nodes[2].inputs, nodes[3].inputs], [["n1:z:0", "capture0"], ["x", "capture0"]]);
  assert.equal(binding.describe(id).id, id, "it is still its maker's");
  outside.dispose();
});

nativeTest("a recording leaves no tensor", async () => {
  const binding = await startNative();
  await recorded(({ x }) => [tf.square(x)]);
  const before = [binding.getNumOfTensors(), tf.memory().numTensors];
  await recorded(({ x, y }) => [tf.softmax(tf.matMul(x, y)), x]);
  // a scope within the work keeps what it gives back
  await recorded(({ x, y }) => tf.tidy(() => [tf.keep(tf.add(x, y)), tf.keep(tf.scalar(1)), x]));
  assert.deepEqual([binding.getNumOfTensors(), tf.memory().numTensors], before);
});

const READS: [string, Work][] = [
  ["an argument", ({ x }) => [tf.mul(x, x.dataSync()[0])]],
  ["what was computed of one", ({ x }) => [tf.mul(x, tf.sum(x).dataSync()[0])]],
  ["one in a shape of its own", ({ x }) => [tf.mul(x, tf.reshape(x, [4]).dataSync()[0])]],
];
for (const [what, work] of READS) {
  nativeTest(`reading the values of ${what} cannot be recorded, and leaves nothing behind`, async () => {
    const binding = await startNative();
    const before = binding.getNumOfTensors();
    await assert.rejects(recorded(work), {
      name: "NotRecordable",
      message: "the values of a tensor are read while it is computed (use tensor operations)",
    });
    assert.equal(binding.listener, null);
    assert.equal(binding.getNumOfTensors(), before);
  });
}

nativeTest("values that depend on no argument may be read", async () => {
  await startNative();
  const outside = tf.tensor1d([2]);
  idOf(outside);
  const { nodes } = await recorded(({ x }) => {
    const constant = tf.scalar(3), product = tf.mul(x, constant);
    return [tf.mul(product, outside.dataSync()[0] * constant.dataSync()[0])];
  });
  assert.deepEqual(
    new Float32Array((nodes.at(-2)!.attributes.value as never)["constant"]["bytes"]["buffer"]),
    Float32Array.of(6),
  );
  outside.dispose();
});

nativeTest("what the work throws is thrown, and nobody listens any more", async () => {
  const binding = await startNative();
  const odd = new Error("odd");
  await assert.rejects(
    recorded(() => {
      throw odd;
    }),
    odd,
  );
  assert.equal(binding.listener, null);
  await assert.rejects(
    recorded(({ x }) => [tf.matMul(x, tf.ones([3, 3]))]),
    /^TensorflowError: tensorflow: BatchMatMulV2: /,
  );
  assert.equal(binding.listener, null);
});

nativeTest("an op with a state of its own cannot be recorded, and leaves nothing behind", async () => {
  const binding = await startNative(), before = binding.getNumOfTensors();
  await assert.rejects(recorded(({ x }) => [tf.multinomial(x, 3, 7)]), {
    name: "NotRecordable",
    message: "Multinomial gives other results each time (draw random numbers by dropout layers)",
  });
  assert.equal(binding.getNumOfTensors(), before);
});
