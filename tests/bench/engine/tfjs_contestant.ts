/**
 * `tfjs fit tensorflow`, `tfjs fit wasm`: TensorFlow.js' own layers and loop, as its users write it. Only the engine is
 * started: our kernels, which train convolutions on wasm, are not loaded.
 */
import * as tf from "@tensorflow/tfjs";
import type { EngineName } from "../../../lib/engine/engine_choice.ts";
import { startNamed } from "../../../lib/engine/start_named.ts";
import { answerBlocks } from "./answer_blocks.ts";
import type { Prepared } from "./block.ts";
import { examples, rate, updatesPerEpoch, type Workload } from "./workload.ts";
import { labelledNoise, targets } from "./workload_data.ts";

await startNamed(Deno.args[0] as EngineName, {});
await answerBlocks(prepare);

async function prepare(workload: Workload): Promise<Prepared> {
  const data = labelledNoise(workload, examples), { batch, outputs, shape } = workload;
  const x = tf.tensor(data.x, [examples, ...shape]);
  const y = tf.tensor2d(targets(workload, data), [examples, outputs]);
  const network = tf.sequential({ layers: layersOf(workload) });
  network.compile({
    optimizer: tf.train.adam(rate),
    loss: (truth: tf.Tensor, logits: tf.Tensor) =>
      outputs === 1
        ? tf.losses.sigmoidCrossEntropy(truth, logits)
        : tf.losses.softmaxCrossEntropy(truth, logits),
  });
  const fit = (epochs: number) =>
    network.fit(x, y, { batchSize: batch, epochs, verbose: 0, shuffle: false, yieldEvery: "never" });
  const { history } = await fit(1), perEpoch = updatesPerEpoch(workload);
  const run = async (updates: number) => {
    const began = performance.now();
    await fit(updates / perEpoch);
    return (performance.now() - began) / updates;
  };
  return { loss: Number(history.loss[0]), grain: perEpoch, run };
}

function layersOf({ shape, filters, hidden, outputs }: Workload): tf.layers.Layer[] {
  const { layers } = tf, relu = "relu", heNormal = "heNormal";
  const blocks = filters.flatMap((count) => [
    layers.conv2d({
      filters: count,
      kernelSize: 3,
      padding: "same",
      activation: relu,
      kernelInitializer: heNormal,
    }),
    layers.maxPooling2d({ poolSize: 2 }),
  ]);
  const dense = hidden.map((units) => layers.dense({ units, activation: relu, kernelInitializer: heNormal }));
  const linear = hidden.length + filters.length === 0;
  const last = layers.dense({ units: outputs, kernelInitializer: linear ? "zeros" : heNormal });
  return [
    layers.inputLayer({ inputShape: [...shape] }),
    ...blocks,
    ...(filters.length > 0 ? [layers.flatten()] : []),
    ...dense,
    last,
  ];
}
