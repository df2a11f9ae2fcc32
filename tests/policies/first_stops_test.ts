import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";
import { after } from "../../lib/criteria/after.ts";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import type { Criterion, CriterionState } from "../../lib/criteria/criterion.ts";
import { diverged } from "../../lib/criteria/diverged.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { not } from "../../lib/criteria/not.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { initial, observe, ruleOf, stops, textOf } from "../../lib/criteria/rules.ts";
import { target } from "../../lib/criteria/target.ts";
import { within } from "../../lib/criteria/within.ts";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { epochs, evaluations, START, steps } from "../../lib/durations.ts";
import { firstStops } from "../../lib/policies/first_stops.ts";
import { follow } from "../../lib/policies/follow.ts";
import { placesOf } from "../../lib/policies/places.ts";
import { replay } from "../../lib/policies/replay.ts";
import { criteria, values } from "../criteria/arbitraries.ts";
import { quickest } from "../quickest.ts";

const plan = batchPlan(50, 7);

/** What a log held: the steps of its updates and of its evaluations, with what was measured. */
interface Logged {
  readonly updates: readonly (readonly [step: number, loss: number])[];
  readonly evaluations: readonly (readonly [step: number, loss: number])[];
}

/** A recording of a log; the clock runs an eighth of a second an update. */
function logged({ updates, evaluations }: Logged): Trajectory {
  const column = (
    of: readonly (readonly [number, number])[],
    each: (step: number, value: number) => number,
  ) => Float64Array.from(of, ([step, value]) => each(step, value));
  const axes = (of: readonly (readonly [number, number])[]) => ({
    step: column(of, (step) => step),
    epoch: column(of, (step) => positionAt(plan, step, 0, 0).epoch),
    examples: column(of, (step) => positionAt(plan, step, 0, 0).examples),
    seconds: column(of, (step) => step / 8),
  });
  const loss = (of: readonly (readonly [number, number])[]) => column(of, (_, value) => value);
  const metrics = {
    "validation.loss": loss(evaluations),
    "validation.accuracy": loss(evaluations).map((v) => -v),
  };
  return {
    name: "a log",
    seed: 0,
    batches: plan,
    updates: {
      ...axes(updates),
      loss: loss(updates),
      rate: column(updates, (step) => step < 9 ? 0.2 : 0.05),
    },
    evaluations: { ...axes(evaluations), metrics, standardErrors: {} },
    final: null,
    end: "stopped",
  };
}

/** Steps that a log may have held, some close and some far, each with a value. */
const rows = (most: number) =>
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 90 }), values), {
    maxLength: most,
    selector: ([step]) => step,
  })
    .map((rows) => rows.toSorted(([a], [b]) => a - b));
const logs: fc.Arbitrary<Logged> = fc.record({ updates: rows(40), evaluations: rows(20) });

/** The meaning of replay, written out: asked after every update that was trained, shown only what was logged. */
function plainly({ updates, evaluations }: Logged, stop: Criterion) {
  const losses = new Map(updates), measured = new Map(evaluations);
  const last = Math.max(updates.at(-1)?.[0] ?? 0, evaluations.at(-1)?.[0] ?? 0);
  let state = initial(stop), at = START;
  while (!stops(stop, state, at) && at.step < last) {
    const step = at.step + 1, loss = losses.get(step), value = measured.get(step);
    at = positionAt(plan, step, at.evaluations, step / 8);
    if (loss !== undefined) {
      state = observe(stop, state, { kind: "update", at, loss, rate: step < 9 ? 0.2 : 0.05 });
    }
    if (value === undefined) continue;
    at = { ...at, evaluations: at.evaluations + 1 };
    const metrics = { "validation.loss": value, "validation.accuracy": -value };
    state = observe(stop, state, { kind: "evaluation", at, metrics });
  }
  return stops(stop, state, at) ? { at, state } : null;
}

Deno.test("on a log that holds only some updates every rule stops where asking before each one finds it", () => {
  let stopped = 0, between = 0;
  const many = fc.array(
    fc.oneof({ weight: 9, arbitrary: criteria }, fc.nat(12).map((n) => maxSeconds(n + 1))),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(logs, many, (log, rules) => {
      const trajectory = logged(log), places = placesOf(trajectory), found = firstStops(trajectory, rules);
      for (const rule of rules) {
        const stop = found.get(textOf(rule))!, expected = plainly(log, rule);
        assert.deepEqual(stop && places.at(stop.step), expected && expected.at, textOf(rule));
        if (!stop || !expected) continue;
        // a gate that has opened may be remembered later, but says the same
        const said = (state: CriterionState) => ruleOf(rule).decide(rule, state, expected.at, rule.kind);
        assert.deepEqual(said(stop.state), said(expected.state));
        stopped++;
        if (![...log.updates, ...log.evaluations].some(([step]) => step === stop.step)) between++;
      }
    }),
    { numRuns: 600 },
  );
  assert.ok(
    stopped > 500 && between > 20,
    `${stopped} stopped, ${between} between rows: too few to say much`,
  );
});

Deno.test("rules that are nearly the same are each judged as alone", () => {
  const near = fc.record({
    metric: fc.constant("validation.loss"),
    mode: fc.constantFrom("min" as const, "max" as const),
    patience: fc.tuple(fc.constantFrom(evaluations, steps), fc.integer({ min: 1, max: 4 })).map(([unit, n]) =>
      unit(n)
    ),
    minDelta: fc.constantFrom(0, 0.125, 0.5),
    minDeltaKind: fc.constantFrom("absolute" as const, "relative" as const),
    reference: fc.constantFrom("accepted" as const, "running" as const),
    startAfter: fc.constantFrom(null, steps(30)),
    cooldown: fc.constant(null),
  }).map(plateau);
  fc.assert(fc.property(logs, fc.array(near, { minLength: 2, maxLength: 20 }), (log, rules) => {
    const found = firstStops(logged(log), rules);
    for (const rule of rules) {
      assert.equal(found.get(textOf(rule))?.step, plainly(log, rule)?.at.step, textOf(rule));
    }
  }));
});

Deno.test("a gate that opens between two evaluations and would close again stays open", () => {
  const every = Array.from({ length: 20 }, (_, i): [number, number] => [i + 1, 1]);
  const log = logged({ updates: every, evaluations: [[5, 3], [10, 1]] });
  const runsAway = diverged({ metric: "validation.loss", mode: "min", threshold: 2 });
  const gated = after(all(runsAway, maxSteps(7)), maxSteps(12));
  assert.equal(firstStops(log, [gated]).get(textOf(gated))?.step, 12);
});

Deno.test("and following it finds the same", () => {
  fc.assert(
    fc.property(logs, criteria, (log, rule) => {
      let state = initial(rule);
      const { at, toTheEnd } = follow(logged(log), {
        stops: (at) => stops(rule, state, at),
        see: (seen) => void (state = observe(rule, state, seen)),
      });
      const expected = plainly(log, rule);
      assert.deepEqual(toTheEnd && !stops(rule, state, at) ? null : at, expected && expected.at);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a stop between two rows is where it is, in every unit", () => {
  const log = logged({ updates: [[10, 2], [20, 1]], evaluations: [[5, 3], [25, 2], [45, 2.5], [65, 2.5]] });
  const low = target({ metric: "validation.loss", mode: "min", value: 3 });
  const wait = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) });
  const cases: [Criterion, number | null, number][] = [
    // rule; step of the stop; evaluations seen by then
    [maxSteps(17), 17, 1],
    [maxEpochs(2), 16, 1],
    [maxSeconds(3), 24, 1],
    [maxSteps(66), null, 0],
    [wait, 65, 4],
    [any(wait, maxSteps(64)), 64, 3],
    [after(steps(33), target({ metric: "validation.loss", mode: "min", value: 2 })), 33, 2],
    [all(maxSteps(30), not(maxSteps(40))), 30, 2],
    [within(epochs(1), maxSteps(6)), 6, 1],
    [all(low, not(within(steps(8), low))), 8, 1],
    [target({ metric: "training.loss", mode: "min", value: 1 }), 20, 1],
  ];
  for (const [stop, step, seen] of cases) {
    const [judged] = replay(log, [{ name: "policy", stop, select: best("validation.loss", "min") }]);
    assert.deepEqual(judged.at, step === null ? null : positionAt(plan, step, seen, step / 8), textOf(stop));
  }
});

Deno.test("between two rows the clock goes on from where the evaluation left it", () => {
  const log = logged({ updates: [[10, 1], [20, 1]], evaluations: [[10, 2]] });
  const timed: Trajectory = {
    ...log,
    updates: { ...log.updates, seconds: Float64Array.of(10, 30) },
    evaluations: { ...log.evaluations, seconds: Float64Array.of(20) },
  };
  const places = placesOf(timed);
  assert.deepEqual([9, 10, 11, 15, 20].map((step) => places.at(step).seconds), [9, 20, 21, 25, 30]);
  assert.equal(firstStops(timed, [maxSeconds(25)]).get("maxSeconds(25)")?.step, 15);
});

Deno.test("a log that counts tokens is judged as quickly as one that counts updates", async () => {
  const log = () => logged({ updates: [[1e12, 1]], evaluations: [[1, 1], [9e15, 2]] });
  const rules = [
    maxSteps(8e14),
    not(maxSteps(5)),
    within(steps(1e9), maxSteps(1e8)),
    all(maxSteps(9e14), maxSteps(7)),
  ];
  const updatesToo = any(maxSteps(3e11), target({ metric: "training.loss", mode: "min", value: 0 }));
  const found = firstStops(log(), [...rules, updatesToo]);
  assert.deepEqual([...rules, updatesToo].map((rule) => found.get(textOf(rule))?.step), [
    8e14,
    0,
    1e8,
    9e14,
    3e11,
  ]);
  const took = await quickest(1_000, () => firstStops(log(), [...rules, updatesToo]));
  assert.ok(took < 1_000, `${took} ms`);
});

Deno.test("without a batch plan, epochs lie between those that were logged", () => {
  const log = { ...logged({ updates: [], evaluations: [[10, 1], [30, 1]] }), batches: null };
  const [low, high] = [positionAt(plan, 10, 0, 0).epoch, positionAt(plan, 30, 0, 0).epoch];
  const cases: [number, number][] = [[0, 0], [5, low / 2], [10, low], [20, (low + high) / 2], [30, high]];
  for (const [step, epoch] of cases) {
    const off = placesOf(log).at(step).epoch - epoch;
    assert.ok(Math.abs(off) < 1e-12, `${off} off at ${step}`);
  }
});
