import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../../lib/engine/engine.ts";
import type { EngineName } from "../../../lib/engine/engine_choice.ts";
import "../../../lib/engine/kernels/wasm_kernels.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { libtensorflowForTests, nativeTest } from "../libtensorflow_for_tests.ts";
import { runChild } from "../run_child.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Pair = [number, number];
type Shape4D = [number, number, number, number];
type Op = (x: tf.Tensor4D) => tf.Tensor4D;

async function startFor(name: EngineName): Promise<void> {
  setEngineChoice(name, { library: libtensorflowForTests?.file });
  assert.equal((await startEngine()).name, name);
}

/** Numbers that no engine makes: the same everywhere. */
const numbers = (shape: Shape4D, seed: number) =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(seed + 1.7 * i)),
    shape,
  );

/** Gradient of a sum over what an operation makes, weighted so that elements are told apart. */
async function gradient(engine: EngineName, op: Op, at: () => tf.Tensor4D) {
  await startFor(engine);
  const before = tf.memory().numTensors;
  const found = tf.tidy(() => {
    const weighted = (x: tf.Tensor) => {
      const y = op(x as tf.Tensor4D);
      return tf.sum<tf.Scalar>(tf.mul(y, numbers(y.shape, 2)));
    };
    return tf.grad(weighted)(at()).dataSync();
  });
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
  return found;
}

async function isAsOnCpu(op: Op, at: () => tf.Tensor4D, engine: EngineName = "wasm"): Promise<void> {
  const [reference, ours] = [await gradient("cpu", op, at), await gradient(engine, op, at)];
  assert.equal(ours.length, reference.length);
  ours.forEach((value, i) => {
    const far = Math.abs(value - reference[i]);
    assert.ok(far <= 1e-5 * Math.max(1, Math.abs(reference[i])), `${i}: ${value}, not ${reference[i]}`);
  });
}

const CONVOLUTIONS: [size: Pair, strides: Pair, pad: Pad][] = [
  [[3, 3], [1, 1], "same"],
  [[3, 3], [1, 1], "valid"],
  [[4, 2], [1, 1], "same"],
  [[5, 5], [1, 1], 1],
  [[2, 2], [1, 1], 2],
  [[1, 1], [1, 1], "same"],
  [[9, 9], [1, 1], "same"],
  [[3, 2], [2, 1], "valid"],
  [[3, 3], [2, 3], "same"],
  [[1, 1], [2, 2], "valid"],
  [[3, 3], [2, 2], 1],
];
for (const [size, strides, pad] of CONVOLUTIONS) {
  const how = `of a convolution by ${size}, strides ${strides}, pad ${pad}`;
  Deno.test(`the filter's gradient ${how} on wasm is that on cpu`, () =>
    isAsOnCpu(
      (filter) => tf.conv2d(numbers([2, 7, 6, 3], 1), filter, strides, pad),
      () => numbers([...size, 3, 4], 3),
    ));
  Deno.test(`the input's gradient ${how} on wasm is that on cpu`, () =>
    isAsOnCpu(
      (x) => tf.conv2d(x, numbers([...size, 3, 4], 3), strides, pad),
      () => numbers([2, 7, 6, 3], 1),
    ));
}
Deno.test("the input's gradient of a convolution with its bias, as layers make it, on wasm is that on cpu", () =>
  isAsOnCpu(
    (x) => {
      const filter = numbers([3, 3, 3, 4], 3), bias = tf.tensor1d([0.1, -0.2, 0, 0.3]);
      return tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias, activation: "linear" });
    },
    () => numbers([2, 7, 6, 3], 1),
  ));

const POOLS: [size: Pair, strides: Pair, pad: "same" | "valid"][] = [
  [[2, 2], [2, 2], "valid"],
  [[2, 2], [2, 2], "same"],
  [[3, 2], [1, 1], "valid"],
  [[3, 3], [2, 2], "same"],
  [[2, 3], [3, 1], "same"],
];
/** Inputs of either sign, below zero, and with numbers that are equal in most windows. */
const INPUTS: Record<string, () => tf.Tensor4D> = {
  "numbers of either sign": () => numbers([2, 7, 6, 3], 1),
  "numbers below zero": () => tf.sub(numbers([2, 7, 6, 3], 1), 2),
  "equal numbers": () => tf.round(numbers([2, 7, 6, 3], 1)),
};
for (const [size, strides, pad] of POOLS) {
  for (const [what, inputs] of Object.entries(INPUTS)) {
    const pool: Op = (x) => tf.maxPool(x, size, strides, pad);
    const name = `the gradient of a maximum over ${size}, strides ${strides}, pad ${pad}, of ${what}`;
    Deno.test(`${name} on wasm is that on cpu`, () => isAsOnCpu(pool, inputs));
    nativeTest(`${name} on tensorflow is that on cpu`, () => isAsOnCpu(pool, inputs, "tensorflow"));
  }
}

Deno.test("a process that had started wasm before it met these kernels has them too", async () => {
  const { stdout, stderr } = await runChild(
    ["--allow-all"],
    `
    import { startNamed } from "lib/engine/start_named.ts";
    import { tf } from "lib/engine/tf.ts";
    await startNamed("wasm", {});
    const gradient = () => tf.grad((x) => tf.maxPool(x, 2, 2, "valid"))(tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1])).dataSync();
    const before = gradient();
    await import("lib/engine/kernels/wasm_kernels.ts");
    console.log(before.join(), gradient().join());
    `,
  );
  assert.equal(stderr, "");
  assert.equal(stdout, "1,0,0,0 0,0,0,1");
});
