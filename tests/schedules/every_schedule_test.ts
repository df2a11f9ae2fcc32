import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { epochs, steps } from "../../lib/durations.ts";
import { asSchedule } from "../../lib/schedules/as_schedule.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { kindOf } from "../../lib/schedules/kinds.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { scheduleText } from "../../lib/schedules/schedule_text.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { anySchedule, byKind } from "./every_schedule.ts";

const batches = batchPlan(100, 32); // 4 updates an epoch

Deno.test("every kind of schedule is among those that the laws are held against", () => {
  const [, known] = /\(has (.*)\)/.exec(String(assertThrown(() => kindOf("none")).message))!;
  assert.deepEqual(Object.keys(byKind).sort(), known.split(", ").sort());
});

function assertThrown(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return assert.fail("nothing was thrown");
}

Deno.test("trap 38: a rate depends on the update's index alone, in whatever order it is asked for", () => {
  const order = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 5, maxLength: 30 });
  fc.assert(fc.property(anySchedule, order, (schedule, indices) => {
    const asked = resolve(schedule, batches), folded = resolve(schedule, batches);
    const inOrder = Array.from({ length: 91 }, (_, i) => folded.rate(i));
    for (const index of indices) assert.equal(asked.rate(index), inOrder[index], scheduleText(schedule));
  }));
});

Deno.test("trap 37: resolving a schedule, or another made of it, changes nothing about it", () => {
  fc.assert(fc.property(anySchedule, (schedule) => {
    const before = structuredClone(schedule);
    resolve(warmup({ warmup: steps(3), then: schedule }), batches).rate(50);
    assert.deepEqual(schedule, before);
  }));
});

Deno.test("a rate is a number from 0 to the peak, in every kind of schedule", () => {
  fc.assert(fc.property(anySchedule, (schedule) => {
    const { rate, peak } = resolve(schedule, batches);
    for (let i = 0; i < 120; i++) {
      assert.ok(
        rate(i) >= 0 && rate(i) <= peak * (1 + 1e-12),
        `${scheduleText(schedule)} at ${i}: ${rate(i)}`,
      );
    }
  }));
});

Deno.test("every schedule comes back from JSON as it was, with the same text", () => {
  fc.assert(fc.property(anySchedule, (schedule) => {
    const back = asSchedule(JSON.parse(JSON.stringify(schedule)));
    assert.deepEqual(back, schedule);
    assert.equal(scheduleText(back), scheduleText(schedule));
  }));
});

Deno.test("a schedule's text does not depend on the order of its keys", () => {
  const { kind, ...rest } = cosine({ peak: 1, horizon: epochs(2) });
  const turned = Object.fromEntries([...Object.entries(rest).reverse(), ["kind", kind]]);
  assert.equal(scheduleText(turned as never), "cosine(peak: 1, horizon: epochs(2))");
});

Deno.test("what is no schedule is refused by one line that names the field and the value", () => {
  const good = { kind: "cosine", peak: 1, horizon: { unit: "steps", count: 5 } };
  let deep: object = constant(1);
  for (let i = 0; i < 40; i++) deep = { kind: "scale", schedule: deep, by: 1 };
  const cases: [unknown, RegExp | string][] = [
    [null, "invalid schedule: null (a schedule)"],
    [[1], "invalid schedule: [1] (a schedule)"],
    ["constant(1)", 'invalid schedule: "constant(1)" (a schedule)'],
    [{ kind: "cosin" }, /^unknown schedule: "cosin" \(has constant, linear, /],
    [{ kind: "toString" }, /^unknown schedule: "toString"/],
    [{ kind: "constant" }, "invalid rate: undefined (a number above 0)"],
    [{ kind: "constant", rate: 1, rte: 2 }, "unknown option of constant: rte (has rate)"],
    [{ ...good, end: 2 }, "invalid end: 2 (a number from 0 to the peak, 1)"],
    [{ ...good, horizon: 5 }, "invalid horizon: 5 is a bare number; write epochs(5) or steps(5)"],
    [
      { kind: "warmup", warmup: good.horizon, then: { kind: "constant", rate: -1 } },
      "invalid rate: -1 (a number above 0)",
    ],
    [{ kind: "join", schedules: [good, 3], borders: [good.horizon] }, "invalid schedules[1]: 3 (a schedule)"],
    [{ kind: "scale", schedule: good, by: null }, "invalid by: null (a schedule)"],
    [deep, "invalid schedule: more than 32 schedules deep"],
  ];
  for (const [value, message] of cases) assert.throws(() => asSchedule(value), { message });
});
