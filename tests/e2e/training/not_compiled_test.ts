import assert from "node:assert/strict";
import { timesForgotten } from "../../../lib/engine/libraries/compile_cache.ts";
import * as tfjs from "@tensorflow/tfjs";
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { fromArrays } from "../../../lib/data/from_arrays.ts";
import { steps } from "../../../lib/durations.ts";
import { setEngineChoice } from "../../../lib/engine/engine.ts";
import { idOf } from "../../../lib/engine/native/native_ids.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { fromLayers, mlp } from "../../../lib/models/mod.ts";
import { sgd } from "../../../lib/optimizers/mod.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import type { Spec } from "../../../lib/training/spec.ts";
import { libtensorflowForTests, nativeTest, startNative } from "../../engine/libtensorflow_for_tests.ts";
import { trained } from "../../training/fixture.ts";

const x = Array.from({ length: 240 }, (_, i) => Math.sin(1.7 * i));
const data = fromArrays({
  x,
  y: Array.from({ length: 60 }, (_, row) => x[row * 4] > 0 ? 1 : 0),
  features: 4,
  classes: ["down", "up"],
  split: { training: 40, validation: 10, test: 10 },
  name: "signs",
});

/** A layer that does `work` to what comes in. */
function layerOf(
  name: string,
  work: (x: tf.Tensor2D) => tf.Tensor,
): new (config: object) => tfjs.layers.Layer {
  const Made = class extends tfjs.layers.Layer {
    static className = name;
    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      return tf.tidy(() => work((Array.isArray(inputs) ? inputs[0] : inputs) as never) as never);
    }
  };
  tfjs.serialization.registerClass(Made as never);
  return Made as never;
}
let made = 0;
function specOf(work: (x: tf.Tensor2D) => tf.Tensor): Spec {
  const Layer = layerOf(`LayerOfATest${++made}`, work);
  const dense = (units: number, seed: number, options: object = {}) =>
    tfjs.layers.dense({ units, kernelInitializer: tfjs.initializers.glorotNormal({ seed }), ...options });
  const network = tfjs.sequential({ layers: [dense(4, 1, { inputShape: [4] }), new Layer({}), dense(2, 2)] });
  return {
    model: fromLayers(network, "softmaxCrossEntropy"),
    data,
    optimizer: sgd(),
    schedule: constant(0.2),
    batch: 8,
    evaluate: { every: steps(10) },
    stop: maxSteps(40),
  };
}

const random = "a value that changes from call to call enters";
const EAGER: [string, (x: tf.Tensor2D) => tf.Tensor, RegExp][] = [
  [
    "reads values",
    (x) => tf.mul(x, Math.sign(x.dataSync().length)),
    /^updates run one operation at a time: the values of a tensor are read while it is computed \(use tensor operations\)$/,
  ],
  [
    "draws random numbers",
    (x) => tf.add(x, tf.randomNormal(x.shape, 0, 0.01)),
    new RegExp(`${random} Add \\(draw`),
  ],
  [
    "reads a clock",
    (x) => tf.add(x, Date.now() % 7 + performance.now() * 1e-9),
    new RegExp(`${random} Add \\(draw`),
  ],
  ["counts its calls", (x) => tf.mul(x, 1 + ++made * 1e-6), new RegExp(`${random} Mul \\(draw`)],
];
for (const [what, work, message] of EAGER) {
  nativeTest(
    `a model with a layer that ${what} trains one operation at a time, and the plan says why`,
    async () => {
      await startNative();
      const { plan, trajectory, outcome } = await trained(specOf(work));
      const notices = plan.warnings.filter(({ lint }) => lint === "not-compiled");
      assert.equal(notices.length, 1);
      assert.match(notices[0].message, message);
      assert.match(plan.engine, /^tensorflow [\d.]+$/);
      assert.deepEqual([outcome.reason, trajectory.updates.step.length], ["stopped", 40]);
      assert.ok(trajectory.updates.loss.at(-1)! < trajectory.updates.loss[0]);
    },
  );
}

let outside: tf.Tensor | null = null;
const COMPILED: [string, (x: tf.Tensor2D) => tf.Tensor, string][] = [
  ["holds a tensor that it makes at its first call", (x) => {
    outside ??= tf.keep(tf.tensor1d([1, 2, 3, 4]));
    return tf.mul(x, outside);
  }, "compiled by XLA"],
  ["does what XLA has no operation for", (x) => {
    const images = tf.reshape(x, [x.shape[0], 4, 1, 1]) as tf.Tensor4D;
    const wide = stopGradient(tf.dilation2d(images, tf.zeros([2, 1, 1]), 1, "same"));
    return tf.add(x, tf.reshape(wide, [x.shape[0], 4]));
  }, "compiled as a graph"],
];
const stopGradient = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
})) as unknown as (x: tf.Tensor) => tf.Tensor;
for (const [what, work, how] of COMPILED) {
  nativeTest(`a model with a layer that ${what} is ${how}`, async () => {
    await startNative();
    const { plan, trajectory } = await trained(specOf(work));
    const said = plan.warnings.filter(({ lint }) => lint === "not-compiled").map(({ message }) => message);
    const refused =
      /^updates run as a TensorFlow graph, slower than compiled by XLA, which refuses: .*Dilation2D/;
    if (how === "compiled as a graph") assert.match(said.join(), refused);
    else assert.deepEqual(said, []);
    assert.equal(timesForgotten(), 0, "what else was compiled is kept");
    assert.ok(plan.engine.endsWith(how), plan.engine);
    assert.ok(trajectory.updates.loss.at(-1)! < trajectory.updates.loss[0]);
  });
}

nativeTest("a tensor that a layer was given before is part of the program, at its value", async () => {
  await startNative();
  const given = tf.tensor1d([0, 0, 0, 0]);
  idOf(given);
  const { plan, trajectory } = await trained(specOf((x) => tf.mul(x, given)));
  assert.match(plan.engine, /compiled by XLA/);
  // what is multiplied by zeros tells nothing: the last layer's bias alone learns
  const { trajectory: plain } = await trained(specOf((x) => tf.mul(x, 0)));
  assert.deepEqual(trajectory.updates.loss, plain.updates.loss);
  given.dispose();
});

const embedding = (inputDim: number) =>
  fromLayers(
    tfjs.sequential({
      layers: [
        tfjs.layers.embedding({ inputDim, outputDim: 2, inputLength: 4 }),
        tfjs.layers.flatten(),
        tfjs.layers.dense({ units: 2 }),
      ],
    }),
    "softmaxCrossEntropy",
  );
/** The signs, with index `index` in one place of a split and 0 elsewhere. */
function indices(split: "training" | "validation", index: number) {
  const zeros = (part: typeof data.training) => ({ ...part, x: new Float32Array(part.x.length) });
  const all = {
    ...data,
    training: zeros(data.training),
    validation: zeros(data.validation),
    test: zeros(data.test),
  };
  all[split].x[5] = index;
  return all;
}

nativeTest("an embedding of one or two words is compiled as one of many is", async () => {
  await startNative();
  for (const inputDim of [1, 2, 3]) {
    const spec = { ...specOf((x) => x), model: embedding(inputDim), data: indices("training", inputDim - 1) };
    const { plan } = await trained(spec);
    assert.match(plan.engine, /compiled as a graph$/, `${inputDim} words`);
  }
});

const OUT_OF_RANGE = (index: number) =>
  new RegExp(`^\\w+: [^\\n]*indices\\[\\S+\\] = ${index} is not in \\[0, 3\\)[^\\n]*$`);
for (const split of ["training", "validation"] as const) {
  for (const index of [3, -1]) {
    nativeTest(
      `index ${index} of an embedding of three words, in ${split}, is one line, and the engine lives on`,
      async () => {
        await startNative();
        const spec = { ...specOf((x) => x), model: embedding(3), data: indices(split, index) };
        const before = tf.memory().numTensors;
        await assert.rejects(trained(spec), OUT_OF_RANGE(index));
        assert.equal(tf.memory().numTensors, before);
        assert.equal((await trained({ ...spec, data: indices(split, 2) })).outcome.reason, "stopped");
      },
    );
  }
}

nativeTest("a label that is no class is one line before the first update, and leaves no tensor", async () => {
  await startNative();
  const y = data.training.y.slice();
  y[17] = 2;
  const spec = {
    ...specOf((x) => x),
    model: mlp({ layers: [4, 2] }),
    data: { ...data, training: { ...data.training, y } },
  };
  const tensors = tf.memory().numTensors;
  await assert.rejects(trained(spec), {
    name: "RangeError",
    message: "invalid label: 2 in signs (a class from 0 to 1)",
  });
  assert.equal(tf.memory().numTensors, tensors);
});

for (const engine of ["tensorflow", "wasm"] as const) {
  nativeTest(
    `a layer whose class was changed and registered again does what it does now, on ${engine}`,
    async () => {
      setEngineChoice(engine, { library: libtensorflowForTests?.file });
      /** Networks alike but for what their layer does: as a notebook makes them whose cell was edited and run again. */
      const lossWith = async (factor: number, name: string) => {
        const Layer = layerOf("EditedLayerOfATest", (x) => tf.mul(x, factor));
        const ones = tfjs.initializers.ones();
        const dense = tfjs.layers.dense({
          units: 2,
          inputShape: [4],
          kernelInitializer: ones,
          name: `dense_${name}`,
        });
        const network = tfjs.sequential({ layers: [dense, new Layer({ name: `edited_${name}` })], name });
        const model = fromLayers(network, "softmaxCrossEntropy");
        const { plan, trajectory } = await trained({ ...specOf((x) => x), model, stop: maxSteps(3) });
        if (engine === "tensorflow") assert.match(plan.engine, /compiled by XLA/);
        return trajectory.updates.loss;
      };
      for (const names of [["a", "b", "c"], ["d", "d", "d"]]) {
        const once = await lossWith(1, names[0]), edited = await lossWith(5, names[1]);
        assert.notDeepEqual(edited, once);
        assert.deepEqual(await lossWith(1, names[2]), once);
      }
    },
  );
}
