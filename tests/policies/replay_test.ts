import assert from "node:assert/strict";
import fc from "fast-check";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { UnknownMetric } from "../../lib/criteria/metric.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { evaluationRow } from "../../lib/curves/best.ts";
import type { EndReason, Trajectory } from "../../lib/curves/trajectory.ts";
import { positionAt } from "../../lib/batch_plan.ts";
import { evaluations, seconds, START } from "../../lib/durations.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { UnknownUnit } from "../../lib/policies/recorded_units.ts";
import { replay, replayMany } from "../../lib/policies/replay.ts";
import { criteria, values } from "../criteria/arbitraries.ts";
import { batches, recorded } from "../curves/recordings.ts";

const keepBest = best("validation.loss", "min");
const early = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) });
const policy = (stop: Criterion): Policy => ({ name: "policy", stop, select: keepBest });
/** The recording as it was when step `upTo` had been recorded. */
function prefix({ updates, evaluations, ...rest }: Trajectory, upTo: number): Trajectory {
  const cut = <T extends object>(columns: T, rows: number): T =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name,
        column instanceof Float64Array ? column.slice(0, rows) : cut(column, rows),
      ]),
    ) as T;
  const before = (steps: Float64Array) => steps.filter((step) => step <= upTo).length;
  return {
    ...rest,
    updates: cut(updates, before(updates.step)),
    evaluations: cut(evaluations, before(evaluations.step)),
    final: null,
    end: "stopped",
  };
}

Deno.test("a policy is judged where it stops, by what it keeps, and by what that cost", () => {
  const trajectory = recorded({ losses: [4, 3, 2, 3, 3, 1], seed: 7 });
  assert.deepEqual(replay(trajectory, [{ name: "Early stopping", stop: early, select: keepBest }]), [{
    policy: "Early stopping",
    kind: "patience",
    rule: "patience 2",
    seed: 7,
    end: "stopped",
    at: { step: 50, epoch: 5, examples: 500, evaluations: 5, seconds: 5 },
    because: "no gain for 2 evaluations since step 30 (patience 2 evaluations)",
    path: "plateau",
    kept: {
      step: 30,
      epoch: 3,
      examples: 300,
      seconds: 3,
      metrics: { "validation.loss": 2, "validation.accuracy": -2, "test.loss": 2.5 },
    },
    metric: "validation.loss",
    mode: "min",
    regret: 1,
    ownRegret: 1,
    computeSaved: 1 - 50 / 60,
    clock: false,
  }]);
});

Deno.test("each policy stops where its rule says, and keeps what its selection says", () => {
  const trajectory = recorded({ losses: [4, 3, 2, 3, 3, 1] });
  const cases: [Policy, number | null, number | null][] = [
    // policy; step of the stop; step kept
    [policy(maxSteps(45)), 45, 30],
    [{ ...policy(maxSteps(45)), select: last() }, 45, 40],
    [policy(maxSteps(60)), 60, 60],
    [policy(maxSteps(61)), null, null],
    [policy(maxSteps(9)), 9, null],
    [policy(maxEpochs(2.5)), 25, 20],
    [policy(any(maxSteps(45), early)), 45, 30],
    [{ ...policy(maxSteps(60)), select: best("validation.accuracy", "min") }, 60, 10],
  ];
  for (const [given, step, kept] of cases) {
    const [judged] = replay(trajectory, [given]);
    assert.deepEqual([judged.at?.step ?? null, judged.kept?.step ?? null], [step, kept], judged.rule);
    assert.equal(judged.end, step === null ? "censored" : "stopped");
  }
});

Deno.test("a policy that goes on past the recording is censored, and nothing else is claimed", () => {
  const [judged] = replay(recorded({ losses: [3, 2], end: "stopped" }), [policy(maxSteps(1_000))]);
  const { end, at, kept, regret, ownRegret, computeSaved, because } = judged;
  assert.deepEqual([end, at, kept, regret, ownRegret, computeSaved], [
    "censored",
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.equal(because, "goes on past the recording, which ends at step 20");
});

Deno.test("a recording that diverged or ran out of data ends every policy that came so far", () => {
  const cases: [EndReason, Criterion, string, string][] = [
    ["diverged", maxSteps(99), "diverged", "training diverged at step 25"],
    ["diverged", maxSteps(25), "diverged", "training diverged at step 25"],
    ["diverged", maxSteps(24), "stopped", "reached 24 of 24 steps"],
    ["exhausted", maxSteps(99), "exhausted", "the data ended at step 25"],
    ["exhausted", maxSteps(25), "stopped", "reached 25 of 25 steps"],
    ["aborted", maxSteps(99), "censored", "goes on past the recording, which ends at step 25"],
  ];
  for (const [end, stop, judgedEnd, because] of cases) {
    const [judged] = replay(recorded({ losses: [3, 2], updates: 25, end }), [policy(stop)]);
    assert.deepEqual([judged.end, judged.because], [judgedEnd, because]);
    assert.equal(judged.kept?.step, judgedEnd === "censored" ? undefined : 20);
  }
});

Deno.test("the evaluation at an end off the grid is never seen", () => {
  const row = evaluationRow(recorded({ losses: [0] }).evaluations, 0);
  const trajectory = recorded({ losses: [3, 2], updates: 25, end: "stopped", final: { ...row, step: 25 } });
  const [judged] = replay(trajectory, [{ ...policy(maxSteps(25)), select: last() }]);
  assert.deepEqual([judged.kept?.step, judged.regret], [20, 0]);
});

Deno.test("regret is against the best of all compared, compute saved against the longest", () => {
  const short = recorded({ losses: [3, 2] }), long = recorded({ losses: [3, 3, 3, 0.5], every: 20 });
  const judged = replay(short, [policy(maxSteps(20))], { compared: [long] })[0];
  assert.deepEqual([judged.regret, judged.ownRegret, judged.computeSaved], [1.5, 0, 0.75]);
  const higher = { metric: "validation.accuracy", mode: "max" as const, compared: [short, long] };
  const accuracy = replay(short, [policy(maxSteps(10))], higher)[0];
  assert.deepEqual([accuracy.regret, accuracy.ownRegret], [2.5, 1]);
});

Deno.test("many recordings are judged as each is, compared with all of them", () => {
  const curves = fc.array(fc.array(values, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(curves, fc.array(criteria, { minLength: 1, maxLength: 5 }), (curves, rules) => {
    const trajectories = curves.map((losses, seed) => recorded({ losses, seed })),
      policies = rules.map(policy);
    const each = trajectories.map((one) => replay(one, policies, { compared: trajectories }));
    assert.deepEqual(replayMany(trajectories, policies), each);
    const alone = policies.map((one) => replay(trajectories[0], [one], { compared: trajectories })[0]);
    assert.deepEqual(each[0], alone, "what policies share changes none of them");
  }));
});

Deno.test("with the recording as its cap a policy ends where the recording does, and otherwise the same", () => {
  const trajectory = recorded({ losses: [3, 2, 2.5] });
  const policies = [policy(maxSteps(1_000)), policy(maxSteps(20)), policy(early)];
  const [beyond, ...rest] = replay(trajectory, policies, { cap: true });
  const { end, at, because, kept, regret, computeSaved } = beyond;
  assert.deepEqual([end, at?.step, because], ["stopped", 30, "the recording ends at step 30"]);
  assert.deepEqual([kept?.step, regret, computeSaved], [20, 0, 0]);
  assert.deepEqual(rest[0], replay(trajectory, policies)[1]);
  assert.equal(rest[1].at?.step, 30);
});

Deno.test("a policy in a unit that a log does not tell is refused, with what would help", () => {
  const known = recorded({ losses: [1, 1, 1] }), unknown = (column: Float64Array) => column.map(() => NaN);
  const none = { ...known.evaluations, epoch: unknown(known.evaluations.epoch) };
  const log = { ...known, batches: null, evaluations: none };
  const cases: [Criterion, string | null][] = [
    [maxEpochs(2), "unknown epochs: seed 0 was not recorded in them (tell --batch and --examples)"],
    [
      any(early, maxEpochs(2)),
      "unknown epochs: seed 0 was not recorded in them (tell --batch and --examples)",
    ],
    [any(early, maxSteps(2)), null],
  ];
  for (const [stop, message] of cases) {
    const judge = () => replay(log, [policy(stop)]);
    if (message === null) assert.equal(judge()[0].at?.step, 2);
    else assert.throws(judge, { message, name: "UnknownUnit" });
  }
  assert.throws(() => replay(log, [policy(maxEpochs(2))]), UnknownUnit);
});

Deno.test("a rule that reads updates is refused on a log that holds none", () => {
  const { updates, ...rest } = recorded({ losses: [1, 1] }), none = updates.step.subarray(0, 0);
  const log = {
    ...rest,
    updates: { step: none, epoch: none, examples: none, seconds: none, rate: none, loss: none },
  };
  assert.throws(() => replay(log, [policy({ ...early, metric: "training.loss" })]), {
    message: "unknown metric: training.loss (has validation.loss, validation.accuracy, test.loss)",
  });
});

Deno.test("a wall-clock rule is judged on the recorded clock, and marked so", () => {
  const timed = plateau({ metric: "validation.loss", mode: "min", patience: seconds(2.5) });
  const [judged] = replay(recorded({ losses: [1, 1, 1, 1, 1] }), [policy(timed)]);
  assert.deepEqual([judged.at?.step, judged.clock], [40, true]);
});

Deno.test("a policy that reads what was not recorded, or a test metric, is refused", () => {
  const trajectory = recorded({ losses: [1] });
  const has = "(has validation.loss, validation.accuracy, test.loss, training.loss)";
  const cases: [() => unknown, string][] = [
    [() => replay(trajectory, [policy({ ...early, metric: "val_los" })]), `unknown metric: val_los ${has}`],
    [
      () => replay(trajectory, [{ ...policy(early), select: best("eval_loss", "min") }]),
      `unknown metric: eval_loss ${has}`,
    ],
    [
      () => replay(trajectory, [policy(early)], { metric: "loss" }),
      `unknown metric: loss ${has.replace(", training.loss", "")}`,
    ],
    [
      () => replay(trajectory, [policy({ ...early, metric: "test.loss" })]),
      "test.loss is reported, never obeyed: name a validation metric",
    ],
  ];
  for (const [judge, message] of cases) assert.throws(judge, { message });
  assert.throws(() => replay(trajectory, [policy({ ...early, metric: "val_los" })]), UnknownMetric);
});

Deno.test("a recording without rows judges nothing yet", () => {
  const [judged] = replay(recorded({ losses: [] }), [policy(maxSteps(5))]);
  assert.deepEqual([judged.end, judged.regret], ["censored", null]);
});

Deno.test("replay says what a training under the policy does, update by update", () => {
  const curves = fc.array(values, { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(criteria, curves, fc.integer({ min: 1, max: 4 }), (stop, losses, every) => {
    const trajectory = recorded({ losses, every });
    const [judged] = replay(trajectory, [policy(stop)]);

    // The training, written out plainly from the losses.
    let state = initial(stop), at = START;
    while (!stops(stop, state, at) && at.step < losses.length * every) {
      const step = at.step + 1;
      at = positionAt(batches, step, at.evaluations, step / 10);
      state = observe(stop, state, { kind: "update", at, loss: 1 / step, rate: 0.1 });
      if (step % every !== 0) continue;
      at = { ...at, evaluations: at.evaluations + 1 };
      const loss = losses[step / every - 1];
      const metrics = { "validation.loss": loss, "validation.accuracy": -loss };
      state = observe(stop, state, { kind: "evaluation", at, metrics });
    }
    assert.deepEqual(judged.at, stops(stop, state, at) ? at : null);
    const seen = losses.slice(0, at.evaluations).filter(Number.isFinite);
    if (judged.at && seen.length > 0) {
      assert.equal(judged.kept?.metrics["validation.loss"], Math.min(...seen));
    }
    assert.ok(judged.regret === null || judged.regret >= 0);
  }));
});

Deno.test("on a prefix a policy is censored exactly when it stops later on the whole, and else it is judged the same", () => {
  const curves = fc.array(values, { minLength: 2, maxLength: 20 });
  fc.assert(fc.property(criteria, curves, fc.integer({ min: 1, max: 40 }), (stop, losses, cut) => {
    const whole = recorded({ losses, every: 2 });
    const [full] = replay(whole, [policy(stop)]);
    const [part] = replay(prefix(whole, cut), [policy(stop)]);
    if (full.at !== null && full.at.step <= cut) {
      assert.deepEqual([part.end, part.at, part.kept, part.because], [
        full.end,
        full.at,
        full.kept,
        full.because,
      ]);
    } else assert.equal(part.end, "censored");
  }));
});
