import assert from "node:assert/strict";
import * as tfjs from "@tensorflow/tfjs";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { fromLayers, mlp } from "../../lib/models/mod.ts";
import type { Model } from "../../lib/models/model.ts";
import { sgd } from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { listed } from "../../lib/training/loop_tensors.ts";
import { filledSpec, type Spec } from "../../lib/training/spec.ts";
import { freshTensors } from "../../lib/training/tensors.ts";
import { xlaTest } from "../engine/xla/plugin_for_tests.ts";
import { trained } from "./fixture.ts";
import { updatesOf } from "./followed.ts";

/** Examples whose class is the sign of their first number. */
function signs(name: string, split: { training: number; validation: number; test: number }) {
  const count = split.training + split.validation + split.test;
  const x = Array.from({ length: 4 * count }, (_, i) => Math.sin(1.7 * i));
  const y = Array.from({ length: count }, (_, row) => x[row * 4] > 0 ? 1 : 0);
  return fromArrays({ x, y, features: 4, classes: ["down", "up"], split, name });
}
const data = signs("signs", { training: 40, validation: 10, test: 10 });
const trainedOn = (engine: "xla:cpu" | "wasm", model: Model, on: Spec["data"] = data) => {
  setEngineChoice(engine);
  const spec = { model, data: on, optimizer: sgd(), schedule: constant(0.1), batch: 16, seed: 1 };
  return trained({ ...spec, evaluate: { every: steps(4) }, stop: maxSteps(12) });
};

const layersOf = (features: number) => {
  const dense = tfjs.layers.dense({ units: 2, inputShape: [features], kernelInitializer: "ones" });
  return fromLayers(tfjs.sequential({ layers: [dense] }), "softmaxCrossEntropy");
};

xlaTest("a training on xla:cpu is compiled, and its losses are those of wasm to rounding", async () => {
  const model = mlp({ layers: [4, 8, 2], dropout: 0.2 });
  const found = await trainedOn("xla:cpu", model), expected = await trainedOn("wasm", model);
  assert.match(found.plan.engine, /^xla:cpu .*compiled by XLA/);
  const losses = [...found.trajectory.updates.loss], others = [...expected.trajectory.updates.loss];
  assert.equal(losses.length, 12);
  losses.forEach((loss, i) => assert.ok(Math.abs(loss - others[i]) < 1e-5, `${loss}, not ${others[i]}`));
});

xlaTest("splits of more than 4,096 examples are evaluated by the program, in pieces", async () => {
  const many = signs("many signs", { training: 40, validation: 5000, test: 9000 });
  const model = mlp({ layers: [4, 8, 2] });
  const found = await trainedOn("xla:cpu", model, many), expected = await trainedOn("wasm", model, many);
  for (const metric of ["validation.loss", "test.loss", "test.accuracy"]) {
    const [is, was] = [found, expected].map(({ trajectory }) => [...trajectory.evaluations.metrics[metric]]);
    assert.equal(is.length, 3);
    is.forEach((value, i) =>
      assert.ok(Math.abs(value - was[i]) < 1e-5, `${metric}: ${value}, not ${was[i]}`)
    );
  }
});

xlaTest("a model with an operation that xla lacks is trained one by one, and the plan names it", async () => {
  class Odd extends tfjs.layers.Layer {
    static className = "OddLayerOfATest";
    override computeOutputShape(shape: tfjs.Shape): tfjs.Shape {
      return shape;
    }
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.asinh(Array.isArray(inputs) ? inputs[0] : inputs);
    }
  }
  tfjs.serialization.registerClass(Odd);
  const dense = tfjs.layers.dense({ units: 2, inputShape: [4], kernelInitializer: "ones" });
  const model = fromLayers(tfjs.sequential({ layers: [dense, new Odd({})] }), "softmaxCrossEntropy");
  const { plan, trajectory } = await trainedOn("xla:cpu", model);
  assert.equal(trajectory.updates.loss.length, 12);
  const said = plan.warnings.filter(({ lint }) => lint === "not-compiled").map(({ message }) => message);
  assert.deepEqual(said, [
    "updates run one operation at a time on wasm: xla has no kernel for Asinh (the engine tensorflow has more of them)",
  ]);
  const expected = await trainedOn("wasm", model);
  assert.deepEqual(trajectory.updates.loss, expected.trajectory.updates.loss);
});

/** Indices of four words a row, one of them `index`. */
function words(split: "training" | "validation", index: number): Spec["data"] {
  const zeros = ({ x, ...rest }: typeof data.training) => ({ ...rest, x: new Float32Array(x.length) });
  const parts = {
    training: zeros(data.training),
    validation: zeros(data.validation),
    test: zeros(data.test),
  };
  parts[split].x[5] = index;
  return { ...data, ...parts };
}
for (const split of ["training", "validation"] as const) {
  for (const index of [3, -1]) {
    xlaTest(
      `index ${index} of an embedding of three words, in ${split}, is an error, not a number`,
      async () => {
        const embedding = tfjs.layers.embedding({ inputDim: 3, outputDim: 2, inputLength: 4 });
        const layers = [embedding, tfjs.layers.flatten(), tfjs.layers.dense({ units: 2 })];
        const model = fromLayers(tfjs.sequential({ layers }), "softmaxCrossEntropy");
        const before = tf.memory().numTensors;
        await assert.rejects(trainedOn("xla:cpu", model, words(split, index)), {
          message: `GatherV2: the index value ${index} is not in [0, 2]`,
        });
        assert.equal(tf.memory().numTensors, before);
        const { plan } = await trainedOn("xla:cpu", model, words(split, 2));
        assert.match(plan.engine, /compiled by XLA$/);
      },
    );
  }
}

/** The number of each word in a table of whole numbers, looked up before it is spread out. */
class Renumbered extends tfjs.layers.Layer {
  static className = "RenumberedLayerOfATest";
  override computeOutputShape(shape: tfjs.Shape): tfjs.Shape {
    return [...shape, 3] as tfjs.Shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const words = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, "int32");
    return tf.oneHot(tf.gather(tf.tensor1d([2, 0, 1], "int32"), words), 3);
  }
}
tfjs.serialization.registerClass(Renumbered);
const renumbering = () => {
  const dense = tfjs.layers.dense({ units: 2, kernelInitializer: "ones" });
  const layers = [new Renumbered({ inputShape: [4] }), tfjs.layers.flatten(), dense];
  return fromLayers(tfjs.sequential({ layers }), "softmaxCrossEntropy");
};
for (const split of ["training", "validation"] as const) {
  xlaTest(
    `an index out of range of whole numbers, in ${split}, is an error, not the nearest one`,
    async () => {
      const model = renumbering(), before = tf.memory().numTensors;
      await assert.rejects(trainedOn("xla:cpu", model, words(split, 3)), {
        message: "GatherV2: the index value 3 is not in [0, 2]",
      });
      assert.equal(tf.memory().numTensors, before);
      const { plan, trajectory } = await trainedOn("xla:cpu", model, words(split, 2));
      assert.match(plan.engine, /compiled by XLA$/);
      const expected = await trainedOn("wasm", model, words(split, 2));
      const losses = [...trajectory.updates.loss], others = [...expected.trajectory.updates.loss];
      losses.forEach((loss, i) => assert.ok(Math.abs(loss - others[i]) < 1e-5, `${loss}, not ${others[i]}`));
    },
  );
}

xlaTest("a training that diverges does so at the update where it does on wasm", async () => {
  const far = data.training.x.map((value, i) => i > 130 ? value * 1e30 : value);
  const wild = { ...data, training: { ...data.training, x: far } };
  for (const model of [mlp({ layers: [4, 8, 2] }), layersOf(4)]) {
    const ends = [];
    for (const engine of ["xla:cpu", "wasm"] as const) {
      const { at, outcome } = await trainedOn(engine, model, wild);
      ends.push([outcome.reason, at.step]);
    }
    assert.deepEqual(ends[0], ends[1]);
    assert.equal(ends[0][0], "diverged");
  }
});

/** Many to evaluate, few to train on. */
const heavy = (validation: number) => signs("heavy", { training: 64, validation, test: 8 });

xlaTest("a call that is nearly all evaluation says nothing of an update's pace", async () => {
  setEngineChoice("xla:cpu");
  await startEngine();
  const spec: Spec = {
    model: mlp({ layers: [4, 128, 128, 2] }),
    data: heavy(4000),
    optimizer: sgd(),
    schedule: constant(0.1),
    batch: 32,
    seed: 1,
    evaluate: { every: steps(4096) },
    stop: maxSteps(4096),
  };
  const updates = await updatesOf(spec, "compiled"), tensors = freshTensors(filledSpec(spec));
  for (const evaluate of [false, true]) {
    const ran = await updates.run({ tensors, step: 0, tries: 0, rates: [0.1], evaluate });
    tf.dispose([...listed(ran!.tensors)]);
  }
  assert.ok(updates.most(0) < 1024, `${updates.most(0)}: as if an update took no time`);
  tf.dispose([...listed(tensors)]);
  await updates.close();
});

xlaTest("a network that begins with what is no number is evaluated whole, and diverges", async () => {
  const bias = tfjs.initializers.constant({ value: -1e39 }), units = { units: 3, inputShape: [4] };
  const first = tfjs.layers.dense({ ...units, activation: "relu", biasInitializer: bias });
  const layers = [first, tfjs.layers.dense({ units: 2, kernelInitializer: "ones" })];
  const model = fromLayers(tfjs.sequential({ layers }), "softmaxCrossEntropy");
  const { outcome } = await trainedOn("xla:cpu", model, heavy(9001));
  assert.equal(outcome.reason, "diverged");
});
