/** Rules that give trials up for others. */
import assert from "node:assert/strict";
import { steps } from "../../lib/durations.ts";
import { pruning } from "../../lib/studies/pruning.ts";
import { studyRecord } from "../studies/records.ts";
import type { Check, GoldenCase } from "./vectors.ts";

const modeOf = ({ params }: GoldenCase) => params.direction === "minimize" ? "min" : "max";

export const prunersCheck: Check = (file, golden) => {
  if (file.name !== "pruners-optuna") return null;
  if (golden.name === "SuccessiveHalvingPruner") return () => halvingCase(golden);
  return () => quantileCase(golden);
};

function quantileCase(golden: GoldenCase): void {
  const { others, own, verdicts } = golden.all as { others: number[][]; own: number[]; verdicts: boolean[] };
  const { percentile, n_warmup_steps, n_min_trials } = golden.params as Record<string, number>;
  const rule = { after: steps(n_warmup_steps), least: n_min_trials };
  // there the share that stays, here the share that it must be better than
  const pruner = golden.name === "MedianPruner"
    ? { kind: "median", ...rule } as const
    : { kind: "percentile", percentile: 100 - percentile, ...rule } as const;
  const trials = [...others, own].map((values) => ({ values, every: 1, maxSteps: null }));
  const record = studyRecord(trials, modeOf(golden));
  verdicts.forEach((expected, i) => {
    const { prune, why } = pruning(pruner, record, others.length, i + 1);
    assert.equal(prune, expected, `${golden.id}, step ${i + 1}: ${why}`);
  });
}

/** The record grows report by report. */
function halvingCase(golden: GoldenCase): void {
  const reports = golden.all.reports as readonly (readonly [number, number, number, boolean])[];
  const { min_resource, reduction_factor } = golden.params as Record<string, number>;
  const pruner = { kind: "halving", first: steps(min_resource), eta: reduction_factor } as const;
  const values: number[][] = [];
  for (const [trial, step, value, expected] of reports) {
    while (values.length <= trial) values.push([]);
    values[trial].push(value);
    const trials = values.map((recorded) => ({ values: recorded, every: 1, maxSteps: null }));
    const { prune, why } = pruning(pruner, studyRecord(trials, modeOf(golden)), trial, step);
    assert.equal(prune, expected, `${golden.id}, trial ${trial} at ${step}: ${why}`);
  }
}
