/** Holds schedules and rules against what other libraries computed. `PLATEAU_GOLDEN` names another folder. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { bracketsCheck } from "./golden_brackets.ts";
import { plansCheck } from "./golden_plans.ts";
import { precheltCheck } from "./golden_prechelt.ts";
import { prunersCheck } from "./golden_pruners.ts";
import { quasiCheck } from "./golden_quasi.ts";
import { rulesCheck } from "./golden_rules.ts";
import { scalesCheck } from "./golden_scales.ts";
import { schedulesCheck } from "./golden_schedules.ts";
import { type Check, type GoldenCase, type GoldenFile, goldenFiles } from "./vectors.ts";

const folder = Deno.env.get("PLATEAU_GOLDEN") ?? import.meta.dirname!;
/** Each knows some files, and gives the comparison of a case of theirs. */
const checks: readonly Check[] = [
  schedulesCheck,
  rulesCheck,
  precheltCheck,
  scalesCheck,
  plansCheck,
  bracketsCheck,
  quasiCheck,
  prunersCheck,
];

Deno.test({
  name: "the golden vectors here are as they were recorded, byte for byte",
  ignore: folder !== import.meta.dirname,
  fn() {
    for (const line of Deno.readTextFileSync(`${folder}/SHA256SUMS`).trim().split("\n")) {
      const [sum, file] = line.split(/\s+/);
      const found = createHash("sha256").update(Deno.readFileSync(`${folder}/${file}`)).digest("hex");
      assert.equal(found, sum, file);
    }
  },
});

for (const file of goldenFiles(folder)) {
  for (const [name, cases] of Map.groupBy(file.cases, ({ name }) => name)) {
    Deno.test(`${file.name}: ${name} equals all ${cases.length} vectors`, () => {
      for (const golden of cases) comparisonOf(file, golden)();
    });
  }
}

/** What is to be compared for one case. A vector that nothing here knows is a fault: none is passed over. */
function comparisonOf(file: GoldenFile, golden: GoldenCase): () => void {
  for (const check of checks) {
    const compare = check(file, golden);
    if (compare) return compare;
  }
  return assert.fail(
    `${file.name}: no comparison for ${golden.id}, ${golden.name} ${JSON.stringify(golden.params)}`,
  );
}
