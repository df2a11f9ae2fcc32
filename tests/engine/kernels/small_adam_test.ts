import assert from "node:assert/strict";
import { startEngine } from "../../../lib/engine/engine.ts";
import { smallAdam } from "../../../lib/engine/kernels/small_adam.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { ADAM_DEFAULTS, adamCoefficients, adamUpdate } from "../../../lib/optimizers/adam.ts";

/** Numbers that no engine makes: the same everywhere. */
const numbers = (shape: number[], seed: number) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
    shape,
  );
/** A parameter in the middle of its training. */
const tensorsOf = (shape: number[]) => ({
  p: numbers(shape, 1),
  g: numbers(shape, 2),
  m: numbers(shape, 3),
  v: tf.square(numbers(shape, 4)),
});
const scalarsOf = (update: number) =>
  adamCoefficients(ADAM_DEFAULTS, 1e-3, update).map((value) => tf.scalar(value));
const bitsOf = (tensor: tf.Tensor) => [...new Int32Array(tensor.dataSync().slice().buffer)];

for (const shape of [[], [1], [10], [30, 1], [3, 3, 1, 16], [63, 65]]) {
  for (const update of [1, 1000]) {
    Deno.test(`update ${update} of a parameter of shape [${shape}] on wasm has the bits of the operations`, async () => {
      await startEngine("wasm");
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const { p, g, m, v } = tensorsOf(shape), scalars = scalarsOf(update);
        const [beta1, share1, beta2, share2, a, b] = scalars;
        const mean = tf.add(tf.mul(m, beta1), tf.mul(g, share1));
        const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), share2));
        const expected = [tf.sub(p, tf.mul(tf.div(mean, tf.add(tf.sqrt(square), b)), a)), mean, square];
        const found = smallAdam({ p, g, m, v }, scalars)!;
        expected.forEach((tensor, i) => {
          assert.deepEqual(found[i].shape, shape);
          assert.deepEqual(bitsOf(found[i]), bitsOf(tensor));
        });
      });
      assert.equal(tf.memory().numTensors, before);
    });
  }
}

Deno.test("an update of Adam does not tell a small parameter from a part of a large one", async () => {
  await startEngine("wasm");
  tf.tidy(() => {
    const { p, g, m, v } = tensorsOf([6000]), scalars = scalarsOf(7);
    assert.equal(smallAdam({ p, g, m, v }, scalars), null);
    const part = (tensor: tf.Tensor) => tf.slice(tensor, 1000, 50);
    const large = adamUpdate([p], [g], [m, v], scalars);
    const small = adamUpdate([part(p)], [part(g)], [part(m), part(v)], scalars);
    assert.deepEqual(bitsOf(small.parameters[0]), bitsOf(part(large.parameters[0])));
    small.slots.forEach((slot, i) => assert.deepEqual(bitsOf(slot), bitsOf(part(large.slots[i]))));
  });
});

Deno.test("numbers that are none stay so", async () => {
  await startEngine("wasm");
  tf.tidy(() => {
    const { p, m, v } = tensorsOf([4]);
    const found = smallAdam({ p, g: tf.tensor1d([NaN, Infinity, -Infinity, 0]), m, v }, scalarsOf(1))!;
    assert.deepEqual([...found[0].dataSync()].map(Number.isFinite), [false, false, false, true]);
  });
});

Deno.test("elsewhere the operations make it", async () => {
  await startEngine("cpu");
  tf.tidy(() => assert.equal(smallAdam(tensorsOf([3]), scalarsOf(1)), null));
});
