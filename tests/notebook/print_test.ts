import assert from "node:assert/strict";
import type { Table } from "../../lib/charts/chart.ts";
import { md } from "../../lib/notebook/authoring.ts";
import { printed, tableText } from "../../lib/notebook/print.ts";
import { terminalColumns } from "../../lib/notebook/terminal_columns.ts";

Deno.test("names from data neither move the cursor nor bend a table, wide letters take two columns", () => {
  const table: Table = {
    type: "table",
    columns: [{ label: "run" }, { label: "loss\u001b[2J", align: "right" }],
    rows: [["a\nb\u001b[31m", "1"], ["訓練", "0.5"], ["e\u0301🚀", "12"]]
      .map((cells) => cells.map((text) => ({ text }))),
    caption: "of\rlogs",
  };
  assert.deepEqual(tableText(table).split("\n"), [
    "of logs",
    "run       loss [2J",
    "────────  ────────",
    "a b [31m         1",
    "訓練           0.5",
    "e\u0301🚀             12",
  ]);
  assert.equal(printed("one\n\u001b[2Jtwo"), "one\n [2Jtwo");
  assert.equal(printed(md`see ${"\u009b31m"}this`), "see  31mthis");
});

const sizes: [string, () => { columns: number }, number][] = [
  ["a terminal", () => ({ columns: 132 }), 132],
  ["a terminal without a size", () => ({ columns: 0 }), 80],
  ["none", () => {
    throw new Error("not a terminal");
  }, 80],
];
for (const [name, size, columns] of sizes) {
  Deno.test(`${name} has lines of ${columns}`, () => assert.equal(terminalColumns(size), columns));
}
