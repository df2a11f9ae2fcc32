import assert from "node:assert/strict";
import fc from "fast-check";
import { after } from "../../lib/criteria/after.ts";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import { atLeast } from "../../lib/criteria/at_least.ts";
import type { Criterion, Observation } from "../../lib/criteria/criterion.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { not } from "../../lib/criteria/not.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { resolveFrom } from "../../lib/criteria/resolve_from.ts";
import { asCriterion } from "../../lib/criteria/as_criterion.ts";
import {
  boundOf,
  earliestOf,
  initial,
  observe,
  stops,
  textOf,
  usesClock,
  verdict,
} from "../../lib/criteria/rules.ts";
import { target } from "../../lib/criteria/target.ts";
import { within } from "../../lib/criteria/within.ts";
import { type Duration, epochs, evaluations, seconds, START, steps } from "../../lib/durations.ts";
import { batches, criteria, histories, leaves } from "./arbitraries.ts";
import { follow } from "./follow.ts";

const m = { metric: "m", mode: "min" } as const;
const early = plateau({ ...m, patience: evaluations(2) });

/** Every truth over a history: at the start, and after each observation. */
function truths(criterion: Criterion, history: readonly Observation[]): boolean[] {
  let state = initial(criterion);
  return [stops(criterion, state, START)].concat(history.map((observation) => {
    state = observe(criterion, state, observation);
    return stops(criterion, state, observation.at);
  }));
}
const same = (history: Observation[], a: Criterion, b: Criterion) =>
  assert.deepEqual(truths(a, history), truths(b, history), `${textOf(a)} and ${textOf(b)}`);

Deno.test("any and all are associative, not undoes not, and De Morgan holds", () => {
  fc.assert(fc.property(criteria, criteria, criteria, histories, (a, b, c, history) => {
    same(history, any(any(a, b), c), any(a, any(b, c)));
    same(history, any(any(a, b), c), any(a, b, c));
    same(history, all(all(a, b), c), all(a, all(b, c)));
    same(history, all(all(a, b), c), all(a, b, c));
    same(history, not(not(a)), a);
    same(history, not(any(a, b)), all(not(a), not(b)));
  }));
});

Deno.test("atLeast is any for 1, all for as many as there are, and counts between", () => {
  fc.assert(fc.property(criteria, criteria, criteria, histories, (a, b, c, history) => {
    same(history, atLeast(1, a, b, c), any(a, b, c));
    same(history, atLeast(3, a, b, c), all(a, b, c));
    same(history, atLeast(2, a, b, c), any(all(a, b), all(a, c), all(b, c)));
  }));
});

Deno.test("after a duration is all with its cap, within it is all with the cap's opposite", () => {
  fc.assert(fc.property(criteria, fc.integer({ min: 1, max: 45 }), histories, (a, n, history) => {
    same(history, after(steps(n), a), all(maxSteps(n), a));
    same(history, within(steps(n), a), all(not(maxSteps(n)), a));
  }));
});

Deno.test("children of every composite see every observation", () => {
  fc.assert(fc.property(criteria, histories, (child, history) => {
    const state = (criterion: Criterion) =>
      history.reduce((state, observation) => observe(criterion, state, observation), initial(criterion));
    const alone = state(child);
    assert.deepEqual(state(not(child)), [alone]);
    assert.deepEqual(state(within(steps(1), child)), [alone]);
    assert.deepEqual((state(after(steps(1_000), child)) as { child: unknown }).child, alone);
  }));
});

Deno.test("trap 24: patience that ran out before the gate opened stops nothing once the metric has recovered", () => {
  const recovering = { m: [3, 3, 3, 3, 2, 1, 1, 1] };
  const gates: [Duration | Criterion, number[]][] = [
    [evaluations(5), [8]],
    [evaluations(4), [4, 8]],
    [steps(50), [8]],
    [target({ ...m, value: 2 }), [8]],
  ];
  for (const [gate, held] of gates) assert.deepEqual(follow(after(gate, early), recovering).held, held);
});

Deno.test("a criterion as gate stays open, so after differs from all", () => {
  const way = { m: [3, 1, 2, 2, 2] }, good = target({ ...m, value: 1 });
  assert.deepEqual(follow(after(good, early), way).held, [4, 5]);
  assert.deepEqual(follow(all(good, early), way).held, []);
});

Deno.test("within has a say only before its limit", () => {
  const bad = target({ ...m, mode: "max", value: 2 });
  assert.deepEqual(follow(within(evaluations(3), bad), { m: [2, 1, 2, 2] }).held, [1]);
  assert.deepEqual(follow(within(epochs(2.5), bad), { m: [1, 2, 2, 2] }).held, [2]);
});

Deno.test("a bound is claimed only where an end is certain", () => {
  const cases: [Criterion, number | null][] = [
    [not(maxSteps(5)), 0],
    [all(not(maxSteps(5)), maxSteps(9)), null],
    [atLeast(2, maxSteps(7), early, maxSteps(9)), 9],
    [atLeast(2, maxSteps(7), early), null],
    [after(epochs(1), maxSteps(2)), 4],
    [after(maxSteps(6), maxSteps(2)), 6],
    [after(target({ ...m, value: 1 }), maxSteps(2)), null],
    [after(evaluations(3), maxSteps(2)), null],
    [within(steps(5), maxSteps(4)), 4],
    [within(steps(4), maxSteps(4)), null],
    // true at 4 only, while the other is true from 7 on: they never meet
    [all(maxSteps(7), within(steps(5), maxSteps(4))), null],
    [any(maxSeconds(5), early), null],
  ];
  for (const [criterion, bound] of cases) assert.equal(boundOf(criterion, batches), bound, textOf(criterion));
});

Deno.test("a clock in a gate, a limit or below makes the whole rest on the clock", () => {
  for (const criterion of [after(seconds(1), early), within(seconds(1), early), not(maxSeconds(3))]) {
    assert.equal(usesClock(criterion), true, textOf(criterion));
  }
  assert.equal(usesClock(after(steps(1), within(epochs(1), early))), false);
});

Deno.test("a verdict names what decided, what else was true and what was missing, through composites", () => {
  const cases: [Criterion, string, string, string[], string[]][] = [
    // criterion; path; because; also true; what the others lack
    [
      any(maxSteps(30), maxSteps(20), maxSteps(90)),
      "any.0.maxSteps",
      "reached 40 of 30 steps",
      ["any.1.maxSteps"],
      ["maxSteps: 50 more steps"],
    ],
    [
      atLeast(2, maxSteps(90), maxSteps(30), early),
      "atLeast.1.maxSteps",
      "reached 40 of 30 steps and no gain for 3 evaluations since step 10 (patience 2 evaluations)",
      ["atLeast.2.plateau"],
      ["maxSteps: 50 more steps"],
    ],
    [
      after(steps(20), early),
      "after.0.plateau",
      "no gain for 3 evaluations since step 10 (patience 2 evaluations)",
      ["after.gate"],
      [],
    ],
    [after(maxSteps(90), early), "", "", ["after.0.plateau"], ["maxSteps: 50 more steps"]],
    [after(epochs(5), early), "", "", ["after.0.plateau"], ["gate: 1 more epoch"]],
    [within(steps(30), early), "", "", ["within.0.plateau"], ["limit: nothing can: its time is over"]],
    [not(maxSteps(90)), "not", "not: 40 of 90 steps", [], []],
    [not(maxSteps(30)), "", "", [], ["not: an end of: reached 40 of 30 steps"]],
  ];
  for (const [criterion, path, because, alsoTrue, lacks] of cases) {
    const { state, at } = follow(criterion, { m: [1, 2, 2, 2] }), told = verdict(criterion, state, at);
    assert.deepEqual(
      [told.path, told.because, told.alsoTrue, told.wouldHaveStopped.map(({ text }) => text)],
      [path, because, alsoTrue, lacks],
      textOf(criterion),
    );
    assert.equal(told.stop, path !== "");
  }
});

Deno.test("of what stops the deciding leaf is true, and every leaf is said once", () => {
  fc.assert(fc.property(criteria, histories, (criterion, history) => {
    const state = history.reduce((state, seen) => observe(criterion, state, seen), initial(criterion));
    const { stop, path, because, leaves, alsoTrue, wouldHaveStopped } = verdict(
      criterion,
      state,
      history.at(-1)?.at ?? START,
    );
    const paths = leaves.map((leaf) => leaf.path);
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(stop ? because !== "" && leaves.find((leaf) => leaf.path === path)?.stop : path === "");
    const told = [...(stop ? [path] : []), ...alsoTrue, ...wouldHaveStopped.map((leaf) => leaf.path)];
    assert.deepEqual(told.toSorted(), paths.toSorted());
    assert.ok(wouldHaveStopped.every(({ text }) => !/: $|undefined|NaN more/.test(text)));
  }));
});

Deno.test("trap 05: this much more is counted from where a run begins, and both at once is an error", () => {
  const more = any(maxSteps({ for: 500 }), after(maxSteps({ for: 20 }), not(maxSteps(7))));
  assert.deepEqual(resolveFrom(more, 2_000), any(maxSteps(2_500), after(maxSteps(2_020), not(maxSteps(7)))));
  assert.deepEqual(resolveFrom(maxSteps({ for: 500 }), 0), maxSteps(500));
  assert.equal(textOf(more), "any(maxSteps(for: 500), after(maxSteps(for: 20), not(maxSteps(7))))");
  assert.deepEqual(asCriterion({ kind: "maxSteps", for: 5 }), maxSteps({ for: 5 }));
  const faults: [() => unknown, string][] = [
    [
      () => asCriterion({ kind: "maxSteps", steps: 5, for: 6 }),
      'invalid maxSteps: {"steps":5,"for":6} (either steps or for)',
    ],
    [() => asCriterion({ kind: "maxSteps" }), "invalid maxSteps: {} (either steps or for)"],
    [
      () => asCriterion({ kind: "maxSteps", steps: 5, relative: 1 }),
      "invalid relative: 1 (true, beside steps)",
    ],
    [() => maxSteps({ for: 5, steps: 6 } as never), "unknown option of maxSteps: steps (has for)"],
    [() => maxSteps({} as never), "invalid maxSteps.for: undefined (a duration, such as steps(5))"],
    [() => resolveFrom(early, -1), "invalid startStep: -1 (a whole number from 0)"],
  ];
  for (const [make, message] of faults) assert.throws(make, { message });
});

Deno.test("a composite that makes no sense is refused by name", () => {
  const cases: [() => unknown, string][] = [
    [() => atLeast(0, early), "invalid atLeast: 0 (a whole number, at least 1)"],
    [() => atLeast(3, early, early), "invalid atLeast: 3 (at most 2, the criteria)"],
    [() => not(5 as never), "invalid not: 5 (criteria only)"],
    [
      () => after(5 as never, early),
      "invalid gate of after: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)",
    ],
    [() => within(epochs(2), undefined as never), "invalid within: undefined (criteria only)"],
    [() => asCriterion({ kind: "not", criteria: [early, early] }), "invalid not: 2 criteria (exactly 1)"],
    [
      () => asCriterion({ kind: "after", criteria: [early] }),
      /^TypeError: invalid after: .* \(a gate, then a criterion\)$/ as never,
    ],
  ];
  for (const [make, message] of cases) {
    assert.throws(make, typeof message === "string" ? { message } : message);
  }
  let deep: unknown = early;
  for (let i = 0; i < 50_000; i++) deep = { kind: "not", criteria: [deep] };
  assert.throws(() => asCriterion(deep), { message: "invalid criterion: nested deeper than 32" });
});

Deno.test("no rule is true before the step that it names as its earliest", () => {
  const grid = { plan: batches, every: steps(2) };
  const isFinite = (seen: Observation) =>
    seen.kind === "update" ? Number.isFinite(seen.loss) : Object.values(seen.metrics).every(Number.isFinite);
  fc.assert(
    fc.property(fc.oneof(leaves, criteria), histories, (criterion, history) => {
      fc.pre(history.every(isFinite)); // a first value that is none begins every wait a little earlier
      const earliest = earliestOf(criterion, grid);
      let state = initial(criterion), at = START;
      for (const [i, seen] of [null, ...history].entries()) {
        if (seen) [state, at] = [observe(criterion, state, seen), seen.at];
        if (history[i]?.kind === "evaluation") continue; // that of the same step comes first
        if (stops(criterion, state, at)) assert.ok(at.step >= earliest, `${at.step} before ${earliest}`);
      }
    }),
    { numRuns: 2_000 },
  );
});
