import assert from "node:assert/strict";
import type { TableCell } from "../../lib/charts/chart.ts";
import { trialTable } from "../../lib/charts/trial_table.ts";
import { studyRecord } from "../studies/records.ts";

const study = studyRecord([
  { values: [3, 2, 2.5] },
  { values: [3, 1, 2] },
  { values: [], state: "waiting", maxSteps: 30 },
  { values: [4, 50], state: "diverged", maxSteps: 30 },
  { values: [3], state: "pruned", maxSteps: 30 },
]);
const told = {
  ...study,
  trials: study.trials.map((trial, i) => ({ ...trial, parameters: { "schedule.rate": (i + 1) / 1000 } })),
};
const texts = (row: readonly TableCell[]) => row.map(({ text, sub }) => sub ? `${text} ${sub}` : text);

Deno.test("trials stand by their best, those that wait last, and a state word replaces the number it prevents", () => {
  const { rows, columns } = trialTable(told);
  assert.deepEqual(columns.map(({ label }) => label), [
    ...["trial", "rate", "step", "best loss", "at step", "validation loss"],
  ]);
  assert.deepEqual(rows.map(([name, , , best, at]) => texts([name, best, at])), [
    ["trial 1", "1.000", "20"],
    ["trial 0", "2.000", "20"],
    ["trial 4", "3.000", "10 pruned"],
    ["trial 3", "4.000", "diverged"],
    ["trial 2", "–", "queued"],
  ]);
  assert.deepEqual(rows.map(([, rate]) => rate.value), [0.002, 0.001, 0.005, 0.004, 0.003]);
});

Deno.test("the small lines share their scales, and one that diverged does not flatten them", () => {
  const sparks = trialTable(told).rows.flatMap((row) => row.at(-1)!.spark ?? []);
  assert.deepEqual(sparks.map(({ domain, xDomain }) => [domain, xDomain]), Array(4).fill([[1, 3], [0, 30]]));
  assert.equal(sparks[0].stop, 20);
});

Deno.test("for a score the highest is the best", () => {
  const { rows } = trialTable({ ...told, mode: "max" });
  assert.deepEqual(rows.map(([name]) => name.text), ["trial 3", "trial 0", "trial 1", "trial 4", "trial 2"]);
});

Deno.test("a parameter is named by its path without the part of the spec that it lies in", () => {
  const trials = study.trials.map((trial) => ({
    ...trial,
    parameters: { "schedule.warmup.count": 32, batch: 16 },
  }));
  const labels = trialTable({ ...study, trials }).columns.map(({ label }) => label);
  assert.deepEqual(labels.slice(1, 3), ["warmup.count", "batch"]);
});
