import assert from "node:assert/strict";
import { wandbCsv } from "../../../lib/curves/readers/wandb_csv.ts";
import { logOf, points, recognised, runsOf, sample, told } from "./sample.ts";

Deno.test("each run of an exported chart is a run, with its least and greatest values", () => {
  const runs = runsOf(wandbCsv, sample("csv/wandb_chart.csv"));
  assert.deepEqual(runs.map(({ name }) => name), ["run - 1", "swept-sun-2"]);
  const [first, second] = runs.map(({ segments: [{ series }] }) => series);
  assert.deepEqual(Object.keys(first), ["val/loss", "val/loss__MIN", "val/loss__MAX"]);
  assert.deepEqual(points(first["val/loss"]), [[0, 2.5], [10, 1.25], [20, NaN]]);
  assert.deepEqual(points(first["val/loss__MIN"]), [[0, 2.5], [10, 1.125], [20, NaN]]);
  assert.deepEqual(points(second["val/loss"]), [[10, 2.25], [20, 1.75], [30, Infinity]]);
  assert.deepEqual(runs[0].counting, { unit: "records", fromZero: true });
  assert.deepEqual(told(runs[0]), ["exported from a chart: a sample of what was logged"]);
});

Deno.test("the axis of the chart is what is counted", () => {
  const log = (axis: string, first: number, second: number) =>
    logOf(wandbCsv, `"${axis}","a - loss","a - loss__MIN"\n${first},2,2\n${second},1,1\n`);
  const steps = ({ segments: [{ series }] }: ReturnType<typeof log>) => [...series.loss.step];
  const updates = log("trainer/global_step", 50, 100);
  assert.deepEqual([updates.counting.unit, steps(updates)], ["updates", [50, 100]]);
  const epochs = log("epoch", 0, 1);
  assert.deepEqual([epochs.counting, steps(epochs)], [{ unit: "epochs", fromZero: true }, [0, 1]]);
  const timed = log("Relative Time (Process)", 1.5, 3);
  assert.deepEqual([timed.counting.unit, steps(timed)], ["records", [1, 2]]);
  assert.deepEqual([...timed.segments[0].series.loss.seconds!], [1.5, 3]);
});

Deno.test("the axis that each run repeats is no series", () => {
  const log = logOf(wandbCsv, "Step,a - _step,a - _step__MIN,a - loss,a - loss__MIN\n5,5,5,2,1\n");
  assert.deepEqual(Object.keys(log.segments[0].series), ["loss", "loss__MIN"]);
});

Deno.test("columns of no run are told, and other CSV files are not taken for a chart", () => {
  const log = logOf(wandbCsv, "Step,a - loss,a - loss__MIN,notes\n1,2,3,4\n");
  assert.deepEqual(told(log)[0], "columns of no run skipped: notes");
  assert.deepEqual(logOf(wandbCsv, "Step,a - loss,a - loss__MIN\n").segments, []);
  assert.ok(recognised(wandbCsv, "wandb_export_2026-11-21.csv", '"Step","a - loss","a - loss__MIN"\n'));
  assert.ok(!recognised(wandbCsv, "a.csv", "step,loss,loss__MIN\n"));
  assert.ok(!recognised(wandbCsv, "a.csv", "step,a - loss\n"));
});
