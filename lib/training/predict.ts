/** Predictions by the weights that a training kept. */
import type { Split } from "../data/dataset.ts";
import { tf } from "../engine/tf.ts";
import { loadCheckpoint } from "./checkpoints.ts";
import { logitsOf } from "./evaluate.ts";
import type { TrainingEvent } from "./event.ts";

/**
 * The class of each example, by the kept weights of an ended training.
 *
 * @param training the last event of a training: its outcome names the weights
 * @returns class of each row of the split, from 0
 * @throws RangeError when the training has not ended, its weights are no longer in memory, or they are no numbers
 *
 * @example
 * ```ts
 * import { datasets, predict, type TrainingEvent } from "plateau";
 * const classes = (training: TrainingEvent) => predict(training, datasets.digits().test); // Int32Array(400)
 * ```
 */
export function predict(training: TrainingEvent, split: Split): Int32Array {
  if (!training.outcome) {
    throw new RangeError(`training ${training.plan.name} has not ended: predict after its outcome`);
  }
  const { model, shapes, parameters } = loadCheckpoint(training.outcome.checkpoint);
  const logits = tf.tidy(() =>
    logitsOf(model, parameters.map((values, i) => tf.tensor(values, [...shapes[i]])), split)
  );
  const { name } = training.plan, { reason } = training.outcome;
  if (!logits.every(Number.isFinite)) {
    throw new RangeError(
      `training ${name} ended as ${reason}, with weights that are no numbers: nothing to predict with`,
    );
  }
  const classes = logits.length / split.count;
  return Int32Array.from({ length: split.count }, (_, row) => {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    return scores.indexOf(Math.max(...scores));
  });
}
