import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { epochs, examples, seconds, steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { resolve, scheduleText } from "../../lib/schedules/resolve.ts";
import type { Past, Schedule } from "../../lib/schedules/schedule.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";

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
  ];
  for (const [schedule, rates] of cases) {
    assert.deepEqual(ratesOf(schedule, rates.length), rates, scheduleText(schedule));
  }
});

Deno.test("trap 34: past the horizon a schedule holds its end, begins again or refuses, and never climbs", () => {
  const two = (past: Past) => cosine({ peak: 1, horizon: steps(2), past });
  assert.deepEqual(ratesOf(two("hold"), 6), [1, 0.5, 0, 0, 0, 0]);
  assert.deepEqual(ratesOf(two("cycle"), 6), [1, 0.5, 1, 0.5, 1, 0.5]);
  assert.throws(() => ratesOf(two("error"), 3), { message: "update 3 is past the horizon of 2 updates" });
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
  ];
  for (const [schedule, text] of cases) assert.equal(scheduleText(schedule), text);
});

Deno.test("a schedule that makes no sense is refused by name and value", () => {
  const horizon = steps(10);
  const cases: [() => unknown, string][] = [
    [() => constant(-1), "invalid rate: -1 (a positive number)"],
    [() => constant(NaN), "invalid rate: NaN (a positive number)"],
    [() => cosine({ peak: 0, horizon }), "invalid peak: 0 (a positive number)"],
    [() => cosine({ peak: 1, end: 2, horizon }), "invalid end: 2 (a number from 0 to the peak, 1)"],
    [
      () => cosine({ peak: 1, horizon: 10 as never }),
      "invalid horizon: 10 is a bare number; write epochs(10) or steps(10)",
    ],
    [
      () => cosine({ peak: 1, horizon: seconds(10) }),
      "invalid horizon: seconds(10) (in steps, epochs or examples)",
    ],
    [() => cosine({ peak: 1, horizon, past: "stop" as Past }), 'invalid past: "stop" (hold, error or cycle)'],
    [
      () => cosine({ peak: 1, horizon, final: 0 } as never),
      "unknown option of cosine: final (has peak, end, horizon, past)",
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
      () => resolve(warmupCosine({ warmup: steps(10), peak: 1, horizon }), batches),
      "invalid warmup: 10 updates (less than the horizon, 10 updates)",
    ],
    [
      () => resolve({ kind: "step" } as never, batches),
      'unknown schedule: "step" (has constant, cosine, warmup, warmupCosine)',
    ],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});
