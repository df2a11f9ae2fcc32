/** The notebooks from the command line: their values, their cells and what they find. */
import assert from "node:assert/strict";
import { readInitialSteps } from "../../../lib/studies/procedures/initial_steps.ts";
import type { StudyRecord } from "../../../lib/studies/study_record.ts";
import type { TrainingEvent } from "../../../lib/training/event.ts";
import { FINDINGS } from "./findings.ts";
import { finding, ran } from "./ran.ts";

const stepsOf = (runs: readonly TrainingEvent[]): number[] => runs.map(({ at }) => at.step);

Deno.test("why training was skipped: a cap on the saved step, met, below and above, and as it goes wrong", async () => {
  const run = await ran("why_training_was_skipped.ts");
  const { first, interrupted, atCap, aboveCap, belowCap, raised, thisMuchMore } = run.values;
  assert.deepEqual(stepsOf([first, interrupted]), [500, 320]);
  assert.deepEqual(stepsOf([atCap, aboveCap, belowCap, raised, thisMuchMore]), [500, 500, 500, 750, 750]);
  assert.deepEqual(atCap.outcome.alreadyComplete, { by: "cap", have: 500, cap: 500, unit: "steps" });
  assert.deepEqual(aboveCap.outcome.alreadyComplete, { by: "cap", have: 500, cap: 450, unit: "steps" });
  const { resumed, extended, inParts } = run.values;
  for (const { differ, numbers } of [resumed, extended, inParts]) {
    assert.equal(differ, 0);
    assert.ok(numbers > 1000, `${numbers} numbers compared`);
  }
  const { converted, ownCount, inLoop, refused, warning, thrown } = run.values;
  // 34 whole batches an epoch and a short one: 15 epochs are 525 updates
  assert.equal(converted.at.step, 15 * 35);
  assert.deepEqual(stepsOf([ownCount, inLoop.refitted, inLoop.goneOn]), [820, 1, 500]);
  assert.match(refused, /^unknown field of train: max_steps \(has model, /);
  assert.match(warning.message, /^nothing to train: reached 500 of 500 steps$/);
  assert.match(thrown, /^nothing to train: reached 500 of 500 steps \(raise the cap, /);
  assert.match(finding(run), /makes 0 updates.*missing 180 and ends bit-equal.*820/);
});

Deno.test("global step: one training under three loops, and what reads the counter wrong", async () => {
  const run = await ran("global_step.ts");
  const { loops, same, meant, byCriterion, mixed, late, resumed, local, rate, uncut, begunAnew } = run.values;
  const [byEpochs, early, bySteps] = stepsOf(loops);
  assert.deepEqual([byEpochs, bySteps], [15 * 35, 700]);
  assert.ok(early < 3000, "early stopping ends before the limit");
  assert.equal(loops[1].outcome.reason, "stopped");
  assert.match(loops[1].outcome.path, /plateau/);
  assert.equal(same.differ, 0);
  assert.ok(same.numbers > 2000, `${same.numbers} numbers compared`);
  assert.deepEqual(stepsOf([meant, byCriterion, late, mixed]), [early, early, early + 35, 3000]);
  assert.deepEqual(stepsOf([resumed, local]), [700, 420 + 700]);
  assert.equal(uncut.differ, 0);
  assert.ok(uncut.numbers > 1400, `${uncut.numbers} numbers compared`);
  const anew = begunAnew.trajectory.updates.rate;
  assert.deepEqual([anew[419], anew[420]], [rate[419], rate[0]]);
  assert.ok(Math.abs(rate[420] - 1e-2 * 0.5 ** (420 / 700)) < 1e-9, `rate ${rate[420]} at update 420`);
  assert.match(
    finding(run),
    /one training, bit for bit.*has not ended early stopping by step 3,000 \(two units\).* at step 910.*1,120 instead of 700/,
  );
});

Deno.test("how many epochs: early stopping fits every rate, and four mistakes cost what they say", async () => {
  const run = await ran("how_many_epochs.ts");
  const { summaries, called, inTime, late, lastKept, bestKept, fedTraining, fedValidation } = run.values;
  type Summary = { policy: string; regret: number };
  const worst = (policy: string) =>
    Math.max(...summaries.map((rate: Summary[]) => rate.find((entry) => entry.policy === policy)!.regret));
  assert.ok(worst("Fixed epochs") > 0.01, `${worst("Fixed epochs")}`);
  assert.ok(worst("Early stopping") < 0.005, `${worst("Early stopping")}`);

  const epochsOf = (runs: readonly TrainingEvent[]) => runs.map(({ at }) => at.epoch);
  assert.deepEqual(epochsOf([called.byEpochs, called.repeated]), [20, 100]);
  const { reason, alreadyComplete } = called.stopped.outcome;
  assert.deepEqual([reason, alreadyComplete.by], ["alreadyComplete", "verdict"]);
  // each of the five calls waits out its patience anew, from its own first evaluation
  assert.ok(called.forgetful.at.epoch >= called.stopped.at.epoch + 3 * 6, `${called.forgetful.at.epoch}`);

  assert.equal(inTime.at.epoch, called.stopped.at.epoch);
  assert.equal(late.at.epoch, inTime.at.epoch + 1);
  const keptEpoch = (training: TrainingEvent) => training.outcome!.kept!.epoch;
  for (const training of [inTime, late, lastKept]) assert.equal(keptEpoch(training), training.at.epoch);
  assert.equal(keptEpoch(bestKept), bestKept.at.epoch - 5);
  const kept = (training: TrainingEvent) => training.outcome!.kept!.metrics["validation.loss"];
  assert.ok(kept(bestKept) < kept(lastKept));

  type Row = readonly { value?: number }[];
  const rows: readonly Row[] = run.values.patienceTable.rows;
  const shown = rows.map((row) => row.map(({ value }) => value!));
  assert.deepEqual(shown.map(([patience]) => patience), [5, 20, 60]);
  for (const [, last, best] of shown) assert.ok(best < last, `${best} kept, ${last} at the end`);
  const [, , [, , , testLast, testBest, seedsLower]] = shown;
  assert.ok(testBest < testLast && seedsLower >= 4, `test loss ${testBest} against ${testLast}`);

  assert.equal(fedTraining.cuts.length, 0);
  assert.ok(fedValidation.cuts.length > 0);
  assert.match(finding(run), /5 calls of fit train 100 epochs where 20 were meant/);
});

Deno.test("how many steps: the first number, its border, the length that is enough, and what moves it", async () => {
  const run = await ran("how_many_steps.ts");
  const { answers, initial, recorded, byLength, curves, effects, moves, held, bands } = run.values;
  const refused = answers.filter(({ said }: { said: string }) => said !== "accepted");
  assert.deepEqual(refused.map(({ path }: { path: string }) => path), [
    ...["max_train_steps", "budget", "schedule.horizon", "seed"],
  ]);
  const [wide, narrow] = [initial.wideSweep, initial.narrowSweep].map((sweep: StudyRecord) =>
    readInitialSteps(sweep)
  );
  assert.deepEqual([wide.by, wide.border?.side, narrow.border?.side], ["told", null, "max"]);
  assert.ok(narrow.steps! > 1.3 * wide.steps!, `${narrow.steps} against ${wide.steps}`);
  assert.ok(recorded.trials.every(({ state }: { state: string }) => state === "done"));
  const verdicts = byLength.map(({ best }: { best: { verdict: string } }) => best.verdict);
  assert.deepEqual([verdicts[0], verdicts.at(-1)], ["tooShort", "longEnough"]);
  const kept = byLength.map(({ kept }: { kept: { best: { value: number } } }) => kept.best.value);
  assert.deepEqual(kept, kept.toSorted((a: number, b: number) => b - a), "more steps never keep less");
  assert.ok(bands.length >= 20 && held > 0.7 * bands.length, `${held} of ${bands.length} bands held`);
  assert.deepEqual(curves.map(({ metric }: { metric: string }) => metric), [
    ...["validation.loss", "validation.accuracy", "validation.f1", "validation.rocAuc"],
  ]);
  const [batch, dropout, noise] = effects.effects.map(({ groups }: { groups: { steps: number }[] }) =>
    groups.map(({ steps }) => steps)
  );
  assert.ok(
    batch[0] > batch[2] && dropout[1] > dropout[0] && noise[1] > noise[0],
    `${[batch, dropout, noise]}`,
  );
  assert.deepEqual(moves.map(({ moved }: { moved: unknown[] }) => moved.length > 0), [
    ...[true, true, true, true, true, false, false],
  ]);
  assert.match(finding(run), FINDINGS["how_many_steps.ts"]);
});

Deno.test("two rounds: short trainings hand on what transfers, and a schedule that merely goes on wastes them", async () => {
  const run = await ran("two_rounds.ts");
  const { planned, transfers, pitfalls, trained, once, byRounds, atOnce, firstAlone } = run.values;
  assert.deepEqual(planned.map(({ steps, trials }: { steps: number; trials: number }) => [trials, steps]), [
    ...[[12, 200], [3, 2000]],
  ]);
  assert.deepEqual(transfers.map(({ round }: { round: number | null }) => round), [null, 2, 2, 2, 2]);
  const [linear, linearOn, cosine, cosineOn] = pitfalls;
  assert.ok(linear.tiny < 0.01 && linearOn.tiny > 0.85, `${linear.tiny}, ${linearOn.tiny}`);
  assert.ok(cosine.tiny < 0.25 && cosineOn.tiny > 0.85, `${cosine.tiny}, ${cosineOn.tiny}`);
  assert.ok(linear.kept.best < 0.7 * linearOn.kept.best, `${linear.kept.best}, ${linearOn.kept.best}`);
  assert.ok(cosine.kept.best < 0.7 * cosineOn.kept.best, `${cosine.kept.best}, ${cosineOn.kept.best}`);
  const [first, last]: StudyRecord[] = trained;
  const best = first.trials[firstAlone.best.number].parameters;
  const peaks = last.trials.map(({ parameters }) => (parameters["schedule.peak"] as number));
  const factors = peaks.map((peak) => peak / (best["schedule.peak"] as number));
  assert.deepEqual(factors.map((factor) => +factor.toFixed(3)), [0.111, 0.333, 1]);
  assert.deepEqual([byRounds.trials, byRounds.updates, atOnce.updates], [15, 8400, 8000]);
  assert.equal(once.trials.length, 4);
  assert.ok(byRounds.best.value < firstAlone.best.value, "the long round is better than the short one");
  assert.match(finding(run), FINDINGS["two_rounds.ts"]);
});

Deno.test("your curves: the sample is read, diagnosed and judged", async () => {
  const run = await ran("your_curves.ts");
  const { logs, group, diagnoses, report } = run.values;
  assert.deepEqual([logs.runs.length, logs.warnings.length, group.metric], [8, 0, "validation.loss"]);
  const kinds = diagnoses.map(({ kind }: { kind: string }) => kind);
  assert.deepEqual(kinds.slice(4), Array(4).fill("overfits"), "the higher rate is past its best");
  assert.ok(!kinds.slice(0, 4).includes("overfits"), "the lower one is not");
  assert.ok(report.policies.length > 20, `${report.policies.length} policies`);
  assert.match(
    finding(run),
    /would have stopped at step [\d,]+ of 1,080 \(median of 8 runs\).*saved \d+% of the updates/,
  );
});

Deno.test("epochs, steps, plateau: three rules on one recording, and a fork of it", async () => {
  const run = await ran("epochs_steps_plateau.ts");
  const { recordings, forks, judgements, summary, matrix } = run.values;
  assert.deepEqual(stepsOf(recordings), [3000, 3000, 3000]);
  for (const fork of forks) assert.ok(fork.forked.step > 0 && fork.at.step === 3000);
  assert.deepEqual(judgements.map((seed: unknown[]) => seed.length), [4, 4, 4]);
  const row = (policy: string) => summary.find((entry: { policy: string }) => entry.policy === policy)!;
  assert.ok(row("Early stopping").worstRegret < 0.02, `${row("Early stopping").worstRegret}`);
  assert.ok(row("Early stopping").computeSaved > 0.5, `${row("Early stopping").computeSaved}`);
  assert.equal(matrix.flat().reduce((sum: number, images: number) => sum + images, 0), 3 * 400);
  assert.match(finding(run), FINDINGS["epochs_steps_plateau.ts"]);
});
