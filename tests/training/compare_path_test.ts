import assert from "node:assert/strict";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { ruleOf } from "../../lib/criteria/rules.ts";
import { START } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { Path } from "../../lib/training/compare_path.ts";
import type { Way } from "../../lib/training/compare_ways.ts";
import type { TrainState } from "../../lib/training/state.ts";

/** A way whose rate is 1 up to a step and then another, with a policy that ends at `end`. */
function way(until: number, end: number, then: () => number = () => 2): Way {
  const stop = maxSteps(end);
  const followed = {
    policy: { name: `to ${end}`, stop, select: { kind: "last" as const } },
    rule: ruleOf(stop),
    bound: end,
    state: null,
    ended: null,
    place: 0,
  };
  return {
    schedule: constant(1),
    scale: null,
    rate: (step) => step < until ? 1 : then(),
    followed: [followed],
  };
}
const at = (step: number) => ({ ...START, step });
const state = { version: 1 } as TrainState;

Deno.test("rates are compared far ahead, a window at a time, up to where one differs or nothing more is needed", () => {
  const ways = [way(Infinity, 9000), way(2500, 9000), way(4000, 9000)];
  const path = new Path({ ways, scales: new Map(), state: null }, false);
  const borders: number[] = [];
  for (let step = 0; borders.length < 12 && step < 9000; step = borders.at(-1)!) {
    path.part(at(step), () => state);
    borders.push(path.next(step));
  }
  assert.ok(
    borders.every((border, i) => border > (borders[i - 1] ?? 0) && border - (borders[i - 1] ?? 0) <= 9000),
  );
  assert.ok(borders.includes(2500) && borders.includes(4000) && borders.at(-1) === 9000, borders.join());
  assert.deepEqual(path.parted.map(({ ways: left }) => left.map((each) => ways.indexOf(each))), [[1], [2]]);
  assert.equal(path.next(9000), 9000);
  assert.equal(path.over(at(9000)), true);
});

Deno.test("a state is taken once where several part, and not where all that part have ended", () => {
  let taken = 0;
  const ways = [way(Infinity, 50), way(10, 50), way(10, 50, () => 3), way(20, 15)];
  const path = new Path({ ways, scales: new Map(), state: null }, false);
  for (let step = 0; step <= 30; step++) {
    path.part(at(step), () => {
      taken++;
      return state;
    });
    path.next(step);
    path.over(at(step));
  }
  assert.equal(taken, 1);
  assert.deepEqual(path.parted.map(({ ways: left }) => left.map((each) => ways.indexOf(each))), [[1], [2]]);
});

Deno.test("a schedule that refuses to go on parts where it does", () => {
  const refuses = () => {
    throw new RangeError("past its end");
  };
  const ways = [way(Infinity, 50), way(10, 50, refuses)];
  const path = new Path({ ways, scales: new Map(), state: null }, true);
  assert.equal(path.next(0), 10);
  path.part(at(10), () => state);
  assert.equal(path.parted.length, 1);
  assert.equal(path.over(at(60)), false);
});
