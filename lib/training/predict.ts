/** Predictions by the weights that a training kept. */
import type { Split } from "../data/dataset.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { shown } from "../durations.ts";
import { loadCheckpoint } from "./checkpoints.ts";
import { outputsOf } from "./forward.ts";
import type { TrainingEvent } from "./event.ts";
import { networkOf } from "./tensors.ts";

/**
 * The class of each example, or its value in a regression, by the kept weights of an ended training.
 *
 * @param training the last event of a training: its outcome names the weights
 * @returns class of each row of the split, from 0; values where the model tells values
 * @throws RangeError when the training has not ended, its weights are no longer in memory, or they are no numbers
 *
 * @example
 * ```ts
 * import { datasets, predict, type TrainingEvent } from "plateau";
 * const classes = (training: TrainingEvent) => predict(training, datasets.digits().test); // Int32Array(400)
 * ```
 */
export function predict(training: TrainingEvent, split: Split): Int32Array | Float32Array {
  if (!training?.plan) {
    throw new TypeError(`invalid training: ${shown(training)} (the last event of a training)`);
  }
  if (!split?.x) throw new TypeError(`invalid split: ${shown(split)} (rows of a dataset, as data.test)`);
  if (!training.outcome) {
    throw new RangeError(`training ${training.plan.name} has not ended: predict after its outcome`);
  }
  const { model, layout, ...weights } = loadCheckpoint(training.outcome.checkpoint);
  const outputs = tf.tidy(() => outputsOf(model, networkOf(layout, weights), split));
  const { name } = training.plan, { reason } = training.outcome;
  if (!outputs.every(Number.isFinite)) {
    throw new RangeError(
      `training ${name} ended as ${reason}, with weights that are no numbers: nothing to predict with`,
    );
  }
  const width = outputs.length / split.count, loss = modelKind(model).loss(model);
  return loss === "meanSquaredError" ? outputs : Int32Array.from({ length: split.count }, (_, row) => {
    if (loss === "sigmoidCrossEntropy") return outputs[row * width] > 0 ? 1 : 0;
    const scores = outputs.subarray(row * width, (row + 1) * width);
    return scores.indexOf(Math.max(...scores));
  });
}
