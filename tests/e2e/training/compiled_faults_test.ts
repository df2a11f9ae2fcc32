import assert from "node:assert/strict";
import * as tfjs from "@tensorflow/tfjs";
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { streamed } from "../../../lib/data/streamed.ts";
import { steps } from "../../../lib/durations.ts";
import { setEngineChoice } from "../../../lib/engine/engine.ts";
import { nativeBinding } from "../../../lib/engine/native/tensorflow.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { fromLayers } from "../../../lib/models/from_layers.ts";
import { mlp } from "../../../lib/models/mlp.ts";
import type { TrainingEvent } from "../../../lib/training/event.ts";
import type { Spec } from "../../../lib/training/spec.ts";
import { train } from "../../../lib/training/train.ts";
import { nativeTest } from "../../engine/libtensorflow_for_tests.ts";
import { near, onNative } from "../../training/compiled_fixture.ts";
import { data, small, trained } from "../../training/fixture.ts";

/** The last event, and what was thrown after it. */
async function ended(spec: Spec): Promise<{ last: TrainingEvent; error: unknown }> {
  let last: TrainingEvent | null = null;
  try {
    for await (const event of train(spec)) last = event;
  } catch (error) {
    return { last: last!, error };
  }
  return { last: last!, error: null };
}

nativeTest("what a layer of one's own reads from outside is read again by each training", async () => {
  onNative();
  let strength = 1;
  class Scaled extends tfjs.layers.Layer {
    static className = "ScaledFromOutside";
    override call(given: tf.Tensor | tf.Tensor[]) {
      return tf.mul(Array.isArray(given) ? given[0] : given, strength);
    }
    override computeOutputShape(shape: tfjs.Shape | tfjs.Shape[]) {
      return shape;
    }
  }
  tfjs.serialization.registerClass(Scaled);
  const kernel = (seed: number) => tfjs.initializers.glorotUniform({ seed });
  const network = tfjs.sequential({
    layers: [
      tfjs.layers.dense({ units: 8, inputShape: [64], activation: "relu", kernelInitializer: kernel(1) }),
      new Scaled({}),
      tfjs.layers.dense({ units: 10, kernelInitializer: kernel(2) }),
    ],
  });
  const model = fromLayers(network, "softmaxCrossEntropy"),
    spec: Spec = { ...small, model, remainder: "drop", stop: maxSteps(20) };
  const losses: number[][] = [];
  for (strength of [1, 0.1]) losses.push([...(await trained(spec)).trajectory.updates.loss]);
  setEngineChoice("wasm");
  const wasm = await trained(spec); // strength is 0.1 by now
  near(losses[1], wasm.trajectory.updates.loss, "loss");
  assert.notDeepEqual(losses[0], losses[1]);
});

/** A stream whose 200th example is none. */
function badRow(): Spec["data"] {
  const row = (i: number) => ({ x: [i % 7, i === 200 ? NaN : i % 3], y: i % 2 });
  const open = () => Array.from({ length: 400 }, (_, i) => row(i));
  const held = { x: [0, 0, 1, 1], y: [0, 1] };
  return streamed({ open, count: 400, features: 2, classes: ["a", "b"], validation: held, test: held });
}

nativeTest(
  "an example that is none ends a training at the update that reads it, as it does eagerly",
  async () => {
    const spec: Spec = {
      ...small,
      data: badRow(),
      model: mlp({ layers: [2, 4, 2] }),
      batch: 4,
      evaluate: { every: steps(1000) },
      stop: maxSteps(90),
    };
    const ends: unknown[] = [];
    for (const start of [() => setEngineChoice("wasm"), onNative]) {
      start();
      const { last, error } = await ended(spec);
      ends.push([last.outcome!.reason, last.at.step, (error as Error).message]);
    }
    assert.deepEqual(ends[1], ends[0]);
    assert.equal((ends[0] as unknown[])[1], 50);
  },
);

nativeTest("an index out of range fails at its update, however many run in a call", async () => {
  onNative();
  const x = Float32Array.from(data.training.x, (value, i) => i === 64 * 700 ? 99 : Math.abs(value) % 3 | 0);
  const network = tfjs.sequential({
    layers: [
      tfjs.layers.embedding({ inputDim: 3, outputDim: 2, inputLength: 64 }),
      tfjs.layers.flatten(),
      tfjs.layers.dense({ units: 10 }),
    ],
  });
  const whole = { ...data.validation, x: new Float32Array(data.validation.x.length) };
  const test = { ...data.test, x: new Float32Array(data.test.x.length) };
  const spec: Spec = {
    ...small,
    data: { ...data, training: { ...data.training, x }, validation: whole, test },
    model: fromLayers(network, "softmaxCrossEntropy"),
    stop: maxSteps(40),
  };
  const failedAt = new Set<number>();
  for (const every of [1000, 3, 1]) {
    const { last, error } = await ended({ ...spec, evaluate: { every: steps(every) } });
    assert.match((error as Error).message, /^tensorflow: compiled program: .*99 is not in \[0, 3\)/);
    failedAt.add(last.at.step);
  }
  assert.equal(failedAt.size, 1, `${[...failedAt]}`);
});

nativeTest("a training that is refused when it has been compiled leaves nothing on the engine", async () => {
  onNative();
  const { outcome } = await trained({ ...small, stop: maxSteps(5) });
  const spec: Spec = { ...small, stop: maxSteps(5), from: outcome.state, onNoop: "error" };
  const refused = () =>
    assert.rejects(() => ended(spec).then(({ error }) => Promise.reject(error)), /nothing to train/);
  await refused();
  const before = [nativeBinding()!.getNumOfTensors(), tf.memory().numTensors];
  await refused();
  assert.deepEqual([nativeBinding()!.getNumOfTensors(), tf.memory().numTensors], before);
});

nativeTest("a training that is aborted before it has compiled ends at update 0", async () => {
  onNative();
  const run = train({ ...small, model: mlp({ layers: [64, 33, 17, 10] }) });
  run.abort();
  const events: TrainingEvent[] = [];
  for await (const event of run) events.push(event);
  const { outcome, at } = events.at(-1)!;
  assert.deepEqual([outcome!.reason, at.step], ["aborted", 0]);
});

nativeTest("evaluations on more examples than a pass takes are measured all the same", async () => {
  const many = (split: typeof data.validation) => {
    const times = Math.ceil(4200 / split.count);
    const repeated = <T>(all: ArrayLike<T>) => Array.from({ length: times }, () => Array.from(all)).flat();
    return {
      count: times * split.count,
      x: Float32Array.from(repeated(split.x)),
      y: Int32Array.from(repeated(split.y)),
      rows: Int32Array.from(repeated(split.rows)),
    };
  };
  const spec: Spec = {
    ...small,
    data: { ...data, validation: many(data.validation), test: many(data.test) },
    average: { decay: 0.9 },
    remainder: "drop",
    evaluate: { every: steps(10) },
    stop: maxSteps(10),
  };
  onNative();
  const compiled = await trained(spec);
  assert.ok(compiled.plan.engine.endsWith("compiled by XLA"));
  setEngineChoice("wasm");
  const wasm = await trained(spec);
  for (const [metric, values] of Object.entries(wasm.trajectory.evaluations.metrics)) {
    near(compiled.trajectory.evaluations.metrics[metric], values, metric);
  }
});
