/** The batches of a training: a pure function of (seed, update), from memory or from a stream. */
import { batchesOf, type BatchPlan, type BatchRange } from "../batch_plan.ts";
import type { Loss } from "../models/model.ts";
import { augmenterOf } from "./augmenter.ts";
import { type Batch, type BatchSource, emptyBatch } from "./batch.ts";
import { type Dataset, isStreamed, type Split } from "./dataset.ts";
import { mixerOf } from "./mixup.ts";
import { epochOrders } from "./order.ts";
import { streamSource } from "./stream_source.ts";
import { type Targets, targetsOf } from "./targets.ts";

/**
 * The source of a training's batches. It remembers only to save work: asking for any update in any sequence, or again,
 * gives the same batches. From memory they come at once; streamed ones as promises, or null when the data has ended.
 *
 * @param seed of order and augmentation
 * @throws RangeError when the loss and the classes do not fit
 *
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { batchSource } from "./batch_source.ts";
 * import { digits } from "./digits.ts";
 * const source = batchSource(digits(), "softmaxCrossEntropy", 7, batchPlan(1097, 32));
 * const batches = await source.at(34); // [{ count: 9, … }], the short last batch
 * ```
 */
export function batchSource(data: Dataset, loss: Loss, seed: number, batches: BatchPlan): BatchSource {
  const targets = targetsOf(loss, data), { training } = data;
  return isStreamed(training)
    ? streamSource(data, training, targets, seed, batches)
    : memorySource(data, training, targets, seed, batches);
}

function memorySource(
  data: Dataset,
  { x, y, count: examples }: Split,
  targets: Targets,
  seed: number,
  plan: BatchPlan,
): BatchSource {
  const { features } = data, orderOf = epochOrders(seed, examples);
  const augment = augmenterOf(data, seed), mix = mixerOf(data, seed);
  /** The example as this epoch sees it, written in row `row` of a batch. */
  const write = (batch: Batch, row: number, example: number, epoch: number) => {
    batch.x.set(x.subarray(example * features, (example + 1) * features), row * features);
    augment?.(batch.x.subarray(row * features, (row + 1) * features), example, epoch);
    targets.write(batch.target, row, y[example]);
  };
  const partner = mix && emptyBatch(1, features, targets.width);
  const batchAt = ({ epoch, from, to }: BatchRange): Batch => {
    const batch = emptyBatch(to - from, features, targets.width);
    for (let row = 0; row < batch.count; row++) {
      const pass = epoch + Math.floor((from + row) / examples);
      const example = orderOf(pass)[(from + row) % examples];
      write(batch, row, example, pass);
      if (!mix || !partner) continue;
      const { with: other, share } = mix(example, pass);
      partner.target.fill(0);
      write(partner, 0, other, pass);
      blend(batch.x, row, partner.x, share);
      blend(batch.target, row, partner.target, share);
    }
    return batch;
  };
  return { at: (index) => batchesOf(plan, index).map(batchAt), close: () => {} };
}

/** Row `row` of `into` becomes `share` of itself and the rest of `other`. */
function blend(into: Float32Array, row: number, other: Float32Array, share: number): void {
  const first = row * other.length;
  for (let i = 0; i < other.length; i++) into[first + i] = share * into[first + i] + (1 - share) * other[i];
}
