import assert from "node:assert/strict";
import fc from "fast-check";
import type { StudyRow, TrialRow } from "../../lib/store/study_store.ts";
import { logUniform } from "../../lib/studies/space.ts";
import { studyEnd } from "../../lib/studies/study_end.ts";
import { studyPace } from "../../lib/studies/study_pace.ts";
import { barText, bestFirst, standingLines, standingText } from "../../lib/studies/study_text.ts";
import type { TrialState } from "../../lib/studies/study_record.ts";

const NONE = { waiting: 0, running: 0, done: 0, stopped: 0, pruned: 0, diverged: 0, failed: 0 };
const row = (counts: Partial<StudyRow["counts"]>, changes: Partial<StudyRow> = {}): StudyRow => ({
  name: "rates",
  plan: "{}",
  metric: "validation.loss",
  mode: "min",
  created: 0,
  updated: 0,
  paused: false,
  counts: { ...NONE, ...counts },
  steps: 0,
  maxSteps: 1000,
  ...changes,
});
const trial = (
  number: number,
  state: TrialState,
  value: number | null,
  changes: Partial<TrialRow> = {},
): TrialRow => ({
  number,
  name: `trial ${number}`,
  parameters: { "schedule.rate": 0.00312345, batch: 32 },
  seed: 0,
  maxSteps: 100,
  state,
  because: "",
  run: null,
  worker: null,
  token: 0,
  began: null,
  ended: state === "waiting" || state === "running" ? null : 1,
  step: 50,
  best: value === null ? null : { value, step: 40 },
  ...changes,
});

Deno.test("a bar has one length, and each kind of trials that there is", () => {
  assert.equal(
    barText(row({ done: 10, failed: 1, running: 2, waiting: 7 })),
    "████████████████████××▒▒▒▒░░░░░░░░░░░░░░",
  );
  const count = fc.nat(10_000);
  fc.assert(fc.property(count, count, count, count, (done, diverged, running, waiting) => {
    const bar = barText(row({ done, diverged, running, waiting }));
    assert.equal(bar.length, 40);
    for (const [drawn, trials] of [["█", done], ["×", diverged], ["▒", running], ["░", waiting]] as const) {
      if (done + diverged + running + waiting > 0) assert.equal(bar.includes(drawn), trials > 0);
    }
  }));
});

Deno.test("trials come best first by the study's mode, those without a value last", () => {
  const trials = [
    trial(0, "failed", null),
    trial(1, "done", 0.5),
    trial(2, "done", 0.2),
    trial(3, "done", 0.5),
  ];
  assert.deepEqual(bestFirst(trials, "min").map(({ number }) => number), [2, 1, 3, 0]);
  assert.deepEqual(bestFirst(trials, "max").map(({ number }) => number), [1, 3, 2, 0]);
});

Deno.test("how a study stands is told with its pace and the time left, on lines that fit the terminal", () => {
  let now = 0;
  const pace = studyPace(() => now);
  const first = [trial(0, "done", 0.25), trial(1, "running", null), trial(2, "waiting", null, { step: 0 })];
  pace.standing({
    study: row({ done: 1, running: 1, waiting: 1 }, { steps: 150 }),
    changed: first,
    workers: [7],
  });
  now = 5;
  const changed = [trial(1, "running", 0.125, { step: 70 })];
  const study = row({ done: 1, running: 1, waiting: 1 }, { steps: 250 });
  const standing = pace.standing({ study, changed, workers: [7] });
  assert.deepEqual([standing.pace, standing.left, standing.best?.number], [20, 130, 1]);
  assert.equal(
    standingText(standing),
    "rates: 1 done, 1 running, 1 waiting; best validation.loss 0.125 at step 40 of trial 1 (schedule.rate 0.003123, batch 32); 1 worker, 20 updates/s, 6.5 s left at most",
  );
  for (const line of standingLines(standing, 60)) assert.ok(line.length < 60, line);
});

Deno.test("a study ends well, or says what became of its trials and what to do", () => {
  const space = { "schedule.rate": logUniform(1e-4, 10) };
  const end = (...states: TrialState[]) => {
    const trials = states.map((state, i) => trial(i, state, null, { because: "no such op" }));
    const counts = Object.fromEntries(
      states.map((state) => [state, states.filter((s) => s === state).length]),
    );
    return studyEnd(row(counts), trials, space);
  };
  assert.deepEqual(end("done", "diverged", "pruned"), { code: 0, lines: [] });
  assert.deepEqual(end("diverged", "diverged"), {
    code: 1,
    lines: [
      "all 2 trials of rates diverged: rates that are too high are the usual cause (schedule.rate was 0.0001 to 10); search lower ones, warm up, or clip gradients",
    ],
  });
  assert.deepEqual(end("done", "failed", "failed"), {
    code: 1,
    lines: [
      "2 of 3 trials failed, trial 1 by: no such op (plateau study retry rates lets them wait again)",
    ],
  });
  assert.deepEqual(studyEnd(row({ waiting: 2 }, { paused: true, name: "a b" }), [], space), {
    code: 0,
    lines: ["paused: plateau study resume 'a b' goes on"],
  });
});

Deno.test("a study that no worker here trains says what is known of it, and never that nobody trains it", () => {
  const standing = { best: null, workers: 0, pace: 0, left: 700 };
  const tail = (changes: Partial<typeof standing>) =>
    standingText({ row: row({ waiting: 2 }), ...standing, ...changes }).split("; ").at(-1);
  assert.equal(tail({}), "no update seen yet");
  assert.equal(tail({ left: 0 }), "nothing is left to train");
  assert.equal(tail({ pace: 70 }), "70 updates/s, 10 s left at most");
});
