import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import { epochs, steps } from "../../lib/durations.ts";
import { asPruner, type Pruner } from "../../lib/studies/pruner.ts";
import { pruning } from "../../lib/studies/pruning.ts";
import { bracketOf } from "../../lib/studies/bracket_of.ts";
import { type Recorded, studyRecord } from "./records.ts";

const median: Pruner = { kind: "median", after: steps(10), least: 2 };
const halving: Pruner = { kind: "halving", first: steps(10), eta: 2 };
const hyperband: Pruner = { kind: "hyperband", first: steps(10), eta: 3 };

Deno.test("a verdict says why, with its numbers, and what it supposes about curves that cross", () => {
  const record = studyRecord([
    { values: [3, 2, 0.5] },
    { values: [2, 2, 2] },
    { values: [1, 3, 3] },
    { values: [4, 4], maxSteps: 30, state: "running" },
  ]);
  assert.deepEqual(pruning(median, record, 3, 20), {
    prune: true,
    why: "its best 4 by step 20 is behind the median of 3 others there, 2 (validation.loss)",
    assumed:
      "that it would have stayed behind after step 20, 66.67 % of what it was given: of 3 pairs of trials " +
      "trained to their end 1 crossed after that (33.33 %)",
    crossings: { pairs: 3, crossed: 1 },
  });
  assert.deepEqual(pruning(median, record, 1, 20), {
    prune: false,
    why: "its best 2 by step 20 is not behind the median of 3 others there, 3 (validation.loss)",
    assumed: "",
    crossings: null,
  });
});

Deno.test("where no two trials were trained to their end nothing says how often curves cross", () => {
  const running = { state: "running", maxSteps: 100 } as const;
  const record = studyRecord([{ values: [1], ...running }, { values: [2], ...running }, {
    values: [3],
    ...running,
  }]);
  const { prune, assumed } = pruning(median, record, 2, 10);
  assert.equal(prune, true);
  assert.equal(
    assumed,
    "that it would have stayed behind after step 10, 10 % of what it was given: no two trials were trained to their " +
      "end, so nothing says how often curves cross",
  );
});

Deno.test("too early, too few others and nothing recorded give nobody up, and say so", () => {
  const record = studyRecord([{ values: [1, 1] }, { values: [9, 9] }, { values: [], state: "waiting" }]);
  const cases: [Pruner, number, number, string][] = [
    [{ ...median, after: steps(30) }, 1, 20, "step 20 is before 30 steps"],
    [median, 1, 20, "1 other there, 2 needed"],
    [median, 2, 20, "nothing is recorded up to step 20"],
    [halving, 1, 20, "step 20 is the first past no rung"],
  ];
  for (const [pruner, number, at, why] of cases) {
    assert.deepEqual(pruning(pruner, record, number, at), {
      prune: false,
      why,
      assumed: "",
      crossings: null,
    });
  }
});

Deno.test("what is no number, and a trial that has diverged, count as worst", () => {
  const record = studyRecord([
    { values: [NaN, NaN, NaN], state: "running" },
    { values: [5, 5, 5] },
    { values: [7], state: "diverged", maxSteps: 30 },
    { values: [9], state: "failed", maxSteps: 30 },
    { values: [8, 8, 8] },
  ]);
  assert.match(
    pruning(median, record, 0, 20).why,
    /^no value that is a number by step 20 is behind the median of 3 others/,
  );
  assert.match(pruning(median, record, 4, 20).why, /not behind the median of 3 others there, no number/);
  assert.equal(pruning(median, record, 4, 20).prune, false, "two of three others are worse");
  assert.equal(pruning(halving, record, 0, 10).prune, true);
});

Deno.test("an infinity is no number, whichever way it lies, and the middle of two is one", () => {
  const record = studyRecord([
    { values: [-Infinity] },
    { values: [NaN] },
    { values: [3] },
    { values: [-Infinity], state: "running" },
  ]);
  assert.equal(pruning(median, record, 3, 10).prune, true);
  assert.equal(pruning(median, record, 2, 10).prune, false);
  assert.match(
    pruning({ kind: "percentile", percentile: 25, after: steps(1), least: 1 }, record, 2, 10).why,
    /not behind the line of the worst 25 % of 3 others there, no number/,
  );
});

Deno.test("at a rung the best one in eta of those that came there go on, the first if it is the best yet", () => {
  const values = [5, 4, 6, 3, 7, 2, 4.5, 4.2];
  const verdicts = values.map((_, number) =>
    !pruning(
      halving,
      studyRecord(values.slice(0, number + 1).map((value) => ({ values: [value], maxSteps: 80 }))),
      number,
      10,
    ).prune
  );
  assert.deepEqual(verdicts, [true, true, false, true, false, true, false, true]);
});

Deno.test("a rung is judged once, by the first evaluation at or past it, and the end of a training is none", () => {
  const good: Recorded = { values: [1, 1, 1, 1, 1, 1, 1, 1] },
    bad: Recorded = { values: [9, 9, 9, 9, 9, 9, 9, 9] };
  const record = studyRecord([good, good, bad]);
  const at = [10, 20, 30, 40, 50, 60, 70, 80].filter((step) => pruning(halving, record, 2, step).prune);
  assert.deepEqual(at, [10, 20, 40]);
  const coarse = studyRecord([good, good, { values: [9, 9, 9], every: 25, maxSteps: 80 }]);
  assert.deepEqual([25, 50, 75].filter((step) => pruning(halving, coarse, 2, step).prune), [25, 50]);
});

Deno.test("trials of other batches are compared at the same share of what each is given", () => {
  // 10 passes each: 100 updates of 10 examples, 50 of 20
  const small: Recorded = { values: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], batches: batchPlan(100, 10) };
  const large: Recorded = { values: [6.5, 5, 4, 3, 2], batches: batchPlan(100, 20) };
  const record = studyRecord([small, small, large]);
  const rule: Pruner = { kind: "median", after: epochs(2), least: 2 };
  assert.match(pruning(rule, record, 2, 10).why, /^its best 6.5 by step 10 is not behind .* there, 8 /);
  assert.match(pruning(rule, record, 0, 10).why, /before 2 epochs/);
  const byEpochs: Pruner = { kind: "halving", first: epochs(2), eta: 2 };
  assert.match(
    pruning(byEpochs, record, 0, 20).why,
    /^8 at the rung of step 20 has 1 better of 3 trials there/,
  );
});

Deno.test("Hyperband compares within a bracket, and never gives up a trial of the one that halves nothing", () => {
  const values = (value: number) => Array.from({ length: 81 }, () => value);
  // all of the boldest bracket are worse than any other trial, and yet its best go on
  const given = Array.from(
    { length: 40 },
    (_, number): Recorded => ({ values: values(number + (bracketOf(81, 3, number).s === 4 ? 1_000 : 0)) }),
  );
  const record = studyRecord(given);
  const brackets = Map.groupBy(
    record.trials,
    ({ number }) => /bracket \d/.exec(pruning(hyperband, record, number, 10).why)![0],
  );
  assert.deepEqual([...brackets.keys()].sort(), [
    "bracket 0",
    "bracket 1",
    "bracket 2",
    "bracket 3",
    "bracket 4",
  ]);
  for (const [name, trials] of brackets) {
    const pruned = trials.filter(({ number }): boolean =>
      [10, 30, 90, 270].some((at) => pruning(hyperband, record, number, at).prune)
    );
    if (name === "bracket 0") assert.equal(pruned.length, 0);
    // those that go on are the best of their own bracket, whatever the others have
    else assert.equal(pruned.length, trials.length - Math.max(1, Math.floor(trials.length / 3)), name);
  }
});

Deno.test("what a pruner cannot be is refused in one line", () => {
  const unknownCut = studyRecord([{ values: [1, 2], batches: null, maxSteps: null }, {
    values: [1],
    batches: null,
    maxSteps: null,
  }]);
  const cases: [() => unknown, string][] = [
    [
      () => asPruner("median"),
      'invalid pruner: "median" (as { kind: "median", after: steps(100), least: 5 })',
    ],
    [() => asPruner({ kind: "best" }), 'invalid pruner: "best" (median, percentile, halving or hyperband)'],
    [
      () => asPruner({ kind: "halving", first: 10 }),
      "invalid first: 10 is a bare number; write epochs(10) or steps(10)",
    ],
    [
      () => asPruner({ kind: "halving", first: steps(10), eta: 1 }),
      "invalid eta: 1 (a whole number, at least 2)",
    ],
    [
      () => asPruner({ kind: "median", after: steps(1), least: 0 }),
      "invalid least: 0 (a whole number, at least 1)",
    ],
    [
      () => asPruner({ kind: "percentile", after: steps(1) }),
      "invalid percentile: undefined (from 0 to 100)",
    ],
    [
      () => asPruner({ kind: "percentile", percentile: 101, after: steps(1) }),
      "invalid percentile: 101 (from 0 to 100)",
    ],
    [
      () => asPruner({ kind: "median", first: steps(1) }),
      "unknown option of median: first (has kind, after, least)",
    ],
    [() => pruning(median, unknownCut, 5, 10), "unknown trial: 5 (the study has 2 trials)"],
    [
      () => pruning({ ...median, after: epochs(1) }, unknownCut, 0, 10),
      "invalid after: epochs(1) (in steps: trial 0 does not say how its updates are cut)",
    ],
    [
      () => pruning(hyperband, unknownCut, 0, 10),
      "invalid pruner: hyperband (nothing says how many steps trial 0 is given)",
    ],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
  assert.deepEqual(asPruner({ kind: "hyperband", first: steps(10) }), {
    kind: "hyperband",
    first: steps(10),
    eta: 3,
  });
  assert.deepEqual(asPruner({ kind: "median", after: steps(10) }), {
    kind: "median",
    after: steps(10),
    least: 5,
  });
});
