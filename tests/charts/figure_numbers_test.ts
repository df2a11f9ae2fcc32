import * as Plot from "@observablehq/plot";
import assert from "node:assert/strict";
import type { Chart, Table } from "../../lib/charts/chart.ts";
import { confusionMatrix } from "../../lib/charts/confusion_matrix.ts";
import { chartNumbers, numbersCsv, numbersJson, tableNumbers } from "../../lib/charts/figure_numbers.ts";
import { learningCurves } from "../../lib/charts/learning_curves.ts";
import { simulate } from "./fixture.ts";

const chartOf = (marks: Plot.Markish[]): Chart => ({
  type: "chart",
  title: "Loss",
  alt: "Loss.",
  options: () => ({ marks }),
  text: () => "Loss",
});

Deno.test("a chart's numbers are those of its marks, and of its scenery none", () => {
  const { columns, rows } = chartNumbers(chartOf([
    Plot.gridY(),
    Plot.axisX({ label: "step" }),
    Plot.lineY([0.5, NaN, 0.25], { stroke: "var(--ink)" }),
    Plot.text(["beside"], { frameAnchor: "bottom" }),
    Plot.dot([{ step: 2, loss: 0.25, name: "best" }], { x: "step", y: "loss", title: "name", r: 3 }),
  ]));
  assert.deepEqual(columns, ["mark", "index", "x", "y", "title"]);
  assert.deepEqual(rows, [
    ["line", 0, 0, 0.5, null],
    ["line", 1, 1, NaN, null],
    ["line", 2, 2, 0.25, null],
    ["dot", 0, 2, 0.25, "best"],
  ]);
});

Deno.test("every evaluation of a recorded curve is among the numbers of its figure", () => {
  const trajectory = simulate({ updates: 1_000, every: 25 });
  const { columns, rows } = chartNumbers(learningCurves({ trajectories: [trajectory] }));
  const [x, y] = [columns.indexOf("x"), columns.indexOf("y")];
  const drawn = new Set(rows.filter(([mark]) => mark === "line").map((row) => `${row[x]} ${row[y]}`));
  const { step, metrics } = trajectory.evaluations;
  assert.equal(step.length, 40);
  for (const [i, at] of step.entries()) assert.ok(drawn.has(`${at} ${metrics["validation.loss"][i]}`));
});

Deno.test("a count that a figure says in words alone is among its numbers", () => {
  const { rows } = chartNumbers(confusionMatrix({ matrix: [[9, 1], [0, 10]], classes: ["cat", "dog"] }));
  assert.ok(rows.some((row) => row[0] === "text" && row.includes("dog") && row.at(-1) === "1"));
});

Deno.test("a chart that waits has no numbers", () => {
  assert.deepEqual(chartNumbers(learningCurves({ trajectories: [] })), { columns: [], rows: [] });
});

const table: Table = {
  type: "table",
  columns: [{ label: "policy" }, { label: "saved, %" }, { label: "regret" }],
  rows: [
    [{ text: "Early stopping", sub: "patience 8" }, { text: "52%", value: 0.52 }, { text: "–", value: NaN }],
    [{ text: "=cmd()" }, { text: "33%", value: 0.33 }, { text: "none", value: null }],
  ],
};

Deno.test("a table's numbers are what its cells sort by, and its words what they say", () => {
  assert.equal(
    numbersCsv(tableNumbers(table)),
    'policy,saved (%),regret\nEarly stopping (patience 8),0.52,NaN\n"\'=cmd()",0.33,none\n',
  );
});

Deno.test("a column that says nothing is left out, and a clock is read to the millisecond", () => {
  const timed: Table = {
    type: "table",
    columns: [{ label: "run" }, { label: "" }, { label: "wall, s", clock: true }],
    rows: [
      [{ text: "a" }, { text: "" }, { text: "3.6 s", value: 3.5690000000000004 }],
      [{ text: "b" }, { text: "" }, { text: "0.25 s", value: 0.25 }],
    ],
  };
  assert.equal(numbersCsv(tableNumbers(timed)), "run,wall (s)\na,3.569\nb,0.25\n");
});

Deno.test("as JSON what is no finite number is a word", () => {
  assert.deepEqual(JSON.parse(numbersJson({ caption: "by regret" }, tableNumbers(table))), {
    caption: "by regret",
    columns: ["policy", "saved, %", "regret"],
    rows: [["Early stopping (patience 8)", 0.52, "NaN"], ["=cmd()", 0.33, "none"]],
  });
});
