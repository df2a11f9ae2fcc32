/** Holds schedules and rules against what other libraries computed. `PLATEAU_GOLDEN` names another folder. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { bracketsCheck } from "./golden_brackets.ts";
import { plansCheck } from "./golden_plans.ts";
import { precheltCheck } from "./golden_prechelt.ts";
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
    const compare = cases.flatMap((golden) => checkOf(file, golden) ?? []);
    const missing = cases.length - compare.length;
    if (compare.length > 0) {
      Deno.test(`${file.name}: ${name} equals all ${compare.length} vectors that it can express`, () => {
        for (const check of compare) check();
      });
    }
    if (missing > 0) {
      Deno.test({ name: `${file.name}: ${name}, ${missing} vectors: not built yet`, ignore: true, fn() {} });
    }
  }
}

/** What is to be compared for one case; null when what it needs is not built. */
function checkOf(file: GoldenFile, golden: GoldenCase): (() => void) | null {
  for (const check of checks) {
    const compare = check(file, golden);
    if (compare) return compare;
  }
  return null;
}
