/** Batch plans: how a training set is cut into updates, and the conversion of durations by it. */
import { countFault, type Duration, hasReached, type Position, shown } from "./durations.ts";

/** What happens to the examples that do not fill a last batch. */
export type Remainder = "train" | "drop" | "wrap";

/** What happens at an epoch's end to batches that do not fill an accumulated update. */
export type Leftover = "flush" | "carry" | "drop";

/** All that is needed to convert between steps, epochs and examples. Plain data. */
export interface BatchPlan {
  /** training examples in one epoch */
  readonly trainingExamples: number;
  /** examples in a batch: what one forward and backward pass sees */
  readonly batch: number;
  readonly remainder: Remainder;
  /** batches whose gradients make one update; default 1 */
  readonly accumulate?: number;
  /**
   * `flush`: an epoch's last update has fewer batches; `carry`: updates run over the border of epochs; `drop`: the
   * batches left over are not trained. Default `flush`
   */
  readonly leftover?: Leftover;
}

/** The units that a batch plan converts to steps. */
export type PlannedUnit = "steps" | "epochs" | "examples";
export const plannedUnits: readonly PlannedUnit[] = ["steps", "epochs", "examples"];

/** How gradients of several batches make one update. */
export interface Accumulation {
  /** batches an update, whole, at least 1 */
  readonly batches: number;
  /** default `flush` */
  readonly leftover?: Leftover;
}

/**
 * A checked batch plan.
 * @param trainingExamples whole, at least 1
 * @param batch whole, at least 1; with `drop` at most `trainingExamples`, or an epoch would be empty
 * @param remainder default `train`
 * @param accumulation default one batch an update
 * @throws RangeError `invalid batch: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const plan = batchPlan(1_097, 32); // 35 updates an epoch, the last of 9 examples
 * ```
 */
export function batchPlan(
  trainingExamples: number,
  batch: number,
  remainder: Remainder = "train",
  { batches: accumulate, leftover = "flush" }: Accumulation = { batches: 1 },
): BatchPlan {
  const counts = { trainingExamples, batch, "accumulate.batches": accumulate };
  for (const [field, value] of Object.entries(counts)) {
    const fault = countFault("examples", value);
    if (fault) throw new RangeError(`invalid ${field}: ${shown(value)} (${fault})`);
  }
  if (!["train", "drop", "wrap"].includes(remainder)) {
    throw new RangeError(`invalid remainder: ${shown(remainder)} (train, drop or wrap)`);
  }
  if (!["flush", "carry", "drop"].includes(leftover)) {
    throw new RangeError(`invalid accumulate.leftover: ${shown(leftover)} (flush, carry or drop)`);
  }
  if (remainder === "drop" && batch > trainingExamples) {
    throw new RangeError(
      `invalid batch: ${batch} (at most ${trainingExamples}, the training examples, when the remainder is dropped)`,
    );
  }
  const plan: BatchPlan = accumulate === 1
    ? { trainingExamples, batch, remainder }
    : { trainingExamples, batch, remainder, accumulate, leftover };
  if (updatesPerEpoch(plan) === 0) {
    throw new RangeError(
      `invalid accumulate.batches: ${accumulate} (at most ${
        batchesPerEpoch(plan)
      }, the batches of an epoch, when those left over are dropped)`,
    );
  }
  return plan;
}

/** Batches in one epoch: with `wrap`, where batches run over the border of epochs, the mean. */
function batchesPerEpoch({ trainingExamples, batch, remainder }: BatchPlan): number {
  const batches = trainingExamples / batch;
  return remainder === "train" ? Math.ceil(batches) : remainder === "drop" ? Math.floor(batches) : batches;
}

/** Whether updates run over the border of epochs: where batches do, there is no border. */
export const carries = ({ remainder, accumulate = 1, leftover }: BatchPlan): boolean =>
  accumulate === 1 ? remainder === "wrap" : remainder === "wrap" || leftover === "carry";

/**
 * Updates in one epoch. A short last batch (`train`) or a last update of fewer batches (`flush`) counts; where updates
 * run over the border of epochs (`wrap`, `carry`) the number is the mean and may be fractional.
 * @example
 * ```ts
 * const updates = updatesPerEpoch(batchPlan(1_097, 32)); // 35
 * ```
 */
export function updatesPerEpoch(plan: BatchPlan): number {
  const updates = batchesPerEpoch(plan) / (plan.accumulate ?? 1);
  if (carries(plan)) return updates;
  return plan.leftover === "drop" ? Math.floor(updates) : Math.ceil(updates);
}

/** Examples in the first `batches` batches of a training that leaves no batch out. */
function examplesIn(plan: BatchPlan, batches: number): number {
  if (plan.remainder !== "train") return batches * plan.batch;
  const perEpoch = batchesPerEpoch(plan), passes = Math.floor(batches / perEpoch);
  return passes * plan.trainingExamples +
    Math.min((batches - passes * perEpoch) * plan.batch, plan.trainingExamples);
}

/**
 * Training examples seen after `step` updates.
 * @example
 * ```ts
 * const seen = examplesAt(batchPlan(100, 32), 4); // 100: the fourth batch has 4
 * ```
 */
export function examplesAt(plan: BatchPlan, step: number): number {
  const { accumulate = 1 } = plan;
  if (carries(plan)) return examplesIn(plan, step * accumulate);
  const perEpoch = updatesPerEpoch(plan), passes = Math.floor(step / perEpoch);
  const batches = Math.min((step - passes * perEpoch) * accumulate, batchesPerEpoch(plan));
  return passes * examplesPerPass(plan) + examplesIn(plan, batches);
}

/** Examples that make one pass. What is left out of every epoch is not part of it. */
export function examplesPerPass(plan: BatchPlan): number {
  if (carries(plan)) {
    return plan.remainder === "drop" ? batchesPerEpoch(plan) * plan.batch : plan.trainingExamples;
  }
  return examplesIn(plan, Math.min(updatesPerEpoch(plan) * (plan.accumulate ?? 1), batchesPerEpoch(plan)));
}

/**
 * Passes over the training set after `step` updates, fractional. With `drop` a pass is what of an epoch is trained:
 * it counts as one, though its remainder was left out.
 * @example
 * ```ts
 * const passes = epochAt(batchPlan(100, 32), 8); // 2
 * ```
 */
export const epochAt = (plan: BatchPlan, step: number): number =>
  examplesAt(plan, step) / examplesPerPass(plan);

/** One batch: examples `from` up to, not including, `to` in the order of an epoch; past its end those of the next. */
export interface BatchRange {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The batches whose gradients make update `index`, counted from 0 over the whole training.
 * @example
 * ```ts
 * const batches = batchesOf(batchPlan(100, 32), 3); // [{ epoch: 0, from: 96, to: 100 }]
 * ```
 */
export function batchesOf(plan: BatchPlan, index: number): readonly BatchRange[] {
  const { accumulate = 1, trainingExamples, batch } = plan;
  const perEpoch = batchesPerEpoch(plan);
  let first = index * accumulate, end = first + accumulate;
  if (!carries(plan)) {
    const updates = updatesPerEpoch(plan), epoch = Math.floor(index / updates);
    first = epoch * perEpoch + (index - epoch * updates) * accumulate;
    end = Math.min(first + accumulate, (epoch + 1) * perEpoch);
  }
  const ranges: BatchRange[] = [];
  for (let next = first; next < end; next++) {
    const wraps = plan.remainder === "wrap";
    const epoch = wraps ? Math.floor(next * batch / trainingExamples) : Math.floor(next / perEpoch);
    const from = next * batch - epoch * (wraps ? trainingExamples : perEpoch * batch);
    ranges.push({ epoch, from, to: wraps ? from + batch : Math.min(from + batch, trainingExamples) });
  }
  return ranges;
}

/** The position after `step` updates. */
export const positionAt = (
  plan: BatchPlan,
  step: number,
  evaluations: number,
  seconds: number,
): Position => ({
  step,
  epoch: epochAt(plan, step),
  examples: examplesAt(plan, step),
  evaluations,
  seconds,
});

/**
 * The smallest step at which a duration, counted from the start, has been reached; null for evaluations and seconds,
 * which no batch plan converts.
 * @example
 * ```ts
 * import { epochs } from "plateau";
 * const step = toSteps(epochs(1.5), batchPlan(100, 32)); // 6
 * ```
 */
export function toSteps(duration: Duration<PlannedUnit>, plan: BatchPlan): number;
export function toSteps(duration: Duration, plan: BatchPlan): number | null;
export function toSteps(duration: Duration, plan: BatchPlan): number | null {
  const { unit, count } = duration;
  if (unit === "steps") return count;
  if (unit !== "epochs" && unit !== "examples") return null;
  const reachedAt = (step: number) =>
    hasReached(unit, unit === "epochs" ? epochAt(plan, step) : examplesAt(plan, step), count);
  // The short batch of an epoch is its last, so a share of the mean never overshoots: count up from there.
  const passes = unit === "epochs" ? count : count / examplesPerPass(plan);
  let step = Math.max(1, Math.floor(passes * updatesPerEpoch(plan)));
  while (!reachedAt(step)) step++;
  return step;
}
