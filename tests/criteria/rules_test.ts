import assert from "node:assert/strict";
import fc from "fast-check";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import { asCriterion } from "../../lib/criteria/as_criterion.ts";
import type { Criterion, CriterionState, Observation } from "../../lib/criteria/criterion.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import {
  boundOf,
  criterionKinds,
  initial,
  metricsOf,
  observe,
  stops,
  textOf,
  usesClock,
  verdict,
} from "../../lib/criteria/rules.ts";
import { epochs, evaluations, seconds, START, steps } from "../../lib/durations.ts";
import { batches, criteria, histories } from "./arbitraries.ts";

const early = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) });

/** Every truth of a criterion over a history: at the start, and after each observation. */
function truths(criterion: Criterion, history: readonly Observation[]): boolean[] {
  let state = initial(criterion);
  const seen = [stops(criterion, state, START)];
  for (const observation of history) {
    state = observe(criterion, state, observation);
    seen.push(stops(criterion, state, observation.at));
  }
  return seen;
}

const stateAfter = (criterion: Criterion, history: readonly Observation[]): CriterionState =>
  history.reduce((state, observation) => observe(criterion, state, observation), initial(criterion));

Deno.test("trap 03: caps hold at and beyond their count, never only at it", () => {
  const cases: [Criterion, number, number, boolean][] = [
    [maxSteps(10), 9, 3, false],
    [maxSteps(10), 10, 3, true],
    [maxSteps(steps(10)), 12, 3, true],
    [maxEpochs(2), 99, 1.99, false],
    [maxEpochs(2), 99, 2, true],
    [maxEpochs(epochs(0.5)), 1, 2.5, true],
  ];
  for (const [criterion, step, epoch, stop] of cases) {
    assert.equal(
      stops(criterion, null, { ...START, step, epoch }),
      stop,
      `${textOf(criterion)} at ${step}, ${epoch}`,
    );
  }
});

Deno.test("every criterion has one text", () => {
  const full = plateau({
    metric: "validation.accuracy",
    mode: "max",
    patience: epochs(3),
    minDelta: 0.01,
    minDeltaKind: "relative",
    reference: "running",
  });
  const cases: [Criterion, string][] = [
    [
      any(maxSteps(2_000), early),
      "any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(2)))",
    ],
    [all(maxEpochs(1.5), any(maxSteps(1))), "all(maxEpochs(1.5), any(maxSteps(1)))"],
    [
      full,
      "plateau(validation.accuracy, max, patience: epochs(3), minDelta: 0.01, minDeltaKind: relative, reference: running)",
    ],
  ];
  for (const [criterion, text] of cases) assert.equal(textOf(criterion), text);
});

Deno.test("a bound is the step by which a criterion must stop", () => {
  const cases: [Criterion, number | null][] = [
    [maxSteps(7), 7],
    [maxEpochs(1.5), 6],
    [early, null],
    [any(maxSteps(7), maxEpochs(1), early), 4],
    [any(early), null],
    [all(maxSteps(7), maxEpochs(1)), 7],
    [all(maxSteps(7), early), null],
  ];
  for (const [criterion, bound] of cases) assert.equal(boundOf(criterion, batches), bound, textOf(criterion));
});

Deno.test("a bound holds: whatever is observed, the criterion stops there or before", () => {
  const bounded = criteria.filter((criterion) => boundOf(criterion, batches) !== null);
  fc.assert(fc.property(bounded, histories, (criterion, history) => {
    const bound = boundOf(criterion, batches)!;
    const upTo = history.findLastIndex(({ at }) => at.step <= bound) + 1;
    if (bound > 0 && history[upTo - 1]?.at.step !== bound) return;
    // At or before: what is true only for a while may have been true and be so no longer.
    assert.ok(truths(criterion, history.slice(0, upTo)).includes(true), `${textOf(criterion)} by ${bound}`);
  }));
});

Deno.test("metrics are listed once, and only seconds use the clock", () => {
  assert.deepEqual(metricsOf(any(early, all(early, maxSteps(3)))), ["validation.loss"]);
  assert.equal(usesClock(any(early, maxSteps(3))), false);
  const timed = plateau({ metric: "validation.loss", mode: "min", patience: seconds(5) });
  assert.equal(usesClock(all(maxSteps(1), any(timed))), true);
});

Deno.test("a verdict names the deciding leaf, its reason and the truth of all leaves", () => {
  const criterion = any(maxSteps(2_000), early);
  let state = initial(criterion);
  for (let i = 1; i <= 3; i++) {
    const at = { ...START, step: 600 * i, evaluations: i };
    state = observe(criterion, state, { kind: "evaluation", at, metrics: { "validation.loss": i } });
  }
  assert.deepEqual(verdict(criterion, state, { ...START, step: 1_800 }), {
    stop: true,
    path: "any.1.plateau",
    because: "no gain for 2 evaluations since step 600 (patience 2 evaluations)",
    leaves: [
      {
        path: "any.0.maxSteps",
        rule: "maxSteps(2000)",
        stop: false,
        because: "1,800 of 2,000 steps",
        lacks: "200 more steps",
      },
      {
        path: "any.1.plateau",
        rule: "plateau(validation.loss, min, patience: evaluations(2))",
        stop: true,
        because: "no gain for 2 evaluations since step 600 (patience 2 evaluations)",
      },
    ],
    alsoTrue: [],
    wouldHaveStopped: [{ path: "any.0.maxSteps", text: "maxSteps: 200 more steps" }],
  });
});

Deno.test("a verdict of all gives every reason, of a leaf the leaf, and of nothing no reason", () => {
  const both = all(maxSteps(1_000), maxEpochs(2));
  const at = { ...START, step: 1_000, epoch: 2.5 };
  const { path, because } = verdict(both, initial(both), at);
  assert.deepEqual([path, because], [
    "all.0.maxSteps",
    "reached 1,000 of 1,000 steps and reached 2.5 of 2 epochs",
  ]);
  assert.equal(verdict(maxSteps(1_000), null, at).path, "maxSteps");
  const nested = any(all(maxSteps(5), maxSteps(9_000)), maxEpochs(2));
  assert.equal(verdict(nested, initial(nested), at).path, "any.1.maxEpochs");
  const open = verdict(both, initial(both), START);
  assert.deepEqual([open.stop, open.path, open.because], [false, "", ""]);
});

Deno.test("any is or, all is and, in every order of the children and at every moment", () => {
  const two = fc.array(criteria, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(two, histories, (children, history) => {
    const each = children.map((child) => truths(child, history));
    const together = (join: "some" | "every") => each[0].map((_, i) => each[join]((truth) => truth[i]));
    for (const order of [children, children.toReversed()]) {
      assert.deepEqual(truths(any(...order), history), together("some"));
      assert.deepEqual(truths(all(...order), history), together("every"));
    }
  }));
});

Deno.test("every child sees every observation, also after another child stopped", () => {
  fc.assert(
    fc.property(fc.array(criteria, { minLength: 1, maxLength: 4 }), histories, (children, history) => {
      const alone = children.map((child) => stateAfter(child, history));
      assert.deepEqual(stateAfter(any(...children), history), alone);
      assert.deepEqual(stateAfter(all(...children), history), alone);
    }),
  );
});

Deno.test("a criterion and its state cross as JSON at any moment without changing what follows", () => {
  fc.assert(fc.property(criteria, histories, fc.nat(), (criterion, history, cut) => {
    const crossed = <T>(value: T): T => JSON.parse(JSON.stringify(value));
    const at = history.length === 0 ? 0 : cut % history.length;
    const copy = asCriterion(crossed(criterion));
    assert.deepEqual(copy, criterion);
    const halfway = crossed(stateAfter(criterion, history.slice(0, at)));
    const rest = history.slice(at).reduce((state, observation) => observe(copy, state, observation), halfway);
    assert.deepEqual(rest, stateAfter(criterion, history));
  }));
});

Deno.test("an observation that changes nothing gives the same state back", () => {
  const criterion = any(maxSteps(9), early, all(early));
  const state = initial(criterion);
  assert.equal(observe(criterion, state, { kind: "update", at: START, loss: 1, rate: 0.1 }), state);
});

Deno.test("a criterion that makes no sense is refused by name", () => {
  const kinds = criterionKinds.join(", ");
  const cases: [() => unknown, string][] = [
    [() => maxSteps(0), "invalid maxSteps: steps(0) (a whole number, at least 1)"],
    [() => maxEpochs(-2), "invalid maxEpochs: epochs(-2) (a number above 0)"],
    [() => maxSteps(epochs(2) as never), "invalid maxSteps: epochs(2) (in steps)"],
    [() => any(), "invalid any: no criteria (at least 1)"],
    [() => all(5 as never), "invalid all: 5 (criteria only)"],
    [() => asCriterion({ kind: "platoo" }), `invalid criterion: {"kind":"platoo"} (kind ${kinds})`],
    [() => asCriterion(null), `invalid criterion: null (kind ${kinds})`],
    [
      () => asCriterion({ kind: "maxSteps", steps: 5, step: 6 }),
      "unknown option of maxSteps: step (has steps, for, relative)",
    ],
    [() => asCriterion({ kind: "any", criteria: 3 }), "invalid any: 3 (a list of criteria)"],
    [() => textOf({ kind: "platoo" } as never), `unknown criterion: "platoo" (has ${kinds})`],
    [() => asCriterion({ kind: "toString" }), `invalid criterion: {"kind":"toString"} (kind ${kinds})`],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});
