/**
 * The batches of several updates at once, for a compiled loop: as places in a table that stays on the engine where
 * examples are what they are, as the examples themselves where they change from pass to pass or stream.
 */
import { batchesOf, type BatchPlan, carries, updatesPerEpoch } from "../batch_plan.ts";
import type { Loss } from "../models/model.ts";
import { augmenterOf } from "./augmenter.ts";
import { type Dataset, isStreamed, type Split } from "./dataset.ts";
import { mixerOf } from "./mixup.ts";
import { epochOrders } from "./order.ts";
import { targetsOf } from "./targets.ts";

/** Examples in each batch of an update: updates of one shape can run in one loop. */
export type UpdateShape = readonly number[];

/** @param index of the update, from 0 */
export const shapeOf = (plan: BatchPlan, index: number): UpdateShape =>
  batchesOf(plan, index).map(({ from, to }) => to - from);

/** The training examples of a dataset in two tables. */
export interface ExampleTable {
  readonly count: number;
  /** `count × features` */
  readonly x: Float32Array;
  /** `count × width`, as `Batch.target` */
  readonly target: Float32Array;
}

/**
 * The table of a dataset whose examples are the same in every pass; null where they are not.
 * @throws RangeError for a label that is no class
 */
export function exampleTable(data: Dataset, loss: Loss): ExampleTable | null {
  if (isStreamed(data.training) || augmenterOf(data, 0) || mixerOf(data, 0)) return null;
  const { x, y, count } = data.training as Split, targets = targetsOf(loss, data);
  const target = new Float32Array(count * targets.width);
  for (let row = 0; row < count; row++) targets.write(target, row, y[row]);
  return { count, x, target };
}

/**
 * Writes which examples an update reads: `write(into, at, index)` fills `into` from place `at` on with the places in
 * the table that update `index` reads, batch after batch.
 *
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { exampleRows } from "./batch_rows.ts";
 * const write = exampleRows(7, batchPlan(100, 32));
 * const into = new Int32Array(64);
 * write(into, 0, 0);
 * write(into, 32, 1);
 * ```
 */
export function exampleRows(
  seed: number,
  plan: BatchPlan,
): (into: Int32Array, at: number, index: number) => void {
  const examples = plan.trainingExamples, orderOf = epochOrders(seed, examples);
  return (into, at, index) => {
    for (const { epoch, from, to } of batchesOf(plan, index)) {
      // a batch that runs over the border of epochs goes on in the next one's order
      for (let next = from; next < to;) {
        const pass = epoch + Math.floor(next / examples), place = next % examples;
        const end = Math.min(examples, place + to - next);
        into.set(orderOf(pass).subarray(place, end), at);
        at += end - place;
        next += end - place;
      }
    }
  };
}

/**
 * The shapes that updates of a training have: few, as only an epoch's end is special.
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { shapesOf } from "./batch_rows.ts";
 * shapesOf(batchPlan(100, 32)); // [[32], [4]]
 * ```
 */
export function shapesOf(plan: BatchPlan): readonly UpdateShape[] {
  const perEpoch = Math.ceil(updatesPerEpoch(plan)), { accumulate = 1 } = plan;
  // where updates run over epochs, their ends meet every place of an update within as many epochs
  const epochs = carries(plan) ? accumulate + 1 : 1, shapes = new Map<string, UpdateShape>();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const index of [epoch * perEpoch, ...around(Math.round((epoch + 1) * updatesPerEpoch(plan)))]) {
      const shape = shapeOf(plan, index);
      shapes.set(`${shape}`, shape);
    }
  }
  return [...shapes.values()];
}

/** Updates about the end of an epoch. */
const around = (end: number): number[] => [end - 2, end - 1, end].filter((index) => index >= 0);

/**
 * How many updates from `index` on have its shape, up to `most`.
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { sameShapeFrom } from "./batch_rows.ts";
 * sameShapeFrom(batchPlan(100, 32), 0, 50); // 3: the fourth has 4 examples
 * ```
 */
export function sameShapeFrom(plan: BatchPlan, index: number, most: number): number {
  const perEpoch = updatesPerEpoch(plan);
  const shape = `${shapeOf(plan, index)}`, same = (other: number) => `${shapeOf(plan, other)}` === shape;
  if (!Number.isInteger(perEpoch) || carries(plan)) {
    if (plan.remainder !== "train" || plan.trainingExamples % plan.batch === 0) return most;
    let count = 1;
    while (count < most && same(index + count)) count++;
    return count;
  }
  // within an epoch only the last update can differ
  const place = index % perEpoch;
  if (same(index - place + perEpoch - 1) && same(index - place)) return most;
  return Math.min(most, place === perEpoch - 1 ? 1 : perEpoch - 1 - place);
}
