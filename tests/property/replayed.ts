/**
 * The claim that the whole product rests on: replaying a policy on a long recording says exactly what a real
 * training under that policy does.
 * Few policies are tried in every run of the tests, many in e2e.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { epochs, evaluations, examples, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { replay } from "../../lib/policies/replay.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { small, trained } from "../training/fixture.ts";

setEngineChoice("wasm");

const RECORDED = 120;
/** A rate high enough that the curve rises and falls, so that rules fire at many different places. */
export const spec: Spec = {
  ...small,
  model: mlp({ layers: [64, 8, 10] }),
  schedule: constant(0.03),
  evaluate: { every: steps(4) },
  stop: maxSteps(RECORDED),
};

const patience = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(evaluations),
  fc.integer({ min: 1, max: 60 }).map(steps),
  fc.integer({ min: 4, max: 14 }).map((quarters) => epochs(quarters / 4)),
  fc.integer({ min: 1, max: 2000 }).map(examples),
);
const metric = fc.constantFrom(["validation.loss", "min"] as const, ["validation.accuracy", "max"] as const);
const leaf: fc.Arbitrary<Criterion> = fc.oneof(
  fc.integer({ min: 1, max: 150 }).map((n) => maxSteps(n)),
  fc.integer({ min: 1, max: 45 }).map((tenths) => maxEpochs(tenths / 10)),
  fc.record({
    metric,
    patience,
    minDelta: fc.constantFrom(0, 0.001, 0.05),
    minDeltaKind: fc.constantFrom("absolute" as const, "relative" as const),
    reference: fc.constantFrom("accepted" as const, "running" as const),
  }).map(({ metric: [name, mode], ...rest }) => plateau({ metric: name, mode, ...rest })),
);
const criterion = fc.letrec<{ criterion: Criterion }>((tie) => ({
  criterion: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.array(tie("criterion"), { minLength: 1, maxLength: 3 }).map((children) => any(...children)),
    fc.array(tie("criterion"), { minLength: 1, maxLength: 3 }).map((children) => all(...children)),
  ),
})).criterion;
export const policy = fc.record({
  name: fc.constant("policy"),
  stop: criterion,
  select: fc.oneof(fc.constant(last()), metric.map(([name, mode]) => best(name, mode))),
});

export async function sameAsTraining(
  base: Spec,
  recording: Trajectory,
  { stop, select, ...rest }: Policy,
): Promise<void> {
  const [judged] = replay(recording, [{ stop, select, ...rest }]);
  if (judged.end === "censored") {
    // it would have gone on: with one step more allowed, a real training takes that step
    const further = recording.updates.step.length + 1;
    const beyond = await trained({ ...base, stop: any(stop, maxSteps(further)), select });
    assert.equal(beyond.at.step, further);
    return;
  }
  const { outcome } = await trained({ ...base, stop, select });
  assert.equal(outcome.reason, judged.end);
  assert.deepEqual({ ...judged.at, seconds: 0 }, { ...outcome.at, seconds: 0 });
  if (judged.end === "stopped") {
    assert.deepEqual([judged.path, judged.because], [outcome.path, outcome.because]);
  }
  assert.equal(judged.kept?.step, outcome.kept?.step);
  assert.deepEqual(judged.kept?.metrics, outcome.kept?.metrics);
}

/** @param numRuns policies that are tried; a third of them has to stop the training, and some may not */
export const replayTest = (numRuns: number): void =>
  Deno.test("replay says exactly what a real training under the policy does", async () => {
    const { trajectory } = await trained(spec);
    let stopped = 0, censored = 0;
    await fc.assert(
      fc.asyncProperty(policy, async (candidate) => {
        await sameAsTraining(spec, trajectory, candidate);
        replay(trajectory, [candidate])[0].end === "censored" ? censored++ : stopped++;
      }),
      { numRuns, seed: 20261121 },
    );
    assert.ok(
      stopped > numRuns / 3 && censored > numRuns / 24,
      `${stopped} stopped, ${censored} censored: too few of one to say much`,
    );
  });

/** @param numRuns policies */
export const divergedTest = (numRuns: number): void =>
  Deno.test("and also on a recording that diverged", async () => {
    const wild: Spec = {
      ...spec,
      optimizer: momentum(),
      schedule: constant(1e4),
      evaluate: { every: steps(2) },
    };
    const { trajectory } = await trained(wild);
    assert.equal(trajectory.end, "diverged");
    await fc.assert(
      fc.asyncProperty(policy, (candidate) => sameAsTraining(wild, trajectory, candidate)),
      { numRuns, seed: 20261121 },
    );
  });

type Way = readonly [way: string, change: Partial<Spec>];
export const ways: readonly Way[] = [
  ["the remainder wrapped, evaluated every epoch", { remainder: "wrap", evaluate: { every: epochs(1) } }],
  ["a third of an epoch", { evaluate: { every: epochs(1 / 3) } }],
  ["a rate cut on a plateau", {
    scale: plateauScale({ metric: "validation.loss", mode: "min", patience: evaluations(1), minDelta: 0 }),
  }],
];
export const moreWays: readonly Way[] = [
  ["the remainder dropped, evaluated every epoch", { remainder: "drop", evaluate: { every: epochs(1) } }],
  ["every 100 examples, wrapped", { remainder: "wrap", batch: 48, evaluate: { every: examples(100) } }],
  ["every update", { evaluate: { every: steps(1) } }],
  ["a schedule that ends on the way", { schedule: cosine({ peak: 0.05, horizon: steps(50), end: 0.01 }) }],
];
/** @param numRuns policies */
export function wayTest([way, change]: Way, numRuns: number): void {
  Deno.test(`and also with ${way}`, async () => {
    const varied: Spec = { ...spec, ...change };
    const { trajectory, cuts } = await trained(varied);
    assert.ok(!varied.scale || cuts.length > 0, "the rate was never cut, so this says nothing");
    await fc.assert(
      fc.asyncProperty(policy, (candidate) => sameAsTraining(varied, trajectory, candidate)),
      { numRuns, seed: 20261121 },
    );
  });
}

/** @param numRuns policies on each of both */
export const goneOnTest = (numRuns: number): void =>
  Deno.test("and also on a recording that was aborted, and on one that was gone on with", async () => {
    const every: Spec = { ...spec, evaluate: { every: steps(1) } };
    const run = train(every);
    let aborted: TrainingEvent | null = null;
    for await (const event of run) {
      if (event.at.step === 43) run.abort();
      aborted = event;
    }
    assert.deepEqual([aborted!.outcome!.reason, aborted!.at.step], ["aborted", 43]);
    const { trajectory: whole } = await trained({ ...every, from: aborted!.outcome!.state });
    for (const trajectory of [aborted!.trajectory, whole]) {
      await fc.assert(
        fc.asyncProperty(policy, (candidate) => sameAsTraining(every, trajectory, candidate)),
        { numRuns, seed: 20261121 },
      );
    }
  });
