import assert from "node:assert/strict";
import type { Failure, Row } from "./compare.ts";
import { table } from "./table.ts";

const rows: Row[] = [
  { workload: "M", system: "plateau tensorflow", msPerUpdate: 0.085 },
  { workload: "M", system: "pytorch eager", msPerUpdate: 0.541 },
  { workload: "C", system: "pytorch eager", msPerUpdate: 1234.5 },
  { workload: "S", system: "plateau tensorflow", msPerUpdate: 0.00146 },
];
const failures: Failure[] = [{ workload: "C", system: "plateau tensorflow", fails: "no such kernel" }];

Deno.test("the table has systems down, workloads across, and times of the compiled chunk in brackets", () => {
  assert.equal(
    table(rows, failures),
    [
      "| ms an update | S | M | C |",
      "|---|---|---|---|",
      "| plateau tensorflow | 0.00146 | 0.0850 | fails |",
      "| pytorch eager | – | 0.541 (6.36×) | 1235 |",
    ].join("\n"),
  );
});
