import assert from "node:assert/strict";
import { relu, softmaxCrossEntropy } from "../../../lib/engine/kernels/kernels.ts";
import type { NativeBinding } from "../../../lib/engine/native/binding.ts";
import { idOf, tensorOf } from "../../../lib/engine/native/native_ids.ts";
import { batched } from "../../../lib/engine/programs/batched.ts";
import { functionBytes } from "../../../lib/engine/programs/function_def.ts";
import { record, type Recording } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

type Named = Record<string, tf.Tensor>;

let functions = 0;
/** Results of a recording, as a function of TensorFlow's. */
async function run(binding: NativeBinding, recording: Recording, given: Named): Promise<number[][]> {
  const { inputs, captures, results, nodes } = recording, name = `batched_test_${functions++}`;
  binding.addFunction(functionBytes({ name, inputs: [...inputs, ...captures], results, nodes }));
  const ids = [...inputs.map((input) => idOf(given[input.name])), ...captures.map(({ id }) => id)];
  const made = (await binding.call(name, ids, results.length)).map(tensorOf);
  const values = made.map((tensor) => [...tensor.dataSync()]);
  tf.dispose(made);
  return values;
}

const x4 = () => tf.randomNormal([4, 3], 0, 1, "float32", 1);
const w = (seed: number) => tf.randomNormal([3, 2], 0, 1, "float32", seed);
const row = (seed: number) => tf.randomNormal([2], 0, 1, "float32", seed);
const scalar = (seed: number) => tf.scalar(Math.sin(seed));
const square = (seed: number) => tf.randomNormal([4, 4], 0, 1, "float32", seed);
const images = (seed: number) => tf.randomNormal([2, 4, 4, 1], 0, 1, "float32", seed);
const places = (seed: number) => tf.tensor1d([seed % 4, 0, 3], "int32");

/** What is computed, of what all share (x) and of what each member has its own of (a, b). */
const CASES: Record<
  string,
  {
    a: (seed: number) => tf.Tensor;
    b?: (seed: number) => tf.Tensor;
    of: (inputs: Named) => tf.Tensor | tf.Tensor[];
  }
> = {
  "a product with own weights, a shared input and a bias": {
    a: w,
    b: row,
    of: ({ x, a, b }) => tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, a as tf.Tensor2D), b)),
  },
  "products of transposed matrices": {
    a: square,
    of: ({ x, a }) =>
      tf.matMul(a as tf.Tensor2D, tf.matMul(a as tf.Tensor2D, x as tf.Tensor2D, true), false, false),
  },
  "numbers against matrices, either way round": {
    a: scalar,
    b: square,
    of: (
      { a, b },
    ) => [
      tf.mul(b, a),
      tf.sub(a, b),
      tf.maximum(tf.div(a, 3), b),
      tf.where(tf.greater(b, a), b, tf.square(b)),
    ],
  },
  "a number of each against what all share": { a: scalar, of: ({ x, a }) => tf.mul(x, a) },
  "sums, means and maxima over any axis": {
    a: square,
    of: ({ a }) => [tf.sum(a), tf.sum(a, 0), tf.mean(a, -1), tf.max(a, 1, true), tf.mean(a, [0, 1])],
  },
  "shapes made anew": {
    a: square,
    of: ({ a }) => [tf.reshape(a, [2, 8]), tf.expandDims(a, 1), tf.transpose(a), tf.slice(a, [1, 2], [2, 2])],
  },
  "tensors stacked and taken apart": {
    a: row,
    b: row,
    of: (
      { x, a, b },
    ) => [
      tf.stack([a, b, tf.sum(x, 1).slice(0, 2)]),
      tf.stack([a, b], 1),
      ...tf.unstack(tf.stack([a, b]), 1),
    ],
  },
  "a shared table at own places": { a: places, of: ({ x, a }) => tf.gather(x, a as tf.Tensor1D) },
  "relu and its gradient": {
    a: square,
    of: ({ a }) => tf.grad((z) => tf.sum(relu(z)))(a),
  },
  "cross entropy and its gradient, with shared labels": {
    a: (seed) => tf.randomNormal([4, 3], 0, 1, "float32", seed),
    of: ({ x, a }) => {
      const labels = tf.softmax(x) as tf.Tensor2D;
      const { value, grad } = tf.valueAndGrad((z) => softmaxCrossEntropy(z as tf.Tensor2D, labels))(a);
      return [value, grad];
    },
  },
  "an operation without a rule, once for each": {
    a: images,
    b: () => tf.randomNormal([3, 3, 1, 2], 0, 1, "float32", 9),
    of: ({ a, b }) => tf.maxPool(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"), 2, 2, "valid"),
  },
};

for (const [what, { a, b, of }] of Object.entries(CASES)) {
  nativeTest(`for many members at once, as for each alone: ${what}`, async () => {
    const binding = await startNative(), before = binding.getNumOfTensors();
    const each = [3, 4, 5].map((seed): Named => ({ x: x4(), a: a(seed), ...(b && { b: b(seed + 10) }) }));
    const one = record(binding, each[0], (inputs) => [of(inputs)].flat());
    const own = b ? ["a", "b"] : ["a"];
    const many: Named = {
      x: each[0].x,
      ...Object.fromEntries(own.map((name) => [name, tf.stack(each.map((given) => given[name]))])),
    };
    const together = await run(binding, batched(one, 3, own), many);
    for (const [member, given] of each.entries()) {
      const alone = await run(binding, one, given);
      alone.forEach((values, i) => {
        const mine = together[i].slice(member * values.length, (member + 1) * values.length);
        values.forEach((value, j) =>
          assert.ok(Math.abs(value - mine[j]) < 1e-5, `${i}: ${mine} for ${values}`)
        );
      });
      assert.equal(together.length, alone.length);
    }
    tf.dispose([each, many] as unknown as tf.TensorContainer);
    assert.equal(binding.getNumOfTensors(), before);
  });
}
