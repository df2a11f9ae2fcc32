import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { epochs, examples, seconds, steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { cosineRestarts } from "../../lib/schedules/cosine_restarts.ts";
import { cyclic } from "../../lib/schedules/cyclic.ts";
import { exponential } from "../../lib/schedules/exponential.ts";
import { inverseSqrt } from "../../lib/schedules/inverse_sqrt.ts";
import { inverseTime } from "../../lib/schedules/inverse_time.ts";
import { join } from "../../lib/schedules/join.ts";
import { linear } from "../../lib/schedules/linear.ts";
import { oneCycle } from "../../lib/schedules/one_cycle.ts";
import type { Past } from "../../lib/schedules/past.ts";
import { piecewise } from "../../lib/schedules/piecewise.ts";
import { polynomial } from "../../lib/schedules/polynomial.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { scale } from "../../lib/schedules/scale.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import { scheduleText } from "../../lib/schedules/schedule_text.ts";
import { step } from "../../lib/schedules/step.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";

const batches = batchPlan(100, 32); // 4 updates an epoch

const ratesOf = (schedule: Schedule, count: number) => {
  const { rate } = resolve(schedule, batches);
  return Array.from({ length: count }, (_, i) => Math.round(rate(i) * 1e6) / 1e6);
};

Deno.test("each schedule gives the rates of its formula", () => {
  const cases: [Schedule, number[]][] = [
    [constant(0.1), [0.1, 0.1, 0.1]],
    [cosine({ peak: 1, horizon: steps(4) }), [1, 0.853553, 0.5, 0.146447, 0, 0]],
    [cosine({ peak: 1, end: 0.5, horizon: epochs(1) }), [1, 0.926777, 0.75, 0.573223, 0.5, 0.5]],
    [warmup({ warmup: steps(2), then: constant(1) }), [0, 0.5, 1, 1]],
    [warmup({ warmup: steps(2), start: 0.5, then: cosine({ peak: 1, horizon: steps(2) }) }), [
      0.5,
      0.75,
      1,
      0.5,
      0,
      0,
    ]],
    [warmupCosine({ warmup: steps(2), peak: 1, horizon: steps(6) }), [
      0,
      0.5,
      1,
      0.853553,
      0.5,
      0.146447,
      0,
      0,
    ]],
    [
      warmupCosine({ warmup: examples(33), start: 0.5, peak: 1, end: 0.2, horizon: epochs(1) }),
      [0.5, 0.75, 1, 0.6, 0.2, 0.2],
    ],
    [linear({ start: 1, end: 0.5, horizon: steps(2) }), [1, 0.75, 0.5, 0.5]],
    [polynomial({ start: 1, power: 2, horizon: steps(2) }), [1, 0.25, 0, 0]],
    [polynomial({ start: 1, horizon: steps(2), past: "widen" }), [1, 0.5, 0, 0.25, 0, 0.166667]],
    [exponential({ start: 1, factor: 0.25, every: steps(2), end: 0.1 }), [1, 0.5, 0.25, 0.125, 0.1, 0.1]],
    [exponential({ start: 1, factor: 0.25, every: steps(2), staircase: true }), [1, 1, 0.25, 0.25, 0.0625]],
    [exponential({ start: 1, factor: 2, every: steps(1), end: 3 }), [1, 2, 3, 3]],
    [step({ start: 1, factor: 0.1, every: epochs(0.5) }), [1, 1, 0.1, 0.1, 0.01]],
    [piecewise({ start: 1, points: [{ at: steps(2), rate: 3 }] }), [1, 1, 3, 3]],
    [piecewise({ start: 1, points: [{ at: steps(2), rate: 3 }], between: "linear" }), [1, 2, 3, 3]],
    [
      piecewise({
        start: 0,
        points: [{ at: steps(2), rate: 1 }, { at: epochs(1), rate: 0 }],
        between: "cosine",
      }),
      [0, 0.5, 1, 0.5, 0, 0],
    ],
    [inverseTime({ start: 1, decay: 1, every: steps(1) }), [1, 0.5, 0.333333, 0.25]],
    [inverseTime({ start: 1, decay: 1, every: steps(2), staircase: true }), [1, 1, 0.5, 0.5, 0.333333]],
    [inverseSqrt({ peak: 1, timescale: steps(1) }), [1, 0.707107, 0.57735, 0.5]],
    [cosineRestarts({ peak: 1, cycle: steps(2), lengthen: 2 }), [
      1,
      0.5,
      1,
      0.853553,
      0.5,
      0.146447,
      1,
    ]],
    [cosineRestarts({ peak: 1, end: 0.2, cycle: steps(2), shrink: 0.5 }), [1, 0.6, 0.6, 0.4, 0.4, 0.3]],
    [cosineRestarts({ peak: 1, horizon: steps(4), cycles: 2 }), [1, 0.5, 1, 0.5, 0, 0]],
    [
      oneCycle({ peak: 1, start: 0.2, end: 0.1, horizon: steps(8), rise: 0.25, back: 0.5, shape: "linear" }),
      [0.2, 0.6, 1, 0.6, 0.2, 0.175, 0.15, 0.125, 0.1, 0.1],
    ],
    [oneCycle({ peak: 1, start: 0, end: 0, horizon: steps(4), rise: 0.5 }), [0, 0.5, 1, 0.5, 0, 0]],
    [cyclic({ low: 0, high: 1, up: steps(2), shape: "triangular2" }), [
      0,
      0.5,
      1,
      0.5,
      0,
      0.25,
      0.5,
      0.25,
      0,
    ]],
    [cyclic({ low: 0, high: 1, up: steps(1), down: steps(3) }), [0, 1, 0.666667, 0.333333, 0, 1]],
    [cyclic({ low: 0, high: 1, up: steps(1), shape: "expRange", factor: 0.5 }), [0, 0.5, 0, 0.125, 0]],
    [warmup({ warmup: steps(2), start: 0.25, shape: "constant", then: constant(1) }), [0.25, 0.25, 1, 1]],
    [warmup({ warmup: steps(4), shape: "cosine", then: constant(1) }), [0, 0.146447, 0.5, 0.853553, 1]],
    [
      warmupStableDecay({ warmup: steps(2), peak: 1, decay: steps(4), tail: "1-sqrt", horizon: steps(8) }),
      [0, 0.5, 1, 1, 1, 0.5, 0.292893, 0.133975, 0, 0],
    ],
    [
      join({ schedules: [constant(1), linear({ start: 2, horizon: steps(2) })], borders: [steps(2)] }),
      [1, 1, 2, 1, 0, 0],
    ],
    [scale({ schedule: constant(2), by: step({ start: 1, factor: 0.5, every: steps(2) }) }), [
      2,
      2,
      1,
      1,
      0.5,
    ]],
    [scale({ schedule: linear({ start: 1, horizon: steps(2) }), by: 0.5 }), [0.5, 0.25, 0]],
  ];
  for (const [schedule, rates] of cases) {
    assert.deepEqual(ratesOf(schedule, rates.length), rates, scheduleText(schedule));
  }
});

Deno.test("trap 34: past the horizon a schedule holds its end, refuses, or repeats itself where it is told to", () => {
  const two = (past: Past) => cosine({ peak: 1, horizon: steps(2), past });
  assert.deepEqual(ratesOf(two("hold"), 6), [1, 0.5, 0, 0, 0, 0]);
  assert.deepEqual(ratesOf(two("cycle"), 6), [1, 0.5, 1, 0.5, 1, 0.5]);
  assert.throws(() => ratesOf(two("error"), 3), { message: "update 3 is past the horizon of 2 updates" });
  assert.deepEqual(ratesOf(two("mirror"), 6), [1, 0.5, 0, 0.5, 1, 0.5]);
  const whole = warmupCosine({ warmup: steps(1), start: 0.25, peak: 1, horizon: steps(3), past: "cycle" });
  assert.deepEqual(ratesOf(whole, 6), [0.25, 1, 0.5, 0.25, 1, 0.5]);
});

Deno.test("trap 35: horizon, warm-up and peak are told in updates, and the horizon includes the warm-up", () => {
  const cases: [Schedule, number | null, number, number][] = [
    [constant(0.1), null, 0, 0.1],
    [cosine({ peak: 2, horizon: epochs(2.5) }), 10, 0, 2],
    [warmup({ warmup: epochs(1), then: cosine({ peak: 2, horizon: steps(10) }) }), 14, 4, 2],
    [warmup({ warmup: steps(3), start: 5, then: constant(1) }), null, 3, 5],
    [warmupCosine({ warmup: epochs(1), peak: 2, horizon: steps(10) }), 10, 4, 2],
    [warmupStableDecay({ warmup: epochs(1), peak: 2, decay: steps(2), horizon: epochs(3) }), 12, 4, 2],
    [oneCycle({ peak: 2, horizon: epochs(5), rise: 0.2 }), 20, 4, 2],
    [linear({ start: 0, end: 1, horizon: epochs(1) }), 4, 4, 1],
    [exponential({ start: 2, factor: 0.5, every: steps(3) }), null, 0, 2],
    [cosineRestarts({ peak: 2, cycle: steps(5) }), null, 0, 2],
    [piecewise({ start: 1, points: [{ at: epochs(1), rate: 2 }], between: "linear" }), 4, 0, 2],
    [
      join({
        schedules: [linear({ start: 0, end: 1, horizon: steps(4) }), cosine({ peak: 1, horizon: steps(6) })],
        borders: [epochs(1)],
      }),
      10,
      4,
      1,
    ],
    [scale({ schedule: cosine({ peak: 2, horizon: steps(9) }), by: constant(0.5) }), 9, 0, 1],
  ];
  for (const [schedule, horizon, rising, peak] of cases) {
    const resolved = resolve(schedule, batches);
    assert.deepEqual(
      [resolved.horizon, resolved.warmup, resolved.peak],
      [horizon, rising, peak],
      scheduleText(schedule),
    );
  }
});

Deno.test("a schedule is data: it crosses as JSON and gives the same rates", () => {
  const schedule = warmup({
    warmup: epochs(0.5),
    then: cosine({ peak: 0.3, horizon: steps(9), past: "cycle" }),
  });
  assert.deepEqual(ratesOf(JSON.parse(JSON.stringify(schedule)), 30), ratesOf(schedule, 30));
});

Deno.test("no rate is above the peak, and the end is met exactly", () => {
  const options = fc.record({
    updates: fc.integer({ min: 2, max: 200 }),
    rising: fc.integer({ min: 1, max: 199 }),
    peak: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }).filter(({ updates, rising }) => rising < updates);
  fc.assert(fc.property(options, ({ updates, rising, peak, share }) => {
    const end = peak * share;
    const schedule = warmupCosine({ warmup: steps(rising), peak, end, horizon: steps(updates) });
    const { rate } = resolve(schedule, batches);
    for (let i = 0; i <= updates; i++) assert.ok(rate(i) <= peak * (1 + 1e-12) && rate(i) >= 0);
    assert.equal(rate(updates), end);
  }));
});

Deno.test("a warm-up that reaches the horizon is still on its way up there, and says both", () => {
  const { rate, warmup: rising, horizon } = resolve(
    warmupCosine({ warmup: steps(10), peak: 1, horizon: steps(5) }),
    batches,
  );
  assert.deepEqual([rising, horizon, rate(0), rate(4), rate(5), rate(50)], [10, 5, 0, 0.4, 0.5, 0.5]);
});

Deno.test("trap 30: the last rate is the schedule's end, however many batches make an update", () => {
  for (let accumulate = 1; accumulate <= 8; accumulate++) {
    const plan = batchPlan(1_097, 32, "train", { batches: accumulate });
    const { rate, horizon } = resolve(cosine({ peak: 1, end: 0.125, horizon: epochs(3) }), plan);
    assert.equal(horizon, 3 * Math.ceil(35 / accumulate));
    assert.equal(rate(horizon!), 0.125);
  }
});

Deno.test("trap 36: a warm-up may begin above 0, so that the first update changes something", () => {
  const first = (start?: number) =>
    resolve(warmup({ warmup: steps(9), start, then: constant(1) }), batches).rate(0);
  assert.deepEqual([first(), first(0.1)], [0, 0.1]);
});

Deno.test("a schedule's text is the call that makes it", () => {
  const cases: [Schedule, string][] = [
    [constant(0.001), "constant(0.001)"],
    [
      cosine({ peak: 1, end: 0.1, horizon: epochs(3), past: "error" }),
      "cosine(peak: 1, end: 0.1, horizon: epochs(3), past: error)",
    ],
    [
      warmup({ warmup: steps(2), start: 0.5, then: constant(1) }),
      "warmup(warmup: steps(2), start: 0.5, then: constant(1))",
    ],
    [
      warmupCosine({ warmup: steps(2), peak: 1, horizon: steps(6) }),
      "warmupCosine(warmup: steps(2), peak: 1, horizon: steps(6))",
    ],
    [
      piecewise({ start: 1, points: [{ at: steps(2), rate: 0.1 }], between: "linear" }),
      "piecewise(start: 1, points: [{ at: steps(2), rate: 0.1 }], between: linear)",
    ],
    [
      join({ schedules: [constant(1), constant(2)], borders: [epochs(2)] }),
      "join(schedules: [constant(1), constant(2)], borders: [epochs(2)])",
    ],
    [scale({ schedule: constant(1), by: 0.5 }), "scale(schedule: constant(1), by: 0.5)"],
  ];
  for (const [schedule, text] of cases) assert.equal(scheduleText(schedule), text);
});

Deno.test("a schedule that makes no sense is refused by name and value", () => {
  const horizon = steps(10);
  const cases: [() => unknown, string | RegExp][] = [
    [() => constant(-1), "invalid rate: -1 (a number above 0)"],
    [() => constant(NaN), "invalid rate: NaN (a number above 0)"],
    [() => cosine({ peak: 0, horizon }), "invalid peak: 0 (a number above 0)"],
    [() => cosine({ peak: 1, end: 2, horizon }), "invalid end: 2 (a number from 0 to the peak, 1)"],
    [
      () => cosine({ peak: 1, horizon: 10 as never }),
      "invalid horizon: 10 is a bare number; write epochs(10) or steps(10)",
    ],
    [
      () => cosine({ peak: 1, horizon: seconds(10) }),
      "invalid horizon: seconds(10) (in steps, epochs or examples)",
    ],
    [
      () => cosine({ peak: 1, horizon, past: "stop" as Past }),
      'invalid past: "stop" (hold, error, cycle or mirror)',
    ],
    [
      () => cosine({ peak: 1, horizon, final: 0 } as never),
      "unknown option of cosine: final (has peak, end, exponent, horizon, past)",
    ],
    [
      () => warmup({ warmup: 5 as never, then: constant(1) }),
      "invalid warmup: 5 is a bare number; write epochs(5) or steps(5)",
    ],
    [
      () => warmup({ warmup: steps(5), start: -1, then: constant(1) }),
      "invalid start: -1 (a number, at least 0)",
    ],
    [() => warmup({ warmup: steps(5), then: 0.1 as never }), "invalid then: 0.1 (a schedule)"],
    [
      () => resolve({ kind: "cosin" } as never, batches),
      new RegExp('^unknown schedule: "cosin" \\(has constant, linear'),
    ],
    [
      () => exponential({ start: 1, factor: 0.5, every: horizon, end: 2 }),
      "invalid end: 2 (at most the start, 1, as the rate falls)",
    ],
    [
      () => exponential({ start: 1, factor: 2, every: horizon, end: 0.5 }),
      "invalid end: 0.5 (at least the start, 1, as the rate grows)",
    ],
    [
      () => exponential({ start: 1, factor: 2, every: horizon, staircase: 1 as never }),
      "invalid staircase: 1 (true or false)",
    ],
    [() => step({ start: 1, factor: 2, every: horizon }), "invalid factor: 2 (above 0, at most 1)"],
    [() => piecewise({ start: 1, points: [] }), "invalid points: [] (a list of { at, rate }, at least one)"],
    [
      () => piecewise({ start: 1, points: [{ at: horizon, rate: -1 }] }),
      "invalid points[0].rate: -1 (a number, at least 0)",
    ],
    [
      () =>
        resolve(
          piecewise({ start: 1, points: [{ at: epochs(3), rate: 1 }, { at: steps(12), rate: 1 }] }),
          batches,
        ),
      "invalid points: steps(12) is update 12, not later than update 12",
    ],
    [() => cosineRestarts({ peak: 1 }), "invalid cosineRestarts: either cycle, or horizon and cycles"],
    [
      () => cosineRestarts({ peak: 1, cycle: horizon, horizon, cycles: 2 }),
      "invalid cosineRestarts: either cycle, or horizon and cycles",
    ],
    [() => cosineRestarts({ peak: 1, horizon, cycles: 0 }), "invalid cycles: 0 (a whole number, at least 1)"],
    [
      () => cosineRestarts({ peak: 1, cycle: horizon, lengthen: 0.5 }),
      "invalid lengthen: 0.5 (a number, at least 1)",
    ],
    [() => oneCycle({ peak: 1, horizon, rise: 0.5, back: 0.4 }), "invalid back: 0.4 (between 0.5 and 1)"],
    [() => cyclic({ low: 0.2, high: 0.1, up: horizon }), "invalid high: 0.1 (above low, 0.2)"],
    [
      () => resolve(warmupStableDecay({ warmup: steps(5), peak: 1, decay: steps(6), horizon }), batches),
      "invalid decay: 6 updates after a warm-up of 5 (together at most 10, the horizon)",
    ],
    [
      () => join({ schedules: [constant(1)], borders: [] }),
      'invalid schedules: [{"kind":"constant","rate":1}] (a list of at least two schedules)',
    ],
    [
      () => join({ schedules: [constant(1), constant(2)], borders: [] }),
      "invalid borders: [] (a list of 1, one fewer than schedules)",
    ],
    [() => scale({ schedule: constant(1), by: 0 }), "invalid by: 0 (a number above 0)"],
    [
      () => scale({ schedule: constant(1), by: "half" as never }),
      'invalid by: "half" (a number above 0, or a schedule)',
    ],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});
