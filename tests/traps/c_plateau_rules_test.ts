import assert from "node:assert/strict";
import * as criteria from "../../lib/criteria/mod.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { evaluations, START, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { asScale, plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import type { PlateauScale } from "../../lib/schedules/schedule.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { small, trained } from "../training/fixture.ts";
import { LOSS, scaledBy } from "./judged.ts";

setEngineChoice("wasm");

const { any, maxSteps, rateFloor } = criteria;
const flat = (count: number): number[] => Array(count).fill(1);

Deno.test("trap 26: patience and cooldown add up between two cuts, and each library's own count is to be had", () => {
  const gaps = (compat: PlateauScale["compat"], cooldown: number) => {
    const rule = plateauScale({
      ...LOSS,
      patience: evaluations(2),
      ...(cooldown ? { cooldown: evaluations(cooldown) } : {}),
      compat,
    });
    const { cuts } = scaledBy(rule, flat(24)).at(-1)!;
    return [...new Set(cuts.slice(1).map((step, i) => step - cuts[i]))];
  };
  const cases: [PlateauScale["compat"], number[]][] = [
    [undefined, [2, 3, 4]],
    ["keras", [2, 2, 3]],
    ["torch", [3, 4, 5]],
    ["optax", [2, 3, 4]],
  ];
  for (const [compat, expected] of cases) {
    assert.deepEqual(
      [0, 1, 2].map((cooldown) => gaps(compat, cooldown)),
      expected.map((gap) => [gap]),
      compat,
    );
  }
});

Deno.test("trap 27: a patience of 0 is refused, and a metric that gains never cuts the rate", () => {
  const none = { unit: "evaluations" as const, count: 0 };
  const refused = { message: "invalid patience: evaluations(0) (a whole number, at least 1)" };
  assert.throws(() => plateauScale({ ...LOSS, patience: none }), refused);
  assert.throws(() => asScale({ kind: "plateauScale", ...LOSS, patience: none }), refused);
  const gaining = Array.from({ length: 20 }, (_, i) => 20 - i);
  assert.deepEqual(
    scaledBy(plateauScale({ ...LOSS, patience: evaluations(1) }), gaining).at(-1)!.cuts,
    [],
  );
});

Deno.test("trap 28: the rate is schedule × scale, warm-up and all, and the plateau waits for its own start", async () => {
  const schedule = warmupCosine({ warmup: steps(20), peak: 0.02, end: 1e-3, horizon: steps(60) });
  const always = { ...LOSS, patience: evaluations(1), minDelta: 9, factor: 0.5 };
  const cutsOf = async (scale: PlateauScale) => {
    const { cuts, plan, trajectory } = await trained({ ...small, schedule, scale, stop: maxSteps(60) });
    const { rate } = resolve(schedule, plan.batches);
    trajectory.updates.rate.forEach((used, i) => {
      // a cut at the evaluation after step s holds from update index s on
      assert.equal(used, rate(i) * 0.5 ** cuts.filter((step) => step <= i).length, `update ${i}`);
    });
    return cuts;
  };
  assert.equal((await cutsOf(plateauScale(always)))[0], 10, "without a start it cuts in the warm-up");
  const gated = await cutsOf(plateauScale({ ...always, startAfter: steps(20) }));
  assert.ok(gated.length > 2 && gated[0] > 20, `cut at ${gated}`);
});

Deno.test("trap 29: at the floor nothing is cut any more, it is told once, and a rule may stop there", async () => {
  const cases = [[0.5, 0.25, 2], [0.1, 0.01, 2], [0.3, 0.2, 2]] as const;
  for (const [factor, minScale, cuts] of cases) {
    const rule = plateauScale({
      ...LOSS,
      patience: evaluations(1),
      cooldown: evaluations(2),
      factor,
      minScale,
    });
    const states = scaledBy(rule, flat(30)), end = states.at(-1)!;
    assert.deepEqual(
      [end.cuts.length, end.scale, end.atFloor],
      [cuts, minScale, true],
      `${factor} to ${minScale}`,
    );
    const reached = states.findIndex(({ atFloor }) => atFloor);
    assert.equal(states[reached].cuts.length, cuts, "the floor is told with the cut that comes to it");
    assert.ok(states.slice(reached).every(({ scale }) => scale === minScale));
    assert.deepEqual([end.cooldown, end.coolFrom], [0, null], "no cooldown is burnt there");
  }
  // 0.1 × 0.1 is a hair above 0.01, and at the floor all the same
  const floor = rateFloor({ rate: 0.01 });
  const cut = [1, 0.1, 0.1 * 0.1].reduce(
    (state, rate, i) =>
      observe(floor, state, { kind: "update", at: { ...START, step: i + 1 }, loss: 1, rate }),
    initial(floor),
  );
  assert.ok(stops(floor, cut, { ...START, step: 3 }));
  const scale = plateauScale({ ...LOSS, patience: evaluations(1), minDelta: 9, factor: 0.5, minScale: 0.25 });
  const stop = any(maxSteps(200), rateFloor({ rate: 0.25 * 3e-3 }));
  const { outcome, cuts } = await trained({ ...small, schedule: constant(3e-3), scale, stop });
  assert.deepEqual([cuts, outcome.path, outcome.at.step], [[10, 15], "any.1.rateFloor", 16]);
});
