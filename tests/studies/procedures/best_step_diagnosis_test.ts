import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bestStepDiagnosis,
  bestStepFinding,
  type BestStepVerdict,
} from "../../../lib/studies/procedures/best_step_diagnosis.ts";
import { UnreportedMetric } from "../../../lib/studies/procedures/trial_results.ts";
import { bestAt, studyFrom, upsideDown } from "./study_from.ts";

const CASES: readonly (readonly [what: string, rows: readonly number[], verdict: BestStepVerdict])[] = [
  ["all in the first tenth", [0, 1, 1, 0], "farTooLong"],
  ["all but one in the first tenth", [0, 1, 1, 5], "longEnough"],
  ["three of four in the last quarter", [14, 17, 19, 8], "tooShort"],
  ["half in the last quarter", [14, 17, 3, 8], "longEnough"],
  ["in the middle", [8, 9, 10], "longEnough"],
  ["two trials", [19, 19], "unknown"],
];
for (const [what, rows, verdict] of CASES) {
  Deno.test(`best steps ${what} are ${verdict}`, () => {
    const found = bestStepDiagnosis(studyFrom(rows.map((row) => ({ losses: bestAt(row) }))));
    assert.equal(found.verdict, verdict);
    assert.deepEqual(found.trials.map(({ step }) => step), rows.map((row) => (row + 1) * 10));
    assert.equal(bestStepFinding(found)?.kind ?? "unknown", verdict);
  });
}

Deno.test("trials that did not use what they were given are counted apart, each by its reason", () => {
  const late = { losses: bestAt(19) };
  const found = bestStepDiagnosis(studyFrom([
    late,
    late,
    late,
    { ...late, state: "pruned" },
    { ...late, state: "stopped" },
    { ...late, state: "running" },
    { ...late, state: "diverged" },
    { losses: [NaN, NaN] },
    { ...late, maxSteps: null },
  ]));
  const { verdict, trials, pruned, censored, lost, suggested } = found;
  assert.deepEqual([verdict, trials.length, pruned, censored, lost, suggested], [
    "tooShort",
    3,
    1,
    3,
    2,
    400,
  ]);
  assert.match(
    bestStepFinding(found)!.text,
    /in 3 of 3 trials \(not counted: 1 pruned, 3 before the end of their budget, 2 diverged/,
  );
});

Deno.test("a metric that no trial reports is told with those there are", () => {
  const study = { ...studyFrom([{ losses: [1, 2] }]), metric: "validation.f1" };
  assert.throws(() => bestStepDiagnosis(study), (error) => error instanceof UnreportedMetric);
  assert.throws(
    () => bestStepDiagnosis(study),
    /unreported metric: validation.f1 \(the trials report validation.loss/,
  );
});

const rows = fc.array(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 12 });
const studyOf = (rows: readonly number[], longer = 1) =>
  studyFrom(rows.map((row) => ({ losses: bestAt(row), maxSteps: 200 * longer })));

Deno.test("in another order, upside down and scaled, the verdict is the same", () => {
  fc.assert(fc.property(rows, fc.constantFrom(0.5, 4), (rows, by) => {
    const study = studyOf(rows), found = bestStepDiagnosis(study);
    const turned = { ...study, trials: study.trials.toReversed() };
    assert.deepEqual(bestStepDiagnosis(turned), found);
    assert.deepEqual(bestStepDiagnosis(upsideDown(study, by)), found);
  }));
});
Deno.test("a longer budget with the same best steps never makes too short truer", () => {
  fc.assert(fc.property(rows, fc.double({ min: 1, max: 20, noNaN: true }), (rows, longer) => {
    const before = bestStepDiagnosis(studyOf(rows)), after = bestStepDiagnosis(studyOf(rows, longer));
    assert.ok(after.late <= before.late && after.early >= before.early);
    if (after.verdict === "tooShort") assert.equal(before.verdict, "tooShort");
  }));
});
