/** Forward passes of whole splits, outside of training. */
import type { Split } from "../data/dataset.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";
import type { FilledSpec } from "./spec.ts";
import type { Network } from "./tensors.ts";
import type { LoopTensors, Outputs } from "./updates.ts";

/** Examples of one forward pass: bounds the memory that the activations take. */
export const ROWS = 4096;

/** `count` examples of a split from the `first` on, the caller's to dispose of. */
export const examplesOf = (
  { x }: Pick<Split, "x">,
  features: number,
  first: number,
  count: number,
): tf.Tensor2D => tf.tensor2d(x.subarray(first * features, (first + count) * features), [count, features]);

/** Outputs of a network on a split: `count × outputs` numbers, row by row. */
export function outputsOf(
  model: Model,
  { parameters, statistics }: Network,
  split: Pick<Split, "x" | "count">,
): Float32Array {
  const kind = modelKind(model), { outputs } = kind.sizes(model), features = split.x.length / split.count;
  const all = new Float32Array(split.count * outputs);
  for (let first = 0; first < split.count; first += ROWS) {
    const rows = Math.min(ROWS, split.count - first);
    const tensor = tf.tidy(() => {
      const x = examplesOf(split, features, first, rows);
      return kind.forward(model, parameters, statistics, x, { training: false }).outputs;
    });
    all.set(tensor.dataSync() as Float32Array, first * outputs);
    tensor.dispose();
  }
  return all;
}

/**
 * All that an evaluation measures: outputs on validation and test, of the network and of its running mean; and the
 * milliseconds that it took.
 */
export function evaluationOutputs(
  { model, data }: FilledSpec,
  { parameters, statistics, average }: LoopTensors,
): { readonly outputs: Outputs; readonly evaluating: number } {
  const began = performance.now();
  const of = (network: Network) => ({
    validation: outputsOf(model, network, data.validation),
    test: outputsOf(model, network, data.test),
  });
  const outputs = {
    network: of({ parameters, statistics }),
    average: average && of({ parameters: average, statistics }),
  };
  return { outputs, evaluating: performance.now() - began };
}
