import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { futility, type FutilityState } from "../../lib/criteria/futility.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import {
  boundOf,
  earliestOf,
  initial,
  observe,
  textOf,
  usesClock,
  verdict,
} from "../../lib/criteria/rules.ts";
import { parseCriterion } from "../../lib/criteria/parse_text.ts";
import { batchPlan } from "../../lib/batch_plan.ts";
import { epochs, evaluations, seconds, START, steps } from "../../lib/durations.ts";
import { made } from "../extrapolation/curves.ts";
import { follow } from "./follow.ts";

const m = { metric: "m", mode: "min" } as const;
/** An evaluation every ten steps. */
const settled = Array.from(
  made({ end: 0.5, fall: 2, family: "exponential", rate: 1, noise: 0.001, seed: 3 }).y,
);
const falling = Array.from(made({ end: 0.1, fall: 1, family: "power", rate: 0.3, noise: 0.001, seed: 3 }).y);
const turned = Array.from({ length: 40 }, (_, i) => 1 + Math.abs(i - 12) / 20 + 0.01 * Math.sin(7 * i));

Deno.test("a curve that settled stops where a gain that matters is unlikely; one that still falls goes on", () => {
  const rule = futility({ ...m, before: steps(400), minDelta: 0.02 });
  const [first] = follow(rule, { m: settled }).held;
  assert.ok(first >= 20 && first < 25, `stops at evaluation ${first}`);
  const late = follow(rule, { m: falling }).held[0];
  assert.ok(late > 30 && late < 40, `${late}: where too little is left for that gain`);
  assert.deepEqual(follow(futility({ ...m, before: steps(400) }), { m: falling }).held, [40], "at the limit");
  const upside = futility({ ...m, mode: "max", before: steps(400), minDelta: 0.02 });
  assert.equal(follow(upside, { m: settled.map((value) => -value) }).held[0], first);
});

Deno.test("a smaller gain that counts, a lower chance and a later limit go on for longer", () => {
  const slow = Array.from(
    made({ end: 0.5, fall: 2, family: "exponential", rate: 0.3, noise: 0.01, seed: 1 }).y,
  );
  const first = (options: Partial<Parameters<typeof futility>[0]>) =>
    follow(
      futility({ ...m, before: steps(400), minDelta: 0.05, chance: 0.2, least: evaluations(6), ...options }),
      { m: slow },
    ).held[0];
  const usual = first({});
  assert.ok(first({ minDelta: 0.03 }) > usual && first({ chance: 0.02 }) > usual);
  assert.ok(first({ before: steps(4_000) }) >= usual);
  assert.ok(usual < 30 && first({ least: evaluations(30) }) === 30);
});

Deno.test("what has turned has no chance; what does not tell goes on", () => {
  const rule = futility({ ...m, before: steps(400) });
  const { held, state, at } = follow(rule, { m: turned });
  assert.equal(held[0], 26, "as many evaluations after its best as before");
  const early = follow(rule, { m: turned.slice(0, 26) });
  assert.match(
    verdict(rule, early.state, early.at).because,
    /^m has no chance: it has grown worse since its best at 130$/,
  );
  assert.equal(verdict(rule, state, at).because, "reached 400 of 400 steps");
  const faster = Array.from({ length: 30 }, (_, i) => -i * i + Math.sin(7 * i));
  assert.deepEqual(follow(rule, { m: faster }).held, []);
});

Deno.test("it says the chance, and what is missing", () => {
  const cases: [number[], RegExp, RegExp][] = [
    [falling.slice(0, 4), /^m has 4 of 20 evaluations$/, /^16 more evaluations$/],
    [new Array(22).fill(1), /^m does not tell: its 22 evaluations are all the same$/, /^a curve that can be/],
    [
      falling.slice(0, 22),
      /^a chance of (1|0\.9\d?) to beat 0\.\d+ by 0\.01 before 400 steps \(chance 0\.05\)$/,
      /^a chance below 0\.05, not /,
    ],
  ];
  const rule = futility({ ...m, before: steps(400), minDelta: 0.01 });
  for (const [values, because, lacks] of cases) {
    const { state, at } = follow(rule, { m: values }), { leaves } = verdict(rule, state, at);
    assert.match(leaves[0].because, because);
    assert.match(leaves[0].lacks!, lacks);
  }
});

Deno.test("values that are no numbers are left out, and of a long curve what is kept is bounded", () => {
  const gaps = settled.flatMap((value, i) => i % 3 === 2 ? [value, NaN, undefined] : [value]);
  const state = follow(futility({ ...m, before: steps(9_000) }), { m: gaps })
    .state as unknown as FutilityState;
  assert.equal(state.seen, settled.length);
  const long = Array.from(made({ end: 0, fall: 1, family: "power", rate: 0.2, noise: 0.01, of: 300 }).y);
  const kept = follow(futility({ ...m, before: steps(20_000) }), { m: long })
    .state as unknown as FutilityState;
  assert.deepEqual([kept.seen, kept.every, kept.x.length], [300, 4, 75]);
  assert.deepEqual([kept.x[0], kept.x.at(-1)], [40, 3_000]);
});

Deno.test("the limit is a bound in steps, its unit that of the curve, and beside other rules it stays what it is", () => {
  const plan = batchPlan(100, 10), grid = { plan, every: steps(10) };
  const rule = futility({ ...m, before: epochs(40), minDelta: 0.02 });
  assert.deepEqual([boundOf(rule, plan), earliestOf(rule, grid), usesClock(rule)], [400, 200, false]);
  assert.deepEqual(
    follow(rule, { m: settled }).held,
    follow(futility({ ...m, minDelta: 0.02, before: steps(400) }), { m: settled }).held,
  );
  assert.equal(usesClock(futility({ ...m, before: seconds(60) })), true);
  const both = any(maxSteps(300), rule);
  assert.equal(follow(both, { m: falling }).held[0], 30);
  assert.equal(follow(both, { m: settled }).held[0], follow(rule, { m: settled }).held[0]);
});

Deno.test("what a metric cannot come to has no chance", () => {
  const accuracy = settled.map((value) => 1.48 - value), way = { m: accuracy };
  const named = (metric: string) => {
    const rule = futility({ metric, mode: "max", before: steps(400), minDelta: 0.03, chance: 1e-6 });
    let state = initial(rule);
    way.m.slice(0, 30).forEach((value, i) => {
      const at = { ...START, step: 10 * (i + 1), evaluations: i + 1 };
      state = observe(rule, state, { kind: "evaluation", at, metrics: { [metric]: value } });
    });
    return verdict(rule, state, { ...START, step: 300 });
  };
  assert.match(
    named("validation.accuracy").because,
    /^validation.accuracy has no chance: it cannot come to 1\.0/,
  );
  assert.match(named("reward").because, /^a chance of less than 0.001 to beat/);
});

Deno.test("its text is read back", () => {
  const rule = futility({ ...m, before: steps(400), chance: 0.1, least: evaluations(8) });
  assert.equal(textOf(rule), "futility(m, min, before: steps(400), chance: 0.1, least: evaluations(8))");
  assert.deepEqual(parseCriterion(textOf(rule)), rule);
});

Deno.test("what makes no sense is refused by name and value", () => {
  const cases: [object, string][] = [
    [{ ...m, before: 5 }, "invalid before: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)"],
    [{ ...m, before: steps(5), chance: 1 }, "invalid chance: 1 (between 0 and 1)"],
    [{ ...m, before: steps(5), minDelta: -1 }, "invalid minDelta: -1 (a number, at least 0)"],
    [{ ...m, before: steps(5), least: steps(5) }, "invalid least: steps(5) (in evaluations)"],
    [{ metric: "m", before: steps(5) }, "invalid mode: undefined (min or max)"],
    [{ ...m, metric: "training.loss", before: steps(5) }, 'invalid metric: "training.loss" (of evaluations)'],
  ];
  for (const [options, message] of cases) assert.throws(() => futility(options as never), { message });
});
