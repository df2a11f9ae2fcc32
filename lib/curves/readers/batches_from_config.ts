import type { LoggedBatches } from "../logged.ts";

const TRAINING_EXAMPLES = [
  "train_examples",
  "num_train_examples",
  "trainingExamples",
  "training_examples",
  "num_examples",
];
const STEPS_PER_EPOCH = ["steps_per_epoch", "stepsPerEpoch"];
const BATCH = ["train_batch_size", "per_device_train_batch_size", "batch_size", "batchSize"];
const ACCUMULATION = ["gradient_accumulation_steps", "accumulate_grad_batches"];

/**
 * What the settings of a run say of its batches, by the names that trainers use; what they do not say is left out.
 * Numbers may be written as text, as MLflow does; only positive whole numbers count. A batch is multiplied by the
 * gradient accumulation (the settings of transformers, diffusers, Lightning and nanoGPT name the batch of one pass), but
 * not where `train_micro_batch_size_per_gpu` stands beside it: DeepSpeed's `train_batch_size` is the product already.
 *
 * Only the first level is read: a `batch_size` further in may be that of the evaluation.
 *
 * @example
 * ```ts
 * import { batchesFromConfig } from "./batches_from_config.ts";
 *
 * const batches = batchesFromConfig({ per_device_train_batch_size: 8, gradient_accumulation_steps: "4" });
 * console.assert(batches.batch === 32 && batches.trainingExamples === undefined);
 * ```
 */
export function batchesFromConfig(config: Readonly<Record<string, unknown>>): LoggedBatches {
  const once = firstCount(config, BATCH);
  const whole = firstCount(config, ["train_micro_batch_size_per_gpu"]) !== undefined;
  const accumulated = whole ? 1 : firstCount(config, ACCUMULATION) ?? 1;
  const trainingExamples = firstCount(config, TRAINING_EXAMPLES);
  const stepsPerEpoch = firstCount(config, STEPS_PER_EPOCH);
  return {
    ...(once !== undefined && { batch: once * accumulated }),
    ...(trainingExamples !== undefined && { trainingExamples }),
    ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
  };
}

function firstCount(config: Readonly<Record<string, unknown>>, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const count = Object.hasOwn(config, key) ? toCount(config[key]) : undefined;
    if (count !== undefined) return count;
  }
  return undefined;
}

function toCount(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*\d+(\.0*)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
