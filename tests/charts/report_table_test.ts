import assert from "node:assert/strict";
import { reportTable } from "../../lib/charts/report_table.ts";
import { reportOn } from "../../lib/policies/report.ts";
import { parsePolicy } from "../../lib/policies/policy_text.ts";
import { recorded } from "../curves/recordings.ts";

const losses = [1, 0.6, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75];
const policies = [
  "Two: plateau(validation.loss, min, patience: evaluations(2))",
  "Late: maxSteps(90)",
  "Beyond: plateau(validation.loss, min, patience: evaluations(9))",
  "First: maxSteps(10)",
].map(parsePolicy);
const trajectories = [0, 1, 2].map((seed) =>
  recorded({ seed, losses: losses.map((loss) => loss + seed / 10) })
);
const report = reportOn(trajectories, { policies });
const texts = (table: ReturnType<typeof reportTable>, column: number) =>
  table.rows.map((row) => {
    const cell = row[column];
    return typeof cell === "object" ? [cell.text, cell.sub].filter(Boolean).join(" ") : String(cell);
  });

Deno.test("what nothing beats is shown, the chosen one marked, and the rest counted", () => {
  const table = reportTable({ report });
  assert.deepEqual(texts(table, 0), ["Two chosen", "First 10 steps"]);
  assert.deepEqual(texts(table, 1), ["50", "10"]);
  assert.match(table.caption!, /^Medians of 3 runs, with 95% bands; 2 policies .* are left out$/);
});
Deno.test("all policies are shown when asked for, and what was not recorded is censored", () => {
  const table = reportTable({ report, all: true });
  assert.deepEqual(texts(table, 0).toSorted(), [
    "Beyond patience 9",
    "First 10 steps",
    "Late 90 steps",
    "Two chosen",
  ]);
  const row = table.rows.find(([cell]) => (cell as { text: string }).text === "Beyond")!;
  assert.deepEqual((row[1] as { text: string }).text, "censored");
});
Deno.test("without runs there is nothing to compare", () => {
  const table = reportTable({ report: reportOn([]) });
  assert.deepEqual([table.rows, table.empty], [[], "No policy to compare."]);
});
