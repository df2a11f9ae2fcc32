import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { type Duration, epochs, steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { extendConstant } from "../../lib/schedules/extend_constant.ts";
import { join } from "../../lib/schedules/join.ts";
import { linear } from "../../lib/schedules/linear.ts";
import { rescale } from "../../lib/schedules/rescale.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { scale } from "../../lib/schedules/scale.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import { scheduleText } from "../../lib/schedules/schedule_text.ts";
import { shareBelowPeak } from "../../lib/schedules/share_below_peak.ts";
import { type Stretch, stretch } from "../../lib/schedules/stretch.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";
import { anySchedule } from "./every_schedule.ts";

const batches = batchPlan(100, 32); // 4 updates an epoch
const ratesOf = (schedule: Schedule, from: number, to: number) => {
  const { rate } = resolve(schedule, batches);
  return Array.from({ length: to - from }, (_, i) => rate(from + i));
};

Deno.test("a stretched schedule has the new horizon, its warm-up and its rates", () => {
  const after = cosine({ peak: 1, horizon: steps(90) });
  const cases: [Schedule, Stretch, number, number][] = [
    [after, 2, 180, 0],
    [after, { to: epochs(10) }, 40, 0],
    [linear({ start: 1, horizon: epochs(1) }), 1.5, 6, 0],
    [warmupCosine({ warmup: steps(10), peak: 1, horizon: steps(100) }), 2, 200, 10],
    [warmup({ warmup: steps(10), then: after }), 2, 200, 10],
    [warmup({ warmup: steps(10), then: after }), { to: steps(50) }, 50, 10],
    [scale({ schedule: after, by: 3 }), { to: steps(7) }, 7, 0],
  ];
  for (const [schedule, by, horizon, rising] of cases) {
    const long = stretch(schedule, by), resolved = resolve(long, batches), given = resolve(schedule, batches);
    assert.deepEqual(
      [resolved.horizon, resolved.warmup, resolved.peak],
      [horizon, rising, given.peak],
      scheduleText(long),
    );
    assert.deepEqual(ratesOf(long, 0, rising), ratesOf(schedule, 0, rising));
    assert.equal(resolved.rate(horizon), given.rate(given.horizon!));
  }
});

Deno.test("a cosine stretched by a whole number passes every old rate, only later", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 9 }), (horizon, times) => {
    const schedule = cosine({ peak: 1, end: 0.1, horizon: steps(horizon) });
    const short = resolve(schedule, batches), long = resolve(stretch(schedule, times), batches);
    for (let i = 0; i <= horizon; i++) assert.ok(Math.abs(long.rate(i * times) - short.rate(i)) < 1e-12);
  }));
});

Deno.test("an extended constant part keeps the rates before the decay, and the decay as it was", () => {
  const byJoin = join({
    schedules: [
      linear({ start: 0, end: 1, horizon: steps(5) }),
      constant(1),
      linear({ start: 1, horizon: steps(6) }),
    ],
    borders: [steps(5), steps(14)],
  });
  const stable = warmupStableDecay({
    warmup: steps(5),
    peak: 1,
    decay: steps(6),
    tail: "1-sqrt",
    horizon: steps(20),
  });
  const schedules = [byJoin, stable, warmup({ warmup: steps(5), then: { ...stable, warmup: undefined } })];
  fc.assert(fc.property(fc.constantFrom(...schedules), fc.integer({ min: 1, max: 100 }), (schedule, more) => {
    const long = extendConstant(schedule, steps(more));
    const { horizon } = resolve(schedule, batches), decay = horizon! - 6;
    assert.equal(resolve(long, batches).horizon, horizon! + more);
    assert.deepEqual(ratesOf(long, 0, decay), ratesOf(schedule, 0, decay));
    assert.deepEqual(ratesOf(long, decay, decay + more), Array(more).fill(1));
    assert.deepEqual(ratesOf(long, decay + more, horizon! + more), ratesOf(schedule, decay, horizon!));
  }));
});

Deno.test("a rescaled schedule gives every rate times the factor, at the same updates", () => {
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(fc.property(anySchedule, factor, (schedule, factor) => {
    const before = ratesOf(schedule, 0, 60), after = ratesOf(rescale(schedule, factor), 0, 60);
    before.forEach((rate, i) =>
      assert.ok(Math.abs(after[i] - rate * factor) <= 1e-9 * rate * factor + 1e-15, scheduleText(schedule))
    );
    assert.equal(resolve(rescale(schedule, factor), batches).horizon, resolve(schedule, batches).horizon);
  }));
});

Deno.test("an extension that does not suit a schedule is refused by name", () => {
  const curve = cosine({ peak: 1, horizon: steps(9) }), text = "cosine(peak: 1, horizon: steps(9))";
  const stable = warmupStableDecay({ peak: 1, decay: steps(2), horizon: steps(9) });
  const mixed = warmup({ warmup: epochs(1), then: curve });
  const cases: [() => unknown, string][] = [
    [() => stretch(constant(0.1), 2), "cannot stretch constant(0.1): it has no horizon of its own"],
    [() => stretch(curve, 0), "invalid factor: 0 (a number above 0)"],
    [() => stretch(curve, { to: 5 as never }), "invalid to: 5 is a bare number; write epochs(5) or steps(5)"],
    [
      () => stretch(stable, 2),
      "cannot stretch warmupStableDecay(peak: 1, decay: steps(2), horizon: steps(9)): extendConstant keeps its decay",
    ],
    [
      () => stretch(mixed, 2),
      `cannot stretch warmup(warmup: epochs(1), then: ${text}): its warm-up is epochs(1), its horizon in steps`,
    ],
    [
      () => stretch(warmup({ warmup: steps(5), then: curve }), { to: steps(5) }),
      "invalid to: steps(5) (leaves 0 steps after the warm-up)",
    ],
    [() => extendConstant(curve, steps(5)), `no constant part to extend: ${text}`],
    [() => extendConstant(constant(1), steps(5)), "no constant part to extend: constant(1)"],
    [() => extendConstant(stable, epochs(5)), "invalid by: epochs(5) (in steps, as steps(9))"],
    [() => rescale(curve, -1), "invalid factor: -1 (a number above 0)"],
  ];
  for (const [act, message] of cases) assert.throws(act, { message });
});

Deno.test("trap 34: updates below a tenth of the peak are counted, also those after the schedule's end", () => {
  const line = (updates: number, past: "hold" | "error" = "hold") =>
    linear({ start: 1, horizon: steps(updates), past });
  const cases: [Schedule, number, number][] = [
    [constant(1), 1_000, 0],
    [line(100), 100, 0.09],
    [line(100), 1_000, 0.909],
    [line(100, "error"), 1_000, 0.09],
    [stretch(line(100), { to: steps(1_000) }), 1_000, 0.099],
    [line(1_000_000), 1_000_000, 0.1],
    [line(1_000_000), 2_000_000, 0.55],
  ];
  for (const [schedule, updates, expected] of cases) {
    const found = shareBelowPeak(schedule, batches, updates);
    assert.ok(Math.abs(found - expected) < 1e-3, `${scheduleText(schedule)} over ${updates}: ${found}`);
  }
  assert.equal(shareBelowPeak(line(100), batches, 100, 0.5), 0.49);
});

Deno.test("a share of no updates, or of all, is refused", () => {
  const cases: [number, number, string][] = [
    [0, 0.1, "invalid updates: 0 (a whole number, at least 1)"],
    [10, 1, "invalid share: 1 (between 0 and 1)"],
  ];
  for (const [updates, share, message] of cases) {
    assert.throws(() => shareBelowPeak(constant(1), batches, updates, share), { message });
  }
});

Deno.test("a duration in an extension stays a duration of the same unit", () => {
  const long = stretch(cosine({ peak: 1, horizon: epochs(2) }), 1.25) as { horizon: Duration };
  assert.deepEqual(long.horizon, epochs(2.5));
});
