import assert from "node:assert/strict";
import { asCriterion } from "../../lib/criteria/as_criterion.ts";
import * as criteria from "../../lib/criteria/mod.ts";
import type { Criterion, Observation } from "../../lib/criteria/criterion.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { select } from "../../lib/criteria/select.ts";
import { epochOrder } from "../../lib/data/order.ts";
import { type Duration, epochs, evaluations, examples, seconds, START, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { initialScale, observeScale, plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import { plan } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { data, small, trained } from "../training/fixture.ts";
import { digitStream } from "./digit_stream.ts";
import { judged, LOSS, scaledBy } from "./judged.ts";

setEngineChoice("wasm");

const { plateau } = criteria;
const bare = 5 as unknown as Duration;
/** Plateau with a patience in evaluations. */
const patient = (count: number, rest = {}) => plateau({ ...LOSS, patience: evaluations(count), ...rest });

Deno.test("trap 15: patience counts in the unit it is written in, and a bare number is refused", () => {
  const flat = [1, 1, 1, 1, 1, 1];
  const cases: [Duration, number][] = [
    [evaluations(2), 3],
    [steps(20), 3],
    [steps(21), 4],
    [epochs(2.5), 4],
    [examples(301), 5],
    [seconds(4), 5],
  ];
  for (const [patience, stopped] of cases) {
    assert.equal(judged(flat, plateau({ ...LOSS, patience })).stopped, stopped, JSON.stringify(patience));
  }
  // a part of an epoch is that part, also where evaluations come more often
  const oneAndHalf = plateau({ ...LOSS, patience: epochs(1.5) });
  let waiting = initial(oneAndHalf);
  const stopping = [0.5, 1.5, 2].map((epoch, i) => {
    const at = { ...START, step: i + 1, epoch, evaluations: i + 1 };
    waiting = observe(oneAndHalf, waiting, { kind: "evaluation", at, metrics: { "validation.loss": 1 } });
    return stops(oneAndHalf, waiting, at);
  });
  assert.deepEqual(stopping, [false, false, true]);
  assert.throws(
    () => plateau({ ...LOSS, patience: bare }),
    { message: "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)" },
  );
});

Deno.test("trap 16: patience p stops on the p-th evaluation without gain, and a patience of 0 is an error", () => {
  for (const p of [1, 2, 3, 5]) {
    const losses = [3, 2, ...Array(9).fill(2)];
    assert.equal(judged(losses, patient(p)).stopped, 2 + p);
  }
  const none = { ...LOSS, kind: "plateau", patience: { unit: "evaluations", count: 0 } };
  assert.throws(() => evaluations(0), { message: "invalid evaluations: 0 (a whole number, at least 1)" });
  assert.throws(() => asCriterion(none), /invalid patience: evaluations\(0\)/);
});

Deno.test("trap 17: gains add up from the accepted best, and what is kept is the true minimum either way", () => {
  // every gain is half of minDelta: from the accepted best two of them count, from the running best none does
  const steady = [2, 1.75, 1.5, 1.25, 1, 0.75], minDelta = 0.4;
  const goesOn = judged(steady, criteria.any(patient(2, { minDelta }), criteria.maxSteps(60)));
  assert.deepEqual(goesOn, { stopped: 6, kept: 6, path: "any.1.maxSteps" });
  const running = judged(steady, patient(2, { minDelta, reference: "running" }));
  assert.deepEqual([running.stopped, running.kept], [3, 3]);
  // the last gain was too small for the rule, and it is the minimum all the same
  assert.deepEqual(judged([2, 1, 0.9, 1.1], patient(2, { minDelta })), {
    stopped: 4,
    kept: 3,
    path: "plateau",
  });
});

Deno.test("trap 18: a relative gain is a share of |best|: -0.95 does not beat -1", () => {
  const relative = (mode: "min" | "max") =>
    patient(1, { mode, minDelta: 0.1, minDeltaKind: "relative" as const });
  const cases: ["min" | "max", number[], number | null][] = [
    ["min", [-1, -0.95], 2],
    ["min", [-1, -1.05], 2],
    ["min", [-1, -1.2], null],
    ["min", [0, -1e-6], null],
    ["max", [-1, -0.95], 2],
    ["max", [-1, -0.85], null],
    ["max", [1, 1.05], 2],
  ];
  for (const [mode, losses, stopped] of cases) {
    assert.equal(judged(losses, relative(mode)).stopped, stopped, `${mode} ${losses}`);
  }
  // the rule that cuts the rate measures in the same way
  const scale = plateauScale({ ...LOSS, patience: evaluations(1), minDelta: 0.1, minDeltaKind: "relative" });
  assert.equal(scaledBy(scale, [-1, -0.95]).at(-1)!.cuts.length, 1);
});

Deno.test("trap 19: what is no number never gains, never becomes the best, and has a rule of its own", () => {
  const cases: [number[], number | null, number | null][] = [
    [[NaN, 3, 2, 1], null, null], // a first NaN is no best that nothing beats
    [[1, NaN, 5], 3, 1], // after a NaN a worse value is no gain
    [[-Infinity, 2, NaN, 3], 4, 2],
    [[NaN, NaN], 2, null], // it counts as an evaluation without gain
  ];
  for (const [losses, stopped, kept] of cases) {
    const { stopped: at, kept: row } = judged(losses, patient(2));
    assert.deepEqual([at, row], [stopped, kept], String(losses));
  }
  assert.equal(judged([NaN, 4, NaN, 3], criteria.any(patient(2), criteria.maxSteps(40))).kept, 4);
  // the rule that cuts the rate takes them in the same way
  const scale = plateauScale({ ...LOSS, patience: evaluations(2) });
  const scaled: [number[], number][] = [[[NaN, 3, 2, 1], 0], [[1, NaN, 5], 1], [[-Infinity, 2, 1], 0], [[
    1,
    NaN,
    NaN,
  ], 1]];
  for (const [losses, cuts] of scaled) {
    assert.equal(scaledBy(scale, losses).at(-1)!.cuts.length, cuts, `scaled by ${losses}`);
  }
  const nonFinite = (after: number) => criteria.nonFinite({ metric: "validation.loss", after });
  assert.equal(judged([1, NaN, 1, NaN, NaN, 1], nonFinite(1)).stopped, 2);
  assert.equal(judged([1, NaN, 1, NaN, NaN, 1], nonFinite(2)).stopped, 5);
});

Deno.test("trap 20: an unknown metric is refused by the plan, and one not measured now is no observation", () => {
  const misspelt = { metric: "validation.los", mode: "min" } as const;
  const wrong: Partial<Spec>[] = [
    { stop: plateau({ ...misspelt, patience: evaluations(3) }) },
    { stop: criteria.any(criteria.maxSteps(40), criteria.target({ ...misspelt, value: 0.1 })) },
    { select: criteria.best("validation.los", "min") },
    { scale: plateauScale({ ...misspelt, patience: evaluations(3) }) },
  ];
  for (const change of wrong) {
    assert.throws(
      () => plan({ ...small, ...change }),
      /^UnknownMetric: unknown metric: validation.los \(has validation/,
    );
  }
  const rule = patient(1), before = initial(rule), unmeasured = { "validation.f1": 1 };
  assert.equal(observe(rule, before, evaluationAt(1, "validation.f1", 1)), before);
  const scale = plateauScale({ ...LOSS, patience: evaluations(1) }), uncut = initialScale();
  assert.equal(observeScale(scale, uncut, { ...START, step: 1, metrics: unmeasured }), uncut);
  const rows = [{ metrics: { "validation.loss": 2 } }, { metrics: unmeasured }];
  assert.equal(select(criteria.best("validation.loss", "min"), rows), rows[0]);
});

Deno.test("trap 21: the mode is required, and obeyed whatever the metric is called", () => {
  const { metric } = LOSS, patience = evaluations(1);
  const missing = /invalid mode: undefined \(min or max\)/;
  const told = {
    plateau: { patience },
    target: { value: 1 },
    mustReachBy: { value: 1, at: patience },
    diverged: { times: 2 },
    slope: { window: evaluations(5) },
    tolerance: {},
    windowMean: { window: patience },
  };
  for (const [kind, options] of Object.entries(told)) {
    const make = criteria[kind as keyof typeof told] as (options: unknown) => unknown;
    for (const metric of ["validation.loss", "validation.accuracy"]) {
      assert.throws(() => make({ metric, ...options }), missing, `${kind} of ${metric}`);
      make({ metric, mode: "min", ...options });
    }
  }
  assert.throws(() => criteria.best(metric, undefined as never), missing);
  assert.throws(() => plateauScale({ metric, patience } as never), missing);
  // one curve that falls under names that suggest this or that: only the mode tells whether it gains
  for (const named of ["validation.accuracy", "validation.rocAuc", "validation.loss"]) {
    for (const [mode, stopped] of [["min", false], ["max", true]] as const) {
      const rule = plateau({ metric: named, mode, patience });
      const state = [3, 2].reduce(
        (before, value, i) => observe(rule, before, evaluationAt(i + 1, named, value)),
        initial(rule),
      );
      assert.equal(stops(rule, state, { ...START, evaluations: 2 }), stopped, `${named} ${mode}`);
      const rows = [3, 2].map((value) => ({ metrics: { [named]: value } }));
      assert.equal(select(criteria.best(named, mode), rows), rows[stopped ? 0 : 1], `best ${named} ${mode}`);
    }
  }
});

const evaluationAt = (count: number, metric: string, value: number): Observation => ({
  kind: "evaluation",
  at: { ...START, step: count, evaluations: count },
  metrics: { [metric]: value },
});

Deno.test("trap 22: the selected weights are kept at every end, not only when the rule fired", async () => {
  // The highest loss is that of the first evaluation, so what is kept is never what came last.
  const early: Spec = { ...small, select: criteria.best("validation.loss", "max") };
  const first = loadState((await trained({ ...early, stop: criteria.maxSteps(5) })).outcome.state).parameters;
  const never = { ...LOSS, value: 0 };
  const ends: [string, Partial<Spec>][] = [
    ["stopped", { stop: criteria.maxSteps(20) }],
    ["stopped", { stop: patient(2, { minDelta: 9 }) }],
    ["stopped", { stop: criteria.mustReachBy({ ...never, at: steps(17) }) }],
    ["stopped", { stop: criteria.all(criteria.maxSeconds(1e-3), criteria.maxSteps(12)) }],
    ["exhausted", { data: digitStream(epochOrder(small.seed!, 0, 1097), 1), stop: criteria.maxSteps(1000) }],
    ["diverged", { data: spoiledAt(300) }],
    ["failed", { schedule: cosine({ peak: 3e-3, end: 3e-3, horizon: steps(12), past: "error" }) }],
    ["aborted", { stop: criteria.maxSteps(100_000) }],
  ];
  for (const [reason, change] of ends) {
    const run = train({ ...early, ...change });
    let outcome = null;
    try {
      for await (const event of run) {
        outcome = event.outcome;
        if (reason === "aborted" && event.at.step >= 15) run.abort();
      }
    } catch (error) {
      assert.equal(reason, "failed", String(error));
    }
    assert.equal(outcome!.reason, reason);
    assert.equal(outcome!.kept!.step, 5, `${reason}: ${outcome!.because}`);
    assert.deepEqual(loadCheckpoint(outcome!.checkpoint).parameters, first, reason);
  }
  const done = (await trained({ ...early, stop: criteria.maxSteps(12) })).outcome.state;
  const again = await trained({ ...early, stop: criteria.maxSteps(12), from: done });
  assert.equal(again.outcome.reason, "alreadyComplete");
  assert.deepEqual(loadCheckpoint(again.outcome.checkpoint).parameters, first, "alreadyComplete");
  // where nothing was ever worth keeping, the end is no crash
  const wild = { optimizer: momentum(), schedule: constant(1e30), evaluate: { every: steps(1) } };
  const { outcome, trajectory } = await trained({ ...small, ...wild });
  assert.equal(outcome.reason, "diverged");
  assert.equal(outcome.kept?.step ?? null, keptIn(trajectory.evaluations.metrics["validation.loss"]));
});

/** The digits with a feature that is no number in the example that is trained at this place. */
function spoiledAt(place: number) {
  const { training, features } = data, x = training.x.slice();
  x[epochOrder(small.seed!, 0, training.count)[place] * features] = NaN;
  return { ...data, training: { ...training, x } };
}

/** Step of the least finite loss where every update is evaluated; null when there is none. */
const keptIn = (losses: Float64Array): number | null =>
  select(
    criteria.best("validation.loss", "min"),
    Array.from(losses, (loss, i) => ({ step: i + 1, metrics: { "validation.loss": loss } })),
  )?.step ?? null;

Deno.test("trap 23: a target, a deadline for a value and a start of the patience are three rules", () => {
  const falling = [6, 5, 4, 3, 2, 1];
  const goal = { ...LOSS, value: 3 };
  assert.equal(judged(falling, criteria.target(goal)).stopped, 4);
  assert.equal(judged(falling, criteria.mustReachBy({ ...goal, at: evaluations(3) })).stopped, 3);
  assert.equal(judged(falling, criteria.mustReachBy({ ...goal, at: evaluations(4) })).stopped, null);
  // none of them is a part of patience: a curve that gains goes on, whatever it has not reached yet
  const unreached = criteria.any(patient(2), criteria.target({ ...LOSS, value: 0 }));
  assert.equal(judged([6, 5, 4, 3, 3.5, 2, 1], unreached).stopped, null);
  // patience that begins once a value is reached
  const reached = criteria.after(criteria.target(goal), patient(2));
  assert.equal(judged([6, 6, 6, 6, 2, 2, 2, 2], reached).stopped, 7);
  // and goes on though the value is lost again
  assert.equal(judged([6, 6, 2, 6, 6], reached).stopped, 5);
  assert.equal(judged([6, 6, 6, 6, 6, 6], patient(2, { startAfter: epochs(5) })).stopped, 5);
});

Deno.test("trap 24: a patience that ran out before the gate opens is forgotten when the metric recovers", () => {
  // no gain at evaluations 2 to 4, a gain at 5, the gate at 6
  const recovering = [3, 4, 4, 4, 2, 2.5, 1, 1, 1], waits = patient(2);
  const gates: Criterion[] = [
    criteria.all(criteria.maxSteps(60), waits),
    criteria.after(steps(60), waits),
    patient(2, { startAfter: steps(60) }),
  ];
  for (const gate of gates) {
    assert.equal(judged(recovering, gate).stopped, 9, gate.kind);
    assert.equal(judged(recovering.slice(0, 8), gate).stopped, null, gate.kind);
  }
  assert.equal(judged(recovering, waits).stopped, 3, "without a gate it stops early, or this says nothing");
});

Deno.test("trap 25: a start gates the stop and not the book: the best before it counts and is kept", async () => {
  const warm = [1, 5, 4, 3, 2.5, 2.4, 2.3];
  const gates = [patient(2, { startAfter: evaluations(4) }), criteria.after(evaluations(4), patient(2))];
  for (const gate of gates) {
    const { stopped, kept } = judged(warm, gate);
    assert.deepEqual([stopped, kept], [4, 1], gate.kind);
  }
  // the same of a training: its highest loss is that of the first evaluation
  const stop = plateau({ ...LOSS, mode: "max", patience: evaluations(2), startAfter: evaluations(4) });
  const { outcome } = await trained({ ...small, stop, select: criteria.best("validation.loss", "max") });
  assert.deepEqual([outcome.at.step, outcome.kept!.step], [20, 5]);
});
