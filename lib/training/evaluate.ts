/** One measurement of a network: metrics on validation and test, computed of its outputs in double precision. */
import type { EvaluationRow } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import { measure } from "../metrics/measure.ts";
import { modelKind } from "../models/model_kind.ts";
import type { FilledSpec } from "./spec.ts";
import type { Outputs, SplitOutputs } from "./updates.ts";

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
 * Metrics of a network, and of its running mean where there is one.
 * @param seconds the training's clock, read when all is measured, so that what an evaluation took can be told
 */
export function evaluate(
  spec: FilledSpec,
  { network, average }: Outputs,
  at: Position,
  seconds: () => number,
): Evaluated {
  const values: Record<string, number> = {}, standardErrors: Record<string, number> = {};
  const measureOn = (prefix: string, measured: SplitOutputs) => {
    for (const split of SPLITS) {
      const { loss } = modelKind(spec.model), outputs = measured[split], truth = spec.data[split].y;
      const found = measure({ loss: loss(spec.model), outputs, truth }, spec.metrics);
      const names = (all: Readonly<Record<string, number>>, into: Record<string, number>) => {
        for (const [name, value] of Object.entries(all)) into[`${prefix}${split}.${name}`] = value;
      };
      names(found.values, values);
      names(found.standardErrors, standardErrors);
    }
  };
  measureOn("", network);
  if (average) measureOn("average.", average);
  const { step, epoch, examples } = at;
  return { row: { step, epoch, examples, seconds: seconds(), metrics: values }, standardErrors };
}
