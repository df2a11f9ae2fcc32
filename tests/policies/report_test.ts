import assert from "node:assert/strict";
import { best } from "../../lib/criteria/best.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { evaluations } from "../../lib/durations.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { reportOn } from "../../lib/policies/report.ts";
import { recorded } from "../curves/recordings.ts";

const select = best("validation.loss", "min");
const patience = (count: number): Policy => ({
  name: `Patience ${count}`,
  stop: plateau({ metric: "validation.loss", mode: "min", patience: evaluations(count) }),
  select,
});
/** Falls to its best at evaluation 10 of 20, then rises; a bump at 5 fools who waits for one evaluation only. */
const overfits = (seed: number, shift = 0) =>
  recorded({
    seed,
    losses: Array.from({ length: 20 }, (_, i) => 1 + Math.abs(i - 9) / 10 + (i === 4 ? 0.2 : 0) + shift),
  });
const falls = (seed = 0) => recorded({ seed, losses: Array.from({ length: 20 }, (_, i) => 2 - i / 20) });
const said = (trajectories: Trajectory[], policies?: Policy[]) =>
  reportOn(trajectories, { policies, files: trajectories.length }).advice;

Deno.test("where a policy saves updates and loses nothing, the advice is to take it", () => {
  const four = [0, 1, 2, 3].map((seed) => overfits(seed, seed / 1_000));
  const { advice, chosen, alike, held } = reportOn(four, { policies: [1, 2, 3].map(patience), files: 4 });
  assert.deepEqual([chosen, alike], ["Patience 2", true]);
  assert.deepEqual([held!.splits, held!.ownRegret, held!.chosen], [6, 0, [{
    policy: "Patience 2",
    share: 1,
  }]]);
  assert.deepEqual(advice, {
    kind: "stop",
    policy: "Patience 2",
    text:
      "Patience 2 would have stopped at step 120 of 200 (median of 4 runs), kept the best validation.loss of the whole " +
      "run and saved 40% of the updates; chosen on half of the runs, all 6 ways, the choice lost 0 of validation.loss " +
      "and saved 40% on the other half (Patience 2 100% of the time) (4 runs, 80 evaluations, 4 files).",
  });
});

Deno.test("of one run it is hindsight, and a length that suits it is not advised", () => {
  const { advice } = reportOn([overfits(0)]);
  assert.equal(advice.policy, "Patience 2");
  assert.match(
    advice.text,
    /this is hindsight on one run, so expect less of the next \(1 run, 20 evaluations\)\.$/,
  );
});

Deno.test("where nothing saves for nothing, the advice is to train on, with what the least saving costs", () => {
  const half = { name: "Half", stop: maxSteps(100), select };
  assert.deepEqual(said([falls(), falls(1)], [half, patience(2)]), {
    kind: "trainOn",
    policy: null,
    text:
      "Train on: no policy saves updates without a loss; validation.loss was lowest in the last tenth of 2 of 2 runs; " +
      "the least that a saving costs: Half loses 0.5 and saves 50% (2 runs, 40 evaluations, 2 files).",
  });
  assert.match(said([falls()], [half]).text, /as far as one run tells in hindsight/);
});

Deno.test("runs that differ in more than chance give nothing up", () => {
  const unlike = [overfits(0), overfits(1, 5)], hasty = patience(1);
  assert.equal(reportOn(unlike, { policies: [hasty] }).alike, false);
  assert.equal(said(unlike, [hasty]).kind, "trainOn");
  assert.match(
    said(unlike, [patience(2)]).text,
    /too few to check it on others; the runs differ by more than chance/,
  );
});

Deno.test("a policy that goes on past a recording is counted there as trained to its end", () => {
  const mixed = [overfits(0), overfits(1), recorded({ losses: [1.9, 1.5, 1.2, 1] })];
  const { policies: [policy], advice } = reportOn(mixed, { policies: [patience(2)] });
  assert.deepEqual([policy.censored, policy.runs, policy.ownRegret?.of, policy.onFrontier], [1, 3, 2, false]);
  assert.match(
    advice.text,
    /on 1 of 3 it would have gone on past the recording, and counts as trained to its end/,
  );
});

Deno.test("each policy is told in every unit, with bands over the runs that it was judged on", () => {
  const three = [overfits(0), overfits(1, 0.3), overfits(2, 0.1)];
  const { policies: [policy], runs, spacing, judgements } = reportOn(three, { policies: [patience(1)] });
  assert.deepEqual(policy.at, { step: 50, epoch: 5, examples: 500, evaluations: 5, seconds: 5 });
  assert.deepEqual(policy.ownRegret?.median.toFixed(6), "0.600000");
  assert.deepEqual(policy.regret && [policy.regret.low, policy.regret.high].map((each) => each.toFixed(2)), [
    "0.60",
    "0.90",
  ]);
  assert.deepEqual([policy.ownSaved?.median, policy.worstOwnRegret?.toFixed(2)], [0.75, "0.60"]);
  assert.deepEqual(runs[1].best, { step: 100, value: 1.3 });
  assert.deepEqual([spacing?.per.steps, spacing?.per.examples], [10, 100]);
  assert.deepEqual(judgements.map(([each]) => each.at?.step), [50, 50, 50]);
});

Deno.test("one that stops before the first evaluation keeps nothing, and is never chosen", () => {
  const early = { name: "Early", stop: maxSteps(5), select };
  const { policies: [policy], chosen } = reportOn([overfits(0)], { policies: [early] });
  assert.deepEqual([policy.keptNothing, policy.kept, policy.onFrontier, chosen], [1, null, false, null]);
});

Deno.test("where every policy would have gone on, nothing is advised", () => {
  assert.deepEqual(said([falls()], [patience(30), { name: "Long", stop: maxSteps(500), select }]), {
    kind: "none",
    policy: null,
    text:
      "Nothing can be advised: every policy would have gone on past the recording (1 run, 20 evaluations, 1 file).",
  });
});

Deno.test("a metric that was never finite, and no run at all, say that nothing can be advised", () => {
  assert.deepEqual(said([recorded({ losses: [NaN, NaN] })]).kind, "none");
  assert.deepEqual(said([]).kind, "none");
});

Deno.test("values that are no numbers are part of the evidence", () => {
  const broken = recorded({ losses: [3, 2, 1, 2, NaN, Infinity, NaN, NaN] });
  const { runs, advice } = reportOn([broken], { policies: [patience(1)] });
  assert.equal(runs[0].notFinite, 4);
  assert.match(advice.text, /\(1 run, which diverged, 8 evaluations, 4 of them not finite\)\.$/);
  const four = [broken, falls(), overfits(1), overfits(2)];
  assert.match(
    said(four, [patience(1)]).text,
    /\(4 runs, 1 of them diverged, 68 evaluations, 4 of them not finite, 4 files\)\.$/,
  );
});

Deno.test("where runs have too few evaluations for a course, nothing is advised", () => {
  const short = (count: number) => recorded({ losses: [4, 3, 2, 1].slice(0, count) });
  assert.equal(
    said([short(3), short(1)], [patience(1)]).text,
    "Nothing can be advised: fewer than 4 evaluations a run tell no course (2 runs, 4 evaluations, 2 files).",
  );
  assert.equal(said([short(4), short(1)], [{ name: "Two", stop: maxSteps(20), select }]).kind, "trainOn");
});
