/** One measurement of a network: metrics on validation and test, computed on the host in double precision. */
import type { EvaluationRow } from "../curves/trajectory.ts";
import type { Split } from "../data/dataset.ts";
import type { Position } from "../durations.ts";
import { tf } from "../engine/tf.ts";
import { measure } from "../metrics/measure.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Model } from "../models/model.ts";
import type { FilledSpec } from "./spec.ts";
import type { Live, Network } from "./tensors.ts";

const SPLITS = ["validation", "test"] as const;

export interface Evaluated {
  readonly row: EvaluationRow;
  readonly standardErrors: Readonly<Record<string, number>>;
}

/** Every metric that evaluations of a spec measure: `validation.loss`, …, and those of the running mean. */
export function measuredMetrics(
  { metrics, average }: Pick<FilledSpec, "metrics" | "average">,
): readonly string[] {
  const plain = SPLITS.flatMap((split) => metrics.map((metric) => `${split}.${metric}`));
  return average ? [...plain, ...plain.map((metric) => `average.${metric}`)] : plain;
}

/**
 * Measures the network, and its running mean where there is one. Atomic: it is never resumed in the middle.
 * @param seconds the training's clock, read when all is measured, so that what an evaluation took can be told
 */
export function evaluate(spec: FilledSpec, live: Live, at: Position, seconds: () => number): Evaluated {
  const values: Record<string, number> = {}, standardErrors: Record<string, number> = {};
  const measureOn = (prefix: string, network: Network) => {
    for (const split of SPLITS) {
      const { loss } = modelKind(spec.model), data = spec.data[split];
      const outputs = outputsOf(spec.model, network, data);
      const measured = measure({ loss: loss(spec.model), outputs, truth: data.y }, spec.metrics);
      const names = (all: Readonly<Record<string, number>>, into: Record<string, number>) => {
        for (const [name, value] of Object.entries(all)) into[`${prefix}${split}.${name}`] = value;
      };
      names(measured.values, values);
      names(measured.standardErrors, standardErrors);
    }
  };
  measureOn("", live);
  if (live.average) measureOn("average.", { parameters: live.average, statistics: live.statistics });
  const { step, epoch, examples } = at;
  return { row: { step, epoch, examples, seconds: seconds(), metrics: values }, standardErrors };
}

/** Examples of one forward pass: bounds the memory that the activations take. */
const CHUNK = 4096;

/** Forward pass of a whole split: `count × outputs` numbers, row by row. */
export function outputsOf(model: Model, network: Network, split: Split): Float32Array {
  const features = split.x.length / split.count, { outputs } = modelKind(model).sizes(model);
  const all = new Float32Array(split.count * outputs);
  for (let first = 0; first < split.count; first += CHUNK) {
    const rows = Math.min(CHUNK, split.count - first);
    const tensor = tf.tidy(() => {
      const x = tf.tensor2d(split.x.subarray(first * features, (first + rows) * features), [rows, features]);
      const { parameters, statistics } = network;
      return modelKind(model).forward(model, parameters, statistics, x, { training: false }).outputs;
    });
    all.set(tensor.dataSync() as Float32Array, first * outputs);
    tensor.dispose();
  }
  return all;
}
