import assert from "node:assert/strict";
import { batchesFromConfig } from "../../../lib/curves/readers/batches_from_config.ts";

for (
  const [config, batches] of [
    [{}, {}],
    [{ batch_size: 32, lr: 0.1 }, { batch: 32 }],
    [{ batchSize: "64" }, { batch: 64 }],
    [{ batch_size: "32.0" }, { batch: 32 }],
    [{ train_batch_size: 16, batch_size: 99 }, { batch: 16 }],
    [{ per_device_train_batch_size: 8, gradient_accumulation_steps: 4 }, { batch: 32 }],
    // transformers writes both: the second is already over all devices of the process
    [{ per_device_train_batch_size: 8, train_batch_size: 16, gradient_accumulation_steps: "2" }, {
      batch: 32,
    }],
    [{ batch_size: 12, gradient_accumulation_steps: 40 }, { batch: 480 }],
    [
      { train_batch_size: 64, train_micro_batch_size_per_gpu: 4, gradient_accumulation_steps: 2 },
      { batch: 64 },
    ],
    [{ train_examples: 600 }, { trainingExamples: 600 }],
    [{ num_train_examples: "50000" }, { trainingExamples: 50_000 }],
    [{ trainingExamples: 7, steps_per_epoch: 3 }, { trainingExamples: 7, stepsPerEpoch: 3 }],
    [{ batch_size: 0, train_examples: -1, steps_per_epoch: 2.5 }, {}],
    [{ batch_size: "auto", train_examples: null, steps_per_epoch: true }, {}],
    [{ batch_size: "1e3", train_examples: "", steps_per_epoch: NaN }, {}],
    [{ batch_size: { train: 32 }, train_examples: [600] }, {}],
    [Object.create({ batch_size: 32 }), {}],
  ] as [Record<string, unknown>, Record<string, number>][]
) {
  Deno.test(`the batches of ${JSON.stringify(config)} are ${JSON.stringify(batches)}`, () => {
    assert.deepEqual(batchesFromConfig(config), batches);
  });
}
