import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../../lib/engine/engine.ts";
import type { EngineName } from "../../../lib/engine/engine_choice.ts";
import { type Activation, dense, product, softmaxCrossEntropy } from "../../../lib/engine/kernels/kernels.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { libtensorflowForTests, nativeTest } from "../libtensorflow_for_tests.ts";

const engines: { name: EngineName; test: (name: string, fn: () => Promise<void>) => void }[] = [
  { name: "cpu", test: (name, fn) => Deno.test(name, fn) },
  { name: "wasm", test: (name, fn) => Deno.test(name, fn) },
  { name: "tensorflow", test: nativeTest },
];
async function startFor(name: EngineName): Promise<void> {
  setEngineChoice(name, { library: libtensorflowForTests?.file });
  assert.equal((await startEngine()).name, name);
}

/** Numbers that no engine makes: the same everywhere. */
function numbers(shape: [number, number], seed: number): tf.Tensor2D {
  const values = Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(seed * 97.3 + i * 1.7));
  return tf.tensor2d(values, shape);
}
function labels(rows: number, classes: number): tf.Tensor2D {
  const at = (i: number, j: number) => (i * 3) % classes === j ? 1 : 0;
  return tf.tensor2d(
    Array.from({ length: rows }, (_, i) => Array.from({ length: classes }, (_, j) => at(i, j))),
  );
}
function close(a: tf.Tensor, b: tf.Tensor, tolerance: number, what: string): void {
  assert.deepEqual(a.shape, b.shape, what);
  const [x, y] = [a.dataSync(), b.dataSync()];
  x.forEach((value, i) => {
    const far = Math.abs(value - y[i]);
    assert.ok(far <= tolerance * Math.max(1, Math.abs(y[i])), `${what}[${i}]: ${value}, not ${y[i]}`);
  });
}
const activations: Record<Activation, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  tanh: (x) => tf.tanh(x),
};
type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Values and all gradients of ours against the stock operation's, under a weighting that tells elements apart. */
function compare(ours: Op, stock: Op, inputs: tf.Tensor[]): void {
  const weighted = (op: Op) => (...given: tf.Tensor[]) =>
    tf.tidy(() => {
      const y = op(...given);
      const weights = y.rank === 2 ? numbers(y.shape as [number, number], 5) : tf.scalar(0.7);
      return tf.sum(tf.mul(y, weights)) as tf.Scalar;
    });
  close(ours(...inputs), stock(...inputs), 1e-5, "value");
  const [a, b] = [ours, stock].map((op) => tf.grads(weighted(op))(inputs));
  a.forEach((gradient, i) => close(gradient, b[i], 1e-5, `gradient ${i}`));
}

for (const { name, test } of engines) {
  for (const activation of Object.keys(activations) as Activation[]) {
    test(`dense with ${activation} equals the stock operations on ${name}`, async () => {
      await startFor(name);
      const inputs = [numbers([7, 5], 1), numbers([5, 4], 2), tf.tensor1d([0.1, -0.2, 0.3, 0])];
      const before = tf.memory().numTensors;
      tf.tidy(() =>
        compare(
          (x, w, b) => dense(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation),
          (x, w, b) => activations[activation](tf.add(tf.matMul(x, w), b)),
          inputs,
        )
      );
      assert.equal(tf.memory().numTensors, before);
      tf.dispose(inputs);
    });
  }
  test(`product equals the stock operation on ${name}`, async () => {
    await startFor(name);
    tf.tidy(() =>
      compare((a, b) => product(a as tf.Tensor2D, b as tf.Tensor2D), (a, b) => tf.matMul(a, b), [
        numbers([3, 6], 1),
        numbers([6, 2], 2),
      ])
    );
  });
  test(`softmaxCrossEntropy equals the stock loss on ${name}, far from zero too`, async () => {
    await startFor(name);
    for (const scale of [1, 80]) {
      tf.tidy(() => {
        const y = labels(6, 10);
        const ours: Op = (z) => softmaxCrossEntropy(z as tf.Tensor2D, y);
        compare(ours, (z) => tf.losses.softmaxCrossEntropy(y, z), [tf.mul(numbers([6, 10], 3), scale)]);
      });
    }
  });
  test(`labels made within the loss outlive the forward pass on ${name}`, async () => {
    await startFor(name);
    tf.tidy(() => {
      const gradient = tf.grad((z) => softmaxCrossEntropy(z as tf.Tensor2D, labels(4, 10)))(
        tf.zeros([4, 10]),
      );
      close(gradient, tf.div(tf.sub(tf.fill([4, 10], 0.1), labels(4, 10)), 4), 1e-6, "gradient");
    });
  });
  test(`the gradient of a network agrees with finite differences on ${name}`, async () => {
    await startFor(name);
    tf.tidy(() => {
      const [x, y] = [numbers([8, 4], 1), labels(8, 3)];
      const [w, b] = [numbers([4, 6], 2), tf.zeros<tf.Rank.R1>([6])];
      const last = numbers([6, 3], 4);
      const loss = (w: tf.Tensor) =>
        softmaxCrossEntropy(product(dense(x, w as tf.Tensor2D, b, "tanh"), last), y) as tf.Tensor;
      const gradient = tf.grad(loss)(w).dataSync();
      const step = 1e-2;
      for (let i = 0; i < 24; i++) {
        const nudge = tf.tensor2d(Array.from({ length: 24 }, (_, j) => j === i ? step : 0), [4, 6]);
        const [up, down] = [tf.add(w, nudge), tf.sub(w, nudge)].map((at) => loss(at).dataSync()[0]);
        const slope = (up - down) / (2 * step);
        assert.ok(Math.abs(slope - gradient[i]) < 2e-3, `weight ${i}: ${gradient[i]}, slope ${slope}`);
      }
    });
  });
}

/** Twenty updates by gradient descent; losses first, then the weights. */
async function trained(name: EngineName): Promise<number[]> {
  await startFor(name);
  let weights: tf.Tensor[] = [numbers([12, 16], 1), tf.zeros([16]), numbers([16, 10], 2), tf.zeros([10])];
  const [x, y] = [numbers([32, 12], 3), labels(32, 10)];
  const losses: number[] = [];
  const loss = (...[w0, b0, w1, b1]: tf.Tensor[]) => {
    const hidden = dense(x, w0 as tf.Tensor2D, b0 as tf.Tensor1D, "relu");
    return softmaxCrossEntropy(dense(hidden, w1 as tf.Tensor2D, b1 as tf.Tensor1D), y);
  };
  for (let step = 0; step < 20; step++) {
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    const next = tf.tidy(() => weights.map((weight, i) => tf.sub(weight, tf.mul(grads[i], 0.1))));
    losses.push(value.dataSync()[0]);
    tf.dispose([value, ...grads, ...weights]);
    weights = next;
  }
  const all = [...losses, ...weights.flatMap((weight) => [...weight.dataSync()])];
  tf.dispose([x, y, ...weights]);
  assert.ok(losses[19] < 0.6 * losses[0], `${name} learns: ${losses[0]} to ${losses[19]}`);
  return all;
}
for (const { name, test } of engines.slice(1)) {
  test(`twenty updates on ${name} are those on cpu`, async () => {
    const [reference, found] = [await trained("cpu"), await trained(name)];
    const far = Math.max(...found.map((value, i) => Math.abs(value - reference[i])));
    assert.ok(far < 1e-5, `furthest apart: ${far}`);
  });
}
