import assert from "node:assert/strict";
import type { TrialRow } from "../../lib/store/study_store.ts";
import { bestTrials } from "../../server/client/study_curves.ts";
import { studyFigures } from "../../server/client/study_figures.ts";
import { trialsSearchOf, trialsShown, trialsStateOf } from "../../server/client/trials_view.ts";
import { bestText, parametersText, progressText, rateText } from "../../server/client/study_words.ts";
import { bestTrial, type StudyHead } from "../../server/study_summary.ts";

const trial = (number: number, value: number | null, given: Partial<TrialRow> = {}): TrialRow => ({
  number,
  name: `trial ${number}`,
  parameters: { "schedule.rate": 10 ** -number, batch: number % 2 ? 16 : 32 },
  seed: 0,
  maxSteps: 100,
  step: 100,
  best: value === null ? null : { value, step: 90 },
  state: "done",
  because: "maxSteps",
  run: `r${number}`,
  worker: null,
  token: 1,
  began: 0,
  ended: 1000 * number,
  ...given,
});
const TRIALS = [
  trial(1, 0.5),
  trial(2, 0.2),
  trial(3, null, { state: "waiting", step: 0, run: null, began: null, ended: null }),
  trial(10, 0.9, { state: "pruned", because: "behind the median" }),
];
const head: StudyHead = {
  name: "a",
  metric: "validation.loss",
  mode: "min",
  created: 0,
  updated: 0,
  paused: false,
  counts: { waiting: 1, running: 0, done: 2, stopped: 0, pruned: 1, diverged: 0, failed: 0 },
  steps: 300,
  maxSteps: 400,
  best: bestTrial(TRIALS, "min"),
  rate: null,
  space: null,
};

Deno.test("trials are filtered by words, states and parameters, and sorted by any column", () => {
  const cases: [search: string, numbers: number[]][] = [
    ["", [2, 1, 10, 3]],
    ["?sort=-best", [10, 1, 2, 3]],
    ["?sort=trial", [1, 2, 3, 10]],
    ["?sort==schedule.rate", [10, 3, 2, 1]],
    ["?sort=-took", [10, 2, 1, 3]],
    ["?sort=nonsense", [2, 1, 10, 3]],
    ["?filter=state:pruned", [10]],
    ["?filter=rate<0.05", [2, 10, 3]],
    ["?filter=batch=16+best<1", [1]],
    ["?filter=median", [10]],
  ];
  for (const [search, numbers] of cases) {
    const { rows, faults } = trialsShown(TRIALS, trialsStateOf(search), "min");
    assert.deepEqual([rows.map(({ number }) => number), faults], [numbers, []], search);
  }
  assert.deepEqual(trialsShown(TRIALS, trialsStateOf(""), "max").rows[0].number, 10);
  const among = trialsShown(TRIALS, trialsStateOf(""), "min", new Set([1, 3]));
  assert.deepEqual(among.rows.map(({ number }) => number), [1, 3]);
  const wrong = trialsShown(TRIALS, trialsStateOf("?filter=state:exhausted"), "min");
  assert.match(wrong.faults[0], /^unknown state: exhausted \(has waiting, /);
});

Deno.test("the address holds the filter and the order", () => {
  for (const search of ["", "?filter=state%3Apruned", "?sort=-best", "?filter=a+b&sort=%3Dschedule.rate"]) {
    assert.equal(trialsSearchOf(trialsStateOf(search)), search);
  }
});

Deno.test("a study is said in words with its units", () => {
  assert.equal(bestText(head), "0.200 at step 90");
  assert.equal(bestText({ best: null }), null);
  assert.equal(parametersText(head.best!.parameters), "schedule.rate 0.01, batch 32");
  assert.equal(progressText(head), "3 of 4 trials ended");
  const rate = { trialsPerMinute: 2, updatesPerMinute: 1234 };
  const going = { ...head, counts: { ...head.counts, running: 1 }, rate };
  assert.equal(progressText(going), "3 of 5 trials ended (75% of the steps), 1:00 left");
  assert.equal(progressText({ ...going, paused: true }), "3 of 5 trials ended (75% of the steps)");
  assert.equal(rateText(rate), "2 trials and 1.23k updates a minute");
  assert.equal(rateText({ trialsPerMinute: 1, updatesPerMinute: 0 }), "1 trial and 0 updates a minute");
});

Deno.test("the best trials that have a curve are drawn, and the figures that no finding shows", () => {
  assert.deepEqual(bestTrials(TRIALS, head, 2).map(({ number }) => number), [2, 1]);
  const names = (...args: Parameters<typeof studyFigures>) => studyFigures(...args).map(({ name }) => name);
  const parameters = ["schedule.rate", "batch"];
  assert.deepEqual(names(head, TRIALS, parameters, []), [
    "best steps",
    "results by schedule.rate",
    "results by batch",
  ]);
  const border = { parameter: "batch", min: 16, max: 32, log: false };
  assert.deepEqual(
    names(head, TRIALS, parameters, [{ chart: "bestSteps" }, { chart: "results", border }]),
    ["results by schedule.rate"],
  );
});
