import assert from "node:assert/strict";
import { best } from "../../lib/criteria/best.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { replay } from "../../lib/policies/replay.ts";
import { summarise } from "../../lib/policies/summary.ts";
import { recorded } from "../curves/recordings.ts";

const capped = (name: string, count: number): Policy => ({
  name,
  stop: maxSteps(count),
  select: best("validation.loss", "min"),
});
const seeds = [[4, 2, 1], [5, 3, 1], [6, 2, 2]].map((losses, seed) => recorded({ losses, seed }));
const judge = (policies: Policy[], trajectories = seeds) =>
  summarise(trajectories.map((seed) => replay(seed, policies)));

Deno.test("a summary has the median over seeds, and the worst regret", () => {
  assert.deepEqual(judge([capped("Two epochs", 20)]), [{
    policy: "Two epochs",
    kind: "steps",
    rule: "20 steps",
    seeds: 3,
    censored: 0,
    strength: "3 of 3 seeds",
    step: 20,
    epoch: 2,
    metric: "validation.loss",
    kept: 2,
    metrics: { "validation.loss": 2, "validation.accuracy": -2, "test.loss": 2.5 },
    regret: 1,
    worstRegret: 2,
    computeSaved: 1 - 20 / 30,
    clock: false,
  }]);
});

Deno.test("seeds that are censored are counted and left out of the medians", () => {
  const [summary] = judge([capped("Long", 40)], [...seeds, recorded({ losses: [3, 2, 1, 0] })]);
  assert.deepEqual([summary.censored, summary.strength, summary.kept], [3, "1 of 4 seeds", 0]);
  const [none] = judge([capped("Longer", 99)]);
  const { step, epoch, kept, regret, worstRegret, computeSaved, strength } = none;
  assert.deepEqual([step, epoch, kept, regret, worstRegret, computeSaved, strength], [
    null,
    null,
    null,
    null,
    null,
    null,
    "0 of 3 seeds",
  ]);
});

Deno.test("policies are sorted by regret as it is shown, then by compute saved, and those without a verdict are last", () => {
  const flat = [recorded({ losses: [2, 1, 0.9998] })];
  const policies = [capped("censored", 99), capped("first", 10), capped("all", 30), capped("second", 20)];
  assert.deepEqual(judge(policies, flat).map(({ policy }) => policy), ["second", "all", "first", "censored"]);
});

Deno.test("nothing judged is nothing to sum up", () => assert.deepEqual(summarise([]), []));
