import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import type { EngineName } from "../../lib/engine/engine_choice.ts";
import "../../lib/engine/filter_gradient.ts";
import { tf } from "../../lib/engine/tf.ts";

type Pad = Parameters<typeof tf.conv2d>[3];

/** Numbers that no engine makes: the same everywhere. */
const numbers = (shape: [number, number, number, number], seed: number) =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(seed + 1.7 * i)),
    shape,
  );

/** Gradient of a weighted sum over a convolution, by its filter. */
async function gradient(engine: EngineName, size: [number, number], strides: [number, number], pad: Pad) {
  setEngineChoice(engine);
  assert.equal((await startEngine()).name, engine);
  return tf.tidy(() => {
    const x = numbers([2, 7, 6, 3], 1);
    const by = (filter: tf.Tensor) => {
      const y = tf.conv2d(x, filter as tf.Tensor4D, strides, pad);
      return tf.sum<tf.Scalar>(tf.mul(y, numbers(y.shape, 2)));
    };
    return tf.grad(by)(numbers([...size, 3, 4], 3)).dataSync();
  });
}

const CASES: [[number, number], [number, number], Pad][] = [
  [[3, 3], [1, 1], "same"],
  [[3, 3], [1, 1], "valid"],
  [[4, 2], [1, 1], "same"],
  [[3, 2], [2, 1], "valid"],
  [[3, 3], [2, 3], "same"],
  [[1, 1], [2, 2], "valid"],
  [[3, 3], [2, 2], 1],
];
for (const [size, strides, pad] of CASES) {
  Deno.test(`the gradient of a filter ${size}, strides ${strides}, pad ${pad}, is the stock one's on wasm`, async () => {
    const [stock, ours] = [
      await gradient("cpu", size, strides, pad),
      await gradient("wasm", size, strides, pad),
    ];
    assert.equal(ours.length, stock.length);
    ours.forEach((value, i) =>
      assert.ok(
        Math.abs(value - stock[i]) <= 1e-5 * Math.max(1, Math.abs(stock[i])),
        `${i}: ${value}, not ${stock[i]}`,
      )
    );
  });
}
