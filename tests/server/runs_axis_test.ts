import assert from "node:assert/strict";
import type { Counting, LoggedBatches } from "../../lib/curves/logged.ts";
import type { RunRow } from "../../lib/store/store.ts";
import { axisOf } from "../../server/client/runs_axis.ts";

const run = (unit: Counting["unit"], batches: LoggedBatches = {}) =>
  ({ counting: { unit, fromZero: false }, batches }) as RunRow;
const whole = { batch: 32, trainingExamples: 320 };
const CASES: readonly [name: string, runs: readonly RunRow[], given: LoggedBatches, axis: string][] = [
  ["updates alone", [run("updates")], {}, "step"],
  ["epochs alone", [run("epochs"), run("epochs")], {}, "epoch"],
  ["epochs whose updates are known", [run("epochs", whole)], {}, "step"],
  ["epochs whose updates were told", [run("epochs")], whole, "step"],
  ["epochs beside updates that cannot be converted", [run("epochs"), run("updates")], {}, "step"],
  ["nothing", [], {}, "step"],
];
for (const [name, runs, given, axis] of CASES) {
  Deno.test(`left to choose, ${name} stand on the axis ${axis}`, () => {
    assert.equal(axisOf(runs, given), axis);
  });
}
