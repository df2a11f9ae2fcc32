import assert from "node:assert/strict";
import { ignite } from "../../lib/criteria/compat/ignite.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightgbm } from "../../lib/criteria/compat/lightgbm.ts";
import { lightning } from "../../lib/criteria/compat/lightning.ts";
import { transformers } from "../../lib/criteria/compat/transformers.ts";
import type { Criterion, CriterionState } from "../../lib/criteria/criterion.ts";
import { diverged } from "../../lib/criteria/diverged.ts";
import { maxExamples } from "../../lib/criteria/max_examples.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { mustReachBy } from "../../lib/criteria/must_reach_by.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { precheltGL } from "../../lib/criteria/prechelt_gl.ts";
import { precheltPQ } from "../../lib/criteria/prechelt_pq.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { rateFloor } from "../../lib/criteria/rate_floor.ts";
import {
  initial,
  metricsOf,
  observe,
  readsUpdates,
  stops,
  textOf,
  usesClock,
  verdict,
} from "../../lib/criteria/rules.ts";
import { leastSquaresSlope, slope } from "../../lib/criteria/slope.ts";
import { standardErrors } from "../../lib/criteria/standard_errors.ts";
import { target } from "../../lib/criteria/target.ts";
import { tolerance } from "../../lib/criteria/tolerance.ts";
import { epochs, evaluations, seconds, START, steps } from "../../lib/durations.ts";
import { follow, type Way } from "./follow.ts";

const m = { metric: "m", mode: "min" } as const;
const p = (count: number) => evaluations(count);

function holds(cases: readonly [Criterion, Way, number[]][]): void {
  for (const [rule, way, held] of cases) {
    assert.deepEqual(follow(rule, way).held, held, `${textOf(rule)} on ${JSON.stringify(way)}`);
  }
}

Deno.test("caps in examples and seconds hold at and beyond their count", () =>
  holds([
    [maxExamples(201), { m: [1, 1, 1, 1] }, [3, 4]],
    [maxSeconds(4), { m: [1, 1, 1] }, [2, 3]],
    [maxSteps({ for: 20 }), { m: [1, 1, 1] }, [2, 3]],
  ]));

Deno.test("trap 17: a gain is judged against noise when minDelta is in standard errors", () => {
  const rule = plateau({ ...m, patience: p(2), minDelta: standardErrors(1) });
  holds([
    [rule, { m: [1, 0.95, 0.9, 0.85], standardError: 0.125 }, [3]], // 0.15 at the fourth is a gain again
    [rule, { m: [1, 0.95, 0.9, 0.85], standardError: 0.01 }, []],
    [
      plateau({ ...m, patience: p(2), minDelta: standardErrors(3) }),
      { m: [4, 3, 2.5, 2], standardError: 0.5 },
      [3],
    ],
  ]);
  assert.throws(() => follow(rule, { m: [1] }), {
    name: "MissingStandardError",
    message: "no standard error of m: minDelta: standardErrors(…) needs one at every evaluation",
  });
});

Deno.test("trap 25: startAfter gates the stop and not the bookkeeping, and nothing latches before it opens", () =>
  holds([
    [plateau({ ...m, patience: p(2), startAfter: epochs(5) }), { m: [1, 2, 2, 2, 2, 2] }, [5, 6]],
    [plateau({ ...m, patience: p(2), startAfter: p(5) }), { m: [1, 2, 2, 2, 0.5, 2, 2] }, [7]],
    [plateau({ ...m, patience: p(2), startAfter: steps(45) }), { m: [1, 2, 2, 2, 2] }, [5]],
  ]));

Deno.test("what follows a gain within its cooldown does not count as waiting", () =>
  holds([
    [plateau({ ...m, patience: p(2), cooldown: p(2) }), { m: [2, 1, 1, 1, 1, 1, 1] }, [6, 7]],
    [plateau({ ...m, patience: p(2) }), { m: [2, 1, 1, 1, 1] }, [4, 5]],
    // nothing was gained yet, so there is nothing to recover from
    [plateau({ ...m, patience: p(2), cooldown: p(2) }), { m: [NaN, NaN, NaN] }, [2, 3]],
  ]));

Deno.test("trap 23: target, mustReachBy and startAfter are three rules", () =>
  holds([
    [target({ ...m, value: 0.5 }), { m: [1, 0.5, 0.4, 0.6, NaN, -Infinity] }, [2, 3]],
    [target({ ...m, mode: "max", value: 0.5 }), { m: [0.4, 0.5, Infinity, undefined] }, [2]],
    [target({ ...m, metric: "training.loss", value: 0.5 }), { m: [0, 0], losses: [0.6, 0.5] }, [2]],
    [mustReachBy({ ...m, value: 0.5, at: epochs(2) }), { m: [1, 1, 1] }, [2, 3]],
    [mustReachBy({ ...m, value: 0.5, at: p(2) }), { m: [1, 0.5, 1] }, []],
    [mustReachBy({ ...m, value: 0.5, at: steps(20) }), { m: [1, 1, 0.5] }, [2]],
    [mustReachBy({ ...m, value: 0.5, at: seconds(6) }), { m: [1, -Infinity, 1] }, [3]],
  ]));

Deno.test("trap 19: diverged and nonFinite are rules of their own for what runs away", () =>
  holds([
    [diverged({ ...m, threshold: 5 }), { m: [5, 6, 4, NaN, 3] }, [2, 4]],
    [diverged({ ...m, times: 3 }), { m: [2, 6, 6.5, 1, 3.5] }, [3, 5]],
    [diverged({ ...m, times: 1.5 }), { m: [-2, -1, -0.5] }, [3]], // more than half of |best| worse
    [diverged({ ...m, mode: "max", times: 1.5, threshold: 0.1 }), { m: [1, 0.5, 0.4] }, [3]],
    [nonFinite(), { m: [1, 1, 1], losses: [1, NaN, 1] }, [2]],
    [nonFinite({ after: 2, metric: "m" }), { m: [NaN, 1, NaN, Infinity, 1] }, [4]],
  ]));

Deno.test("tolerance stops at value noChange + 1 and moves its best on any gain", () =>
  holds([
    [tolerance({ ...m, tol: 0.1, noChange: 2 }), { m: [1, 1, 1, 1, 1] }, [4, 5]],
    [tolerance({ ...m, tol: 0.1, noChange: 2 }), { m: [1, 0.95, 0.9, 0.85] }, [4]],
    [tolerance({ ...m, metric: "training.loss", noChange: 1 }), { m: [0, 0, 0], losses: [1, 1, 1] }, [3]],
  ]));

Deno.test("Prechelt's criteria say what the paper defines", () =>
  holds([
    [precheltGL({ metric: "m", alpha: 10 }), { m: [1, 1.05, 1.2, 0.9, 1, NaN] }, [3, 5, 6]],
    [precheltUP({ metric: "m", strips: 2, strip: p(2) }), { m: [1, 1, 0, 2, 0, 3, 0, 3] }, [6, 7]],
    // training has stood still over the strip: any loss of generalisation is infinitely bad
    [precheltPQ({ metric: "m", alpha: 1, strip: p(2) }), { m: [1, 1.1], losses: [1, 1] }, [2]],
    [precheltPQ({ metric: "m", alpha: 1, strip: p(2) }), { m: [1, 1.1], losses: [1, 0.5] }, []],
    [precheltPQ({ metric: "m", alpha: 1, strip: p(2) }), { m: [1, 1], losses: [1, 1] }, []],
  ]));

Deno.test("trap 29: a rate that has come down to its floor may stop, at once or without gain", () => {
  const rates = [0.01, 0.1, 0.1, 0.01, 0.01, 0.01], flat = [1, 1, 1, 1, 1, 1];
  holds([
    [rateFloor({ rate: 0.01 }), { m: flat, rates }, [4, 5, 6]], // the first is a warm-up
    [rateFloor({ rate: 0.01 }), { m: [1, 1], rates: [0.1, 0.1 * 0.1] }, [2]], // a hair above
    [rateFloor({ rate: 0.01, ...m, patience: p(2) }), { m: flat, rates }, [5, 6]],
    [rateFloor({ rate: 0.01, ...m, patience: p(2) }), { m: [1, 1, 1, 1, 0.5, 0.5], rates }, []],
  ]);
});

Deno.test("slope stops when the last window has no trend in the better direction", () => {
  assert.equal(leastSquaresSlope([4, 2, 3, 1]), -0.8);
  holds([
    [slope({ ...m, window: p(3) }), { m: [5, 4, 3, 2, 3, 3, 3] }, [5, 6, 7]],
    [slope({ ...m, mode: "max", window: p(2) }), { m: [1, 2, 3, 3] }, [4]],
    [slope({ ...m, window: p(2), threshold: 1 }), { m: [9, 7, 6, 5.5] }, [3, 4]],
    [slope({ ...m, window: p(2) }), { m: [2, NaN, 1, Infinity, 1] }, [5]],
  ]);
});

Deno.test("trap 16: patience 0 is patience 1 in Keras and Lightning, and refused where it makes no sense", () => {
  const flat = { m: [1, 1, 1, 1] };
  holds([
    [keras({ ...m, patience: 0 }), flat, [2, 3, 4]],
    [keras({ ...m, patience: 1 }), flat, [2, 3, 4]],
    [lightning({ ...m, patience: 0 }), flat, [2, 3, 4]],
    [transformers({ ...m, patience: 2 }), flat, [3, 4]],
    [ignite({ ...m, patience: 2 }), flat, [3, 4]],
    [lightgbm({ ...m, rounds: 2 }), flat, [3, 4]],
  ]);
  assert.throws(() => transformers({ ...m, patience: 0 }), {
    message: "invalid patience: 0 (a whole number, at least 1)",
  });
});

Deno.test("trap 19: what other libraries do with NaN is theirs alone", () => {
  const first = { m: [NaN, 3, 2, 1, 0.5] };
  holds([
    [plateau({ ...m, patience: p(3) }), first, []],
    [keras({ ...m, patience: 3 }), first, [4, 5]], // nothing beats NaN
    [lightning({ ...m, patience: 3 }), first, [1]],
    [lightning({ ...m, patience: 3, checkFinite: false }), first, []],
    [ignite({ ...m, patience: 1 }), { m: [1, NaN, 5, 5] }, [4]], // NaN gains, and 5 gains on it
  ]);
});

Deno.test("trap 21: the direction is never guessed from a metric's name", () => {
  const metric = "validation.accuracy", none = { metric } as never;
  const makers: (() => unknown)[] = [
    () => plateau({ metric, patience: p(1) } as never),
    () => target({ metric, value: 1 } as never),
    () => mustReachBy({ metric, value: 1, at: p(1) } as never),
    () => diverged({ metric, times: 2 } as never),
    () => slope({ metric, window: p(3) } as never),
    () => tolerance(none),
    () => keras(none),
    () => lightning(none),
    () => transformers(none),
    () => ignite(none),
    () => lightgbm(none),
  ];
  for (const make of makers) assert.throws(make, { message: "invalid mode: undefined (min or max)" });
});

Deno.test("trap 44: a time cap counts the position's clock, which adds up over resumes, and says that it does", () => {
  const cap = maxSeconds(100), resumedAt = { ...START, step: 1, seconds: 99.5 };
  assert.deepEqual([stops(cap, null, resumedAt), stops(cap, null, { ...resumedAt, seconds: 100 })], [
    false,
    true,
  ]);
  assert.equal(usesClock(cap), true);
});

Deno.test("trap 44: a budget of training leaves out what evaluations take", () => {
  const cap = maxSeconds(3, { of: "training" });
  const update = (second: number) =>
    ({ kind: "update", at: { ...START, seconds: second }, loss: 1, rate: 1 }) as const;
  const evaluation = (second: number) =>
    ({ kind: "evaluation", at: { ...START, seconds: second }, metrics: {} }) as const;
  // one second an update, ten an evaluation
  const way = [update(1), evaluation(11), update(12), evaluation(22), update(23)];
  let state: CriterionState = initial(cap);
  const held = way.map((seen) => {
    state = observe(cap, state, seen);
    return stops(cap, state, seen.at);
  });
  assert.deepEqual(held, [false, false, false, false, true]);
  assert.equal(verdict(cap, state, way[4].at).because, "reached 3 of 3 seconds of training");
});

Deno.test("a test metric is refused, as other tools write it too", () => {
  const plain = [
    "test.loss",
    "test_loss",
    "test/loss",
    "loss/test",
    "test loss",
    "test-loss",
    "test",
    "test_acc",
  ];
  const nested = [
    "loss_test",
    "eval_test_loss",
    "metrics/test/acc",
    "test1/acc",
    "epoch_test_loss",
    "testing/loss",
  ];
  for (const metric of [...plain, ...nested, "Test/Loss", "TEST_loss", "testLoss", "lossTest"]) {
    assert.throws(() => target({ ...m, metric, value: 1 }), {
      message: `${metric} is reported, never obeyed: name a validation metric`,
    });
  }
  for (const metric of ["latest_loss", "contest/score", "val/tested_loss", "testosterone.mae"]) {
    assert.equal(target({ ...m, metric, value: 1 }).metric, metric);
  }
});

Deno.test("a strip whose training losses a log does not hold says nothing of progress", () => {
  const rule = precheltPQ({ metric: "m", alpha: 1, strip: p(3) });
  const stopped = (losses: (number | null)[]) => {
    let state = initial(rule), at = START;
    losses.forEach((loss, i) => {
      at = { ...at, step: at.step + 10, evaluations: i + 1 };
      if (loss !== null) state = observe(rule, state, { kind: "update", at, loss, rate: 0.1 });
      state = observe(rule, state, { kind: "evaluation", at, metrics: { m: 1 + i / 10 } });
    });
    return stops(rule, state, at);
  };
  assert.deepEqual(
    [[1, 1, 1], [1, null, 1], [2, null, 1], [null, null, 1], [null, null, null]].map(stopped),
    [
      true,
      true,
      false,
      false,
      false,
    ],
  );
});

Deno.test("a rule says what it reads, and whether it rests on the clock", () => {
  const cases: [Criterion, string[], boolean, boolean][] = [
    [nonFinite(), [], true, false],
    [target({ ...m, value: 1 }), ["m"], false, false],
    [target({ ...m, metric: "training.loss", value: 1 }), [], true, false],
    [precheltPQ({ metric: "m", alpha: 1 }), ["m"], true, false],
    [rateFloor({ rate: 1 }), [], true, false],
    [maxSeconds(1), [], false, true],
    [plateau({ ...m, patience: p(1), startAfter: seconds(1) }), ["m"], false, true],
    [mustReachBy({ ...m, value: 1, at: seconds(1) }), ["m"], false, true],
  ];
  for (const [rule, metrics, updates, clock] of cases) {
    assert.deepEqual([metricsOf(rule), readsUpdates(rule), usesClock(rule)], [metrics, updates, clock]);
  }
});

Deno.test("a rule that is not true says what it still lacks, in its own unit", () => {
  const way = { m: [1, 2, 2], losses: [3, 2, 1], rates: [0.1, 0.1, 0.1] };
  const cases: [Criterion, string][] = [
    [maxSteps(50), "maxSteps: 20 more steps"],
    [maxExamples(301), "maxExamples: 1 more example"],
    [maxSeconds(9.5), "maxSeconds: 3.5 more seconds"],
    [plateau({ ...m, patience: p(5) }), "plateau: 3 more evaluations without gain"],
    [plateau({ ...m, patience: steps(50) }), "plateau: 30 more steps without gain"],
    [plateau({ ...m, patience: p(2), startAfter: epochs(5) }), "plateau: 2 more epochs to its start"],
    [target({ ...m, value: 0.5 }), "target: m 1.5 lower"],
    [mustReachBy({ ...m, value: 0.5, at: epochs(4) }), "mustReachBy: 1 more epoch"],
    [diverged({ ...m, times: 3 }), "diverged: m above 3"],
    [nonFinite({ after: 2 }), "nonFinite: 2 more values of training.loss, not finite"],
    [tolerance({ ...m, tol: 0.1, noChange: 5 }), "tolerance: 4 more values, each gaining less than 0.1"],
    [precheltGL({ metric: "m", alpha: 150 }), "precheltGL: 50 % more generalisation loss"],
    [precheltUP({ metric: "m", strips: 3 }), "precheltUP: 3 more rising strips"],
    [precheltPQ({ metric: "m", alpha: 1 }), "precheltPQ: a strip above 1, which ends in 2 more evaluations"],
    [rateFloor({ rate: 0.01 }), "rateFloor: a rate of 0.01 or less"],
    [slope({ ...m, window: p(5) }), "slope: 2 more evaluations"],
    [keras({ ...m, patience: 4 }), "keras: 2 more evaluations without gain"],
    [lightgbm({ ...m, rounds: 3 }), "lightgbm: 1 more evaluation without gain"],
  ];
  for (const [rule, text] of cases) {
    const { state, at } = follow(rule, way), { stop, wouldHaveStopped } = verdict(rule, state, at);
    assert.deepEqual([stop, wouldHaveStopped], [false, [{ path: rule.kind, text }]]);
  }
});

Deno.test("what makes no sense is refused by name and value", () => {
  const number = "a number", whole = "a whole number, at least 1", above = "a number above 0";
  const cases: [() => unknown, string][] = [
    [() => target({ ...m, value: NaN }), `invalid value: NaN (${number})`],
    [
      () => mustReachBy({ ...m, value: 1, at: 5 as never }),
      "invalid at: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)",
    ],
    [() => diverged(m), 'invalid diverged: {"metric":"m","mode":"min"} (threshold, times or both)'],
    [() => diverged({ ...m, times: 1 }), "invalid times: 1 (a number above 1)"],
    [() => nonFinite({ after: 0 }), `invalid after: 0 (${whole})`],
    [() => tolerance({ ...m, noChange: 0.5 }), `invalid noChange: 0.5 (${whole})`],
    [() => precheltGL({ metric: "m", alpha: 0 }), `invalid alpha: 0 (${above})`],
    [
      () => precheltGL({ metric: "training.loss", alpha: 1 }),
      'invalid metric: "training.loss" (of evaluations)',
    ],
    [
      () => precheltPQ({ metric: "m", alpha: 1, strip: steps(5) as never }),
      "invalid strip: steps(5) (in evaluations)",
    ],
    [() => precheltUP({ metric: "m", strips: 0 }), `invalid strips: 0 (${whole})`],
    [() => rateFloor({ rate: 0 }), `invalid rate: 0 (${above})`],
    [
      () => rateFloor({ rate: 1, metric: "m" }),
      'invalid rateFloor: {"rate":1,"metric":"m"} (metric, mode and patience together, or none)',
    ],
    [() => slope({ ...m, window: p(1) }), "invalid window: evaluations(1) (at least 2)"],
    [() => standardErrors(0), `invalid standardErrors: 0 (${above})`],
    [
      () => plateau({ ...m, patience: p(1), minDelta: standardErrors(1), minDeltaKind: "relative" }),
      'invalid minDeltaKind: "relative" (absolute, with standardErrors)',
    ],
    [
      () => plateau({ ...m, patience: p(1), cooldown: steps(5) }),
      "invalid cooldown: steps(5) (in evaluations, as patience)",
    ],
    [
      () => plateau({ ...m, patience: p(1), startAfter: 0 as never }),
      "invalid startAfter: 0 is a bare number; write evaluations(0), epochs(0) or steps(0)",
    ],
    [() => maxSeconds(0), `invalid maxSeconds: seconds(0) (${above})`],
    [() => maxSeconds(1, { of: "all" as never }), `invalid of: "all" (total or training)`],
    [() => maxExamples(0.5), `invalid maxExamples: examples(0.5) (${whole})`],
    [() => maxSteps({ for: 0 }), `invalid maxSteps.for: steps(0) (${whole})`],
    [() => keras({ ...m, patience: -1 }), "invalid patience: -1 (a whole number, at least 0)"],
    [() => lightning({ ...m, checkFinite: 1 as never }), "invalid checkFinite: 1 (true or false)"],
    [() => ignite({ ...m } as never), `invalid patience: undefined (${whole})`],
    [() => lightgbm({ ...m, rounds: 0 }), `invalid rounds: 0 (${whole})`],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});
