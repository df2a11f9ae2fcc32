import assert from "node:assert/strict";
import fc from "fast-check";
import { doctor } from "../../../lib/studies/procedures/doctor.ts";
import { lostFinding, lostTrials } from "../../../lib/studies/procedures/lost_trials.ts";
import { tinyRate, tinyRateFinding } from "../../../lib/studies/procedures/tiny_rate.ts";
import { isLength, tunedLengthFinding } from "../../../lib/studies/procedures/tuned_length.ts";
import type { StudyRecord } from "../../../lib/studies/study_record.ts";
import { bestAt, studyFrom, type TrialFrom, upsideDown } from "./study_from.ts";

const kinds = (study: StudyRecord) => doctor(study).map(({ kind }) => kind);
const rates = (count: number) => Array.from({ length: count }, (_, i) => 10 ** (-4 + 3 * i / (count - 1)));

const CASES: readonly (readonly [what: string, first: string, trials: readonly TrialFrom[]])[] = [
  ["far too long", "farTooLong", [0, 1, 1].map((row) => ({ losses: bestAt(row) }))],
  ["too short", "tooShort", [18, 19, 19].map((row) => ({ losses: bestAt(row) }))],
  ["diverged in all trials", "lost", [1, 2, 3].map(() => ({ losses: [1, NaN], state: "diverged" as const }))],
  [
    "tuned in its length",
    "tunedLength",
    [100, 200, 300].map((max) => ({ losses: bestAt(9), parameters: { max_steps: max } })),
  ],
  [
    "still better at the border",
    "onBorder",
    rates(13).map((rate, i) => ({ losses: bestAt(9, 20, 1 - i / 20), parameters: { rate } })),
  ],
  ["of one trial", "tooFew", [{ losses: bestAt(9) }]],
  ["without a trial", "tooFew", []],
];
for (const [what, first, trials] of CASES) {
  Deno.test(`of a study that is ${what} that is told first`, () => {
    const findings = doctor(studyFrom(trials));
    assert.equal(findings[0].kind, first);
    assert.ok(findings.length <= 5);
    for (const { text, action, changes, figure } of findings) {
      assert.match(text, /\d.*\.$/s, "a sentence with a number");
      assert.match(action, /^[A-Z][a-z]+ .*\.$/, "an action begins with a verb");
      assert.ok(changes >= 0 && changes <= 1);
      assert.ok((figure.empty ?? figure.text(100)).length > 0);
      assert.ok(figure.alt.length > 0);
    }
  });
}
Deno.test("of many trials a few whole curves are enough, and each finding says of how many it speaks", () => {
  const study = studyFrom(Array.from({ length: 12 }, () => ({ losses: bestAt(18) })));
  const of = (findings: ReturnType<typeof doctor>) => new Map(findings.map((each) => [each.kind, each.of]));
  const all = of(doctor(study)),
    some = of(doctor(study, { curves: { ...study, trials: study.trials.slice(0, 4) } }));
  assert.deepEqual([all.get("tooShort"), some.get("tooShort")], [12, 12]);
  const ofCurves = [...some].filter(([, trials]) => trials === 4).map(([kind]) => kind);
  assert.ok(ofCurves.length > 0);
  for (const kind of ofCurves) assert.equal(all.get(kind), 12);
});
Deno.test("no two findings say the opposite of the same length", () => {
  const improving = Array.from({ length: 20 }, (_, i) => 1 / (1 + i));
  const helped = kinds(studyFrom([
    ...[1, 2, 3].map((by) => ({ losses: improving.map((loss) => loss / by) })),
    ...[4, 5, 6, 7].map(() => ({ losses: bestAt(9, 20, 5) })),
  ]));
  assert.ok(helped.includes("computeBound") && !helped.includes("longEnough"), helped.join());
  fc.assert(fc.property(fc.array(fc.nat(19), { minLength: 3, maxLength: 9 }), (rows) => {
    const found = kinds(studyFrom(rows.map((row) => ({ losses: bestAt(row) }))));
    assert.ok(!(found.includes("computeBound") && found.includes("longEnough")));
    assert.ok(!(found.includes("notComputeBound") && found.includes("tooShort")));
  }));
});
Deno.test("a finding's figure draws at both widths", () => {
  for (const [, , trials] of CASES) {
    for (const { figure } of doctor(studyFrom(trials))) {
      for (const size of [{ width: 800, narrow: false }, { width: 400, narrow: true }]) {
        if (figure.empty === undefined) assert.equal(figure.options(size).marks!.length > 0, true);
      }
    }
  }
});

const trial = fc.record({
  losses: fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }).map((n) => n / 8), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 12,
  }),
  parameters: fc.record({ rate: fc.constantFrom(0.1, 0.2, 0.4), batch: fc.constantFrom(16, 32) }),
  state: fc.constantFrom("done" as const, "pruned" as const, "stopped" as const, "diverged" as const),
});
Deno.test("at most five findings, in the order of what they would change; the same in another order and scaled", () => {
  fc.assert(
    fc.property(fc.array(trial, { maxLength: 8 }), fc.constantFrom(0.5, 8), (trials, by) => {
      const study = studyFrom(trials),
        findings = doctor(study),
        changes = findings.map(({ changes }) => changes);
      assert.ok(findings.length >= 1 && findings.length <= 5);
      assert.deepEqual(changes, changes.toSorted((a, b) => b - a));
      const facts = (study: StudyRecord) =>
        doctor(study).map(({ kind, changes, text }) => ({ kind, changes, text }));
      assert.deepEqual(facts({ ...study, trials: study.trials.toReversed() }), facts(study));
      assert.deepEqual(kinds(upsideDown(study, by)), kinds(study));
    }),
    { numRuns: 60 },
  );
});
Deno.test("what is found is data: it survives JSON", () => {
  const study = studyFrom([18, 19, 19].map((row) => ({ losses: bestAt(row) })));
  for (const { figure: _, ...finding } of doctor(study)) {
    assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding);
  }
});

Deno.test("lost trials are told with the parameter beyond which they lie", () => {
  const study = studyFrom(
    rates(6).map((rate, i) => ({
      losses: i < 4 ? [1, 0.5] : [1, NaN],
      parameters: { rate, layers: i % 2 },
      state: i < 4 ? "done" : "diverged",
    })),
  );
  const found = lostTrials(study);
  assert.deepEqual([found.lost, found.beyond!.parameter, found.beyond!.side, found.beyond!.lost], [
    [4, 5],
    "rate",
    "above",
    2,
  ]);
  assert.match(lostFinding(found)!.text, /^2 of 6 trials diverged .*; 2 of them with rate above 0.00630957/);
});
Deno.test("updates after the peak at less than a tenth of it are counted, those of a warm-up are not", () => {
  const study = studyFrom([{ losses: bestAt(9, 10) }]), [one] = study.trials;
  const withRates = (rate: (i: number) => number): StudyRecord => {
    const { updates } = one.trajectory, made = Float64Array.from(updates.rate, (_, i) => rate(i));
    return {
      ...study,
      trials: [{ ...one, trajectory: { ...one.trajectory, updates: { ...updates, rate: made } } }],
    };
  };
  assert.equal(tinyRate(withRates((i) => i < 50 ? 1 : 0.01)).median, 0.5);
  assert.equal(tinyRate(withRates((i) => Math.min(1, i / 80))).median, 0);
  assert.equal(tinyRate(withRates(() => NaN)).median, null);
  assert.match(tinyRateFinding(tinyRate(withRates((i) => i < 50 ? 1 : 0.01)))!.text, /^50% of the updates/);
  assert.equal(tinyRateFinding(tinyRate(withRates((i) => 1 - i / 100))), null, "a linear decay is none");
});
const NAMES: readonly (readonly [name: string, is: boolean])[] = [
  ["max_steps", true],
  ["maxTrainSteps", true],
  ["trainer.max_epochs", true],
  ["num_train_epochs", true],
  ["schedule.horizon", true],
  ["epochs", true],
  ["eval_steps", false],
  ["warmup_steps", false],
  ["batch", false],
];
for (const [name, is] of NAMES) {
  Deno.test(`${name} ${is ? "is" : "is not"} the length of a training`, () =>
    assert.equal(isLength(name), is));
}
Deno.test("a length that is the same in all trials was not tuned", () => {
  assert.equal(
    tunedLengthFinding(studyFrom([1, 2].map(() => ({ losses: [1], parameters: { epochs: 3 } })))),
    null,
  );
});
