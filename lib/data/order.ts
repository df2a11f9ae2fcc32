/** Which examples each update sees: a pure function of (seed, update), so a resumed run needs no data cursor. */
import { type BatchPlan, batchSizeAt, updatesPerEpoch } from "../batch_plan.ts";
import { permutation } from "../random.ts";

/**
 * The order of examples in one epoch.
 *
 * @example
 * ```ts
 * import { epochOrder } from "./order.ts";
 * epochOrder(7, 0, 1097).length; // 1097
 * ```
 */
export function epochOrder(seed: number, epoch: number, examples: number): Int32Array {
  return permutation(seed, "batch order", epoch, examples);
}

/**
 * Rows of the batches, update by update. Remembers the last epoch's order only to save work: asking for any
 * index in any sequence gives the same rows.
 *
 * @example
 * ```ts
 * import { batches } from "./order.ts";
 * const rowsOf = batches(7, { trainingExamples: 10, batch: 4, remainder: "train" });
 * rowsOf(2).length; // 2, the short last batch
 * ```
 */
export function batches(seed: number, plan: BatchPlan): (index: number) => Int32Array {
  const order = lastTwo((epoch: number) => epochOrder(seed, epoch, plan.trainingExamples));
  const perEpoch = updatesPerEpoch(plan), { trainingExamples, batch } = plan;
  return (index) => {
    if (plan.remainder !== "wrap") {
      const first = (index % perEpoch) * batch;
      return order(Math.floor(index / perEpoch)).subarray(first, first + batchSizeAt(plan, index));
    }
    return Int32Array.from({ length: batch }, (_, i) => {
      const example = index * batch + i;
      return order(Math.floor(example / trainingExamples))[example % trainingExamples];
    });
  };
}

/** Keeps the last two results: a batch that wraps reads two epochs. */
function lastTwo(compute: (epoch: number) => Int32Array): (epoch: number) => Int32Array {
  let kept: [number, Int32Array][] = [];
  return (epoch) => {
    let found = kept.find(([known]) => known === epoch);
    if (!found) kept = [...kept.slice(-1), found = [epoch, compute(epoch)]];
    return found[1];
  };
}
