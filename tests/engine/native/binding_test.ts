import assert from "node:assert/strict";
import fc from "fast-check";
import { configProto, deviceText, firstGpu } from "../../../lib/engine/native/native_context.ts";
import { dtypes, type NativeValues } from "../../../lib/engine/native/native_tensor.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

const roundTrips: { dtype: keyof typeof dtypes; shape: number[]; values: NativeValues }[] = [
  { dtype: "float32", shape: [2, 2], values: new Float32Array([0, -1.5, Infinity, NaN]) },
  { dtype: "float64", shape: [2], values: new Float64Array([Math.PI, -0]) },
  { dtype: "int32", shape: [3], values: new Int32Array([0, -1, 2 ** 31 - 1]) },
  { dtype: "int64", shape: [2], values: new BigInt64Array([-1n, 2n ** 62n]) },
  { dtype: "uint8", shape: [1, 3], values: new Uint8Array([0, 7, 255]) },
  { dtype: "bool", shape: [2], values: new Uint8Array([1, 0]) },
  { dtype: "complex64", shape: [2], values: new Float32Array([1, 2, 3, -4]) },
  {
    dtype: "string",
    shape: [3],
    values: [utf8(""), utf8("short"), utf8("longer than the 22 bytes kept inline: ü")],
  },
  { dtype: "float32", shape: [], values: new Float32Array([3]) },
  { dtype: "float32", shape: [0, 5], values: new Float32Array(0) },
];
for (const { dtype, shape, values } of roundTrips) {
  nativeTest(`values of ${dtype} [${shape}] come back as they went`, async () => {
    const native = await startNative();
    const before = native.getNumOfTensors();
    const id = native.createTensor(shape, dtypes[dtype], values);
    assert.deepEqual(native.tensorDataSync(id), values);
    const type = { name: "T", type: native.TF_ATTR_TYPE, value: dtypes[dtype] };
    const [copy] = native.executeOp("Identity", [type], [id], 1);
    assert.deepEqual({ ...copy, id: 0 }, { id: 0, shape, dtype: dtypes[dtype] });
    assert.deepEqual(native.tensorDataSync(copy.id), values);
    native.deleteTensor(id);
    native.deleteTensor(copy.id);
    assert.equal(native.getNumOfTensors(), before);
  });
}

nativeTest("any float values of any shape come back as they went", async () => {
  const native = await startNative();
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
  fc.assert(fc.property(shapes, fc.float(), (shape, first) => {
    const elements = shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: elements }, (_, i) => first + i);
    const id = native.createTensor(shape, dtypes.float32, values);
    assert.deepEqual(native.tensorDataSync(id), values);
    native.deleteTensor(id);
  }));
});

nativeTest("two int32 halves make an int64 scalar, as TensorFlow.js passes it", async () => {
  const native = await startNative();
  const id = native.createTensor([], dtypes.int64, new Int32Array([-2, -1]));
  assert.deepEqual(native.tensorDataSync(id), new BigInt64Array([-2n]));
  native.deleteTensor(id);
});

nativeTest(
  "what TensorFlow refuses is an error with its op, code and one line, and leaks nothing",
  async () => {
    const native = await startNative();
    const before = native.getNumOfTensors();
    const a = native.createTensor([2, 3], dtypes.float32, new Float32Array(6));
    const attributes = [{ name: "T", type: native.TF_ATTR_TYPE, value: dtypes.float32 }];
    assert.throws(() => native.executeOp("MatMul", attributes, [a, a], 1), (error: Error) => {
      assert.match(error.message, /^tensorflow: MatMul: .*\[2,3\].*$/);
      assert.deepEqual([error.name, (error as Error & { code: number }).code], ["TensorflowError", 3]);
      return true;
    });
    assert.throws(() => native.executeOp("NoSuchOp", [], [], 1), /^TensorflowError: tensorflow: NoSuchOp: /);
    const odd = [{ name: "T", type: 99, value: 1 }];
    assert.throws(
      () => native.executeOp("Identity", odd, [a], 1),
      /unsupported attribute: T of Identity \(type 99\)/,
    );
    native.deleteTensor(a);
    assert.equal(native.getNumOfTensors(), before);
  },
);

nativeTest("nonsense is refused before TensorFlow sees it", async () => {
  const native = await startNative();
  const short = () => native.createTensor([3], dtypes.float32, new Float32Array(2));
  assert.throws(short, { message: "invalid tensor data: 8 bytes for float32 [3] (needs 12)" });
  const one = () => native.createTensor([2], dtypes.string, [utf8("a")]);
  assert.throws(one, { message: "invalid tensor data: 1 strings for string [2] (needs 2)" });
  assert.throws(
    () => native.createTensor([1], 19, new Uint8Array(2)),
    /^Error: unsupported dtype: 19 \(has float32/,
  );
  assert.throws(() => native.deleteTensor(-5), {
    message: "unknown tensor: -5 (deleted, or of another engine)",
  });
  assert.throws(() => native.loadSavedModel("m"), /cannot load saved model: m/);
});

nativeTest("two thousand operations leave no tensor behind", async () => {
  const native = await startNative();
  const x = tf.ones([8, 8]) as tf.Tensor2D;
  x.dataSync();
  tf.tidy(() => tf.softmax(tf.matMul(x, x)).dataSync());
  const before = [native.getNumOfTensors(), tf.memory().numTensors];
  for (let i = 0; i < 500; i++) {
    tf.tidy(() => tf.sum(tf.slice(tf.concat([tf.matMul(x, x), tf.relu(x)], 0), [0, 0], [4, 4])).dataSync());
  }
  assert.deepEqual([native.getNumOfTensors(), tf.memory().numTensors], before);
  x.dispose();
});

nativeTest("strings, integers and complex numbers pass through TensorFlow.js", async () => {
  await startNative();
  tf.tidy(() => {
    assert.deepEqual(tf.reshape(tf.tensor1d(["a", "bb"]), [2, 1]).arraySync(), [["a"], ["bb"]]);
    assert.deepEqual([...tf.add(tf.tensor1d([1, 2], "int32"), 3).dataSync()], [4, 5]);
    assert.deepEqual([...tf.logicalNot(tf.tensor1d([true, false], "bool")).dataSync()], [0, 1]);
    assert.deepEqual([...tf.real(tf.complex([1, 2], [3, 4])).dataSync()], [1, 2]);
  });
});

Deno.test("the configuration holds the threads and lets GPU memory grow", () => {
  const tail = [0x32, 2, 0x20, 1];
  assert.deepEqual([...configProto({ intra: 2, inter: 5 })], [0x10, 2, 0x28, 5, ...tail]);
  assert.deepEqual([...configProto({ intra: 300, inter: 1 })], [0x10, 0xac, 2, 0x28, 1, ...tail]);
});

Deno.test("the device is the first GPU of the list, else the CPU", () => {
  const at = (type: string, index: number, bytes: number) => ({
    name: `/job:localhost/replica:0/task:0/device:${type}:${index}`,
    type,
    bytes,
  });
  assert.equal(deviceText([at("CPU", 0, 268e6)]), "CPU");
  const devices = [at("CPU", 0, 268e6), at("GPU", 0, 79.2e9), at("GPU", 1, 79.2e9)];
  assert.equal(deviceText(devices), "GPU:0, 79 GB");
  assert.equal(firstGpu(devices), devices[1]);
});
