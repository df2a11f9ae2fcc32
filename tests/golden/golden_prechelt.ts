/** Prechelt's three criteria, from his definitions. */
import assert from "node:assert/strict";
import type { Criterion, CriterionState } from "../../lib/criteria/criterion.ts";
import { precheltGL } from "../../lib/criteria/prechelt_gl.ts";
import { precheltPQ } from "../../lib/criteria/prechelt_pq.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { evaluations, START } from "../../lib/durations.ts";
import type { Check, GoldenCase } from "./vectors.ts";

export const precheltCheck: Check = (file, golden) =>
  file.name === "prechelt" ? () => checkAll(golden) : null;

function checkAll(golden: GoldenCase): void {
  const { strip: length, GL_alpha, PQ_alpha, UP_s } = golden.params as Readonly<Record<string, number>>;
  const metric = "value", strip = evaluations(length);
  const out = golden.all.out as Readonly<Record<string, unknown>>;
  const loss = follow(golden, precheltGL({ metric, alpha: GL_alpha }));
  assertAll(loss.states.map((state) => field(state, "loss")), out.GL as number[], `${golden.id}: GL`);
  const quotient = follow(golden, precheltPQ({ metric, alpha: PQ_alpha, strip }));
  const ends = quotient.states.filter((_, i) => (i + 1) % length === 0);
  assertAll(ends.map((state) => field(state, "quotient")), out.PQ as number[], `${golden.id}: PQ`);
  const rising = follow(golden, precheltUP({ metric, strips: UP_s, strip }));
  const first = [loss, quotient, rising].map(({ first }) => first);
  assert.deepEqual(first, [out.stop_GL, out.stop_PQ, out.stop_UP], golden.id);
}

const field = (state: CriterionState, name: string): number =>
  Number((state as Record<string, unknown>)[name]);

/** States after each epoch of one update and one evaluation, and the first that stops, counted from 1. */
function follow({ all }: GoldenCase, rule: Criterion): { states: CriterionState[]; first: number | null } {
  const validation = all.val as readonly number[], training = all.train as readonly number[];
  const states: CriterionState[] = [];
  let state = initial(rule), first: number | null = null;
  validation.forEach((value, i) => {
    const at = { ...START, step: i + 1, epoch: i + 1, evaluations: i };
    state = observe(rule, state, { kind: "update", at, loss: training[i], rate: 0.1 });
    const after = { ...at, evaluations: i + 1 };
    state = observe(rule, state, { kind: "evaluation", at: after, metrics: { value } });
    states.push(state);
    if (first === null && stops(rule, state, after)) first = i + 1;
  });
  return { states, first };
}

/** No tolerance is stated: 1e-9 relative. */
function assertAll(actual: readonly number[], expected: readonly number[], where: string): void {
  assert.equal(actual.length, expected.length, where);
  expected.forEach((value, i) => {
    const near = actual[i] === value || Math.abs(actual[i] - value) <= 1e-9 * Math.abs(value);
    assert.ok(near, `${where} at ${i}: ${actual[i]}, expected ${value}`);
  });
}
