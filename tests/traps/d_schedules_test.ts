import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import * as criteria from "../../lib/criteria/mod.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { modelKind } from "../../lib/models/model_kind.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { sgd } from "../../lib/optimizers/sgd.ts";
import * as schedules from "../../lib/schedules/mod.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import { loadState } from "../../lib/training/checkpoints.ts";
import { plan, planText } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { data, small, trained } from "../training/fixture.ts";
import { LOSS } from "./judged.ts";

setEngineChoice("wasm");

const { maxEpochs, maxSteps } = criteria;
const { constant, cosine, cosineRestarts, join, linear, warmup, warmupCosine } = schedules;
const one = batchPlan(100, 10);
/** Rates of the first `count` updates. */
const ratesOf = (schedule: Schedule, count: number) =>
  Array.from({ length: count }, (_, index) => resolve(schedule, one).rate(index));

/** Batches of 64: 18 an epoch. */
const coarse: Spec = { ...small, batch: 64, evaluate: { every: epochs(1) } };

Deno.test("trap 30: the horizon is in updates, so the rate comes exactly to its end whatever accumulates", async () => {
  const schedule = linear({ start: 0.01, end: 1e-3, horizon: epochs(2) });
  for (let batches = 1; batches <= 8; batches++) {
    const spec = { ...coarse, schedule, accumulate: { batches }, stop: maxEpochs(2) };
    const { at, plan: { batches: cut }, trajectory } = await trained(spec);
    const { horizon, rate } = resolve(schedule, cut);
    assert.equal(at.step, 2 * Math.ceil(18 / batches));
    assert.equal(horizon, at.step);
    assert.equal(rate(at.step), 1e-3);
    assert.deepEqual([...trajectory.updates.rate], Array.from({ length: at.step }, (_, i) => rate(i)));
  }
});

Deno.test("trap 31: what becomes of batches left over is told, planned, and what is trained", async () => {
  const rows = Float32Array.from({ length: data.training.count }, (_, row) => row);
  const numbered = { ...data, features: 1, shape: [1], training: { ...data.training, x: rows } };
  // ten batches of an epoch, four an update
  const cases = [["flush", 3, 6, 2194], ["carry", 2.5, 5, 2194], ["drop", 2, 4, 1760]] as const;
  for (const [leftover, perEpoch, updates, examples] of cases) {
    const spec = { ...coarse, batch: 110, accumulate: { batches: 4, leftover }, stop: maxEpochs(2) };
    const planned = plan(spec);
    assert.deepEqual([planned.updatesPerEpoch, planned.lastStep], [perEpoch, updates], leftover);
    assert.match(planText(planned), new RegExp(`mean of 4 batches \\(${leftover}\\)`));
    assert.match(planText(planned), new RegExp(`${perEpoch} updates an epoch`));
    const { at, trajectory } = await trained(spec);
    assert.deepEqual([at.step, at.examples, at.epoch], [updates, examples, 2], leftover);
    assert.equal(trajectory.updates.step.length, updates, leftover);
    // what the batches hold is what the counters say: of an epoch every example once, or those that are not left out
    const source = batchSource(numbered, "softmaxCrossEntropy", 3, planned.batches);
    const seen = new Map<number, number>();
    for (let index = 0; index < updates; index++) {
      for (const { x } of (await source.at(index))!) {
        for (const row of x) seen.set(row, (seen.get(row) ?? 0) + 1);
      }
    }
    assert.equal([...seen.values()].reduce((sum, times) => sum + times, 0), examples, leftover);
    if (leftover !== "drop") {
      assert.ok(seen.size === 1097 && [...seen.values()].every((times) => times === 2), leftover);
    }
  }
});

Deno.test("trap 32: an update that is skipped moves no rate and no cap: both count what was applied", async () => {
  const x = data.training.x.slice();
  x[5 * data.features] = NaN; // one example that spoils its batch, once an epoch
  const spoiled = { ...data, training: { ...data.training, x } };
  const schedule = linear({ start: 0.01, end: 1e-3, horizon: steps(40) });
  const spec: Spec = { ...small, data: spoiled, schedule, stop: maxSteps(40) };
  const { outcome, at, trajectory } = await trained({ ...spec, nonFinite: "skip" });
  assert.ok(outcome.skipped >= 1, "nothing was skipped, so this says nothing");
  assert.deepEqual([outcome.reason, at.step], ["stopped", 40]);
  assert.deepEqual([...trajectory.updates.step], Array.from({ length: 40 }, (_, i) => i + 1));
  assert.deepEqual([...trajectory.updates.rate], ratesOf(schedule, 40));
  assert.ok(at.examples > 40 * 31, "examples count all that were seen");
  assert.equal((await trained(spec)).outcome.reason, "diverged");
});

Deno.test("trap 33: one update is one step, however many tensors, slots and batches it takes", async () => {
  for (const optimizer of [sgd(), momentum(), adam()]) {
    const spec = { ...coarse, optimizer, accumulate: { batches: 3 }, stop: maxSteps(7) };
    const { at, trajectory } = await trained(spec);
    assert.equal(at.step, 7, optimizer.kind);
    assert.deepEqual([...trajectory.updates.step], [1, 2, 3, 4, 5, 6, 7], optimizer.kind);
  }
  // Adam's first update moves each parameter by the rate: its own count of updates, too, is 1 after three batches.
  const first = { ...coarse, accumulate: { batches: 3 }, schedule: constant(1e-3), stop: maxSteps(1) };
  const after = loadState((await trained(first)).outcome.state).parameters;
  const before = modelKind(small.model).parameters(small.model, small.seed!);
  const moved = Math.max(
    ...after.flatMap((values, i) => [...values].map((v, j) => Math.abs(v - before[i].values[j]))),
  );
  assert.ok(Math.abs(moved / 1e-3 - 1) < 1e-3, `moved by ${moved}`);
});

Deno.test("trap 34: past its end a schedule holds, and the plan points out an end that is not the cap", async () => {
  const short = { peak: 0.01, end: 1e-3, horizon: steps(10) };
  const capped: Spec = { ...small, stop: maxSteps(15) };
  const { rate } = (await trained({ ...capped, schedule: cosine(short) })).trajectory.updates;
  assert.deepEqual([...rate.slice(10)], Array(5).fill(1e-3));
  assert.deepEqual(ratesOf(cosine({ ...short, past: "cycle" }), 20).slice(10), ratesOf(cosine(short), 10));
  await assert.rejects(async () => {
    for await (const { at } of train({ ...capped, schedule: cosine({ ...short, past: "error" }) })) {
      assert.ok(at.step <= 10);
    }
  }, { message: "update 11 is past the horizon of 10 updates" });

  const linted = (schedule: Schedule, stop = capped.stop) =>
    plan({ ...small, schedule, stop }).warnings.map(({ lint }) => lint);
  const full = cosine({ ...short, horizon: steps(15) });
  assert.ok(linted(cosine(short)).includes("horizon-differs-from-cap"));
  assert.ok(linted(cosine({ ...short, horizon: steps(20) })).includes("horizon-differs-from-cap"));
  assert.ok(linted(cosine({ ...short, past: "error" })).includes("schedule-runs-out"));
  assert.ok(
    linted(cosine({ ...short, end: 0 })).includes("tiny-rates"),
    "a third of it would train at rate 0",
  );
  const patient = criteria.plateau({ ...LOSS, patience: evaluations(1) });
  assert.ok(linted(full, criteria.any(capped.stop, patient)).includes("plateau-inside-decay"));
  assert.ok(!linted(full).some((lint) => /horizon|plateau|runs-out|tiny/.test(lint)));
});

Deno.test("trap 35: the horizon includes the warm-up, and the plan shows where each rate is reached", () => {
  const together = warmupCosine({ warmup: steps(10), peak: 0.02, end: 1e-3, horizon: steps(40) });
  const joined = warmup({ warmup: steps(10), then: cosine({ peak: 0.02, end: 1e-3, horizon: steps(30) }) });
  for (const schedule of [together, joined]) {
    const { horizon, warmup: rising, rate } = resolve(schedule, one);
    assert.deepEqual([horizon, rising, rate(0), rate(10), rate(40)], [40, 10, 0, 0.02, 1e-3], schedule.kind);
    const planned = plan({ ...small, schedule, stop: maxSteps(40) }), { rates, warnings } = planned;
    assert.match(planText(planned), /^rate +0 at update 0, 0\.02 at 10, 0\.00105 at 39$/m, schedule.kind);
    assert.deepEqual(rates, [0, 10, 39].map((update) => ({ update, rate: rate(update) })), schedule.kind);
    assert.ok(!warnings.some(({ lint }) => lint === "horizon-differs-from-cap"), schedule.kind);
  }
});

Deno.test("trap 36: rate(i) is what update i uses, and a warm-up may begin above 0", async () => {
  const afterOne = async (schedule: Schedule) =>
    loadState((await trained({ ...small, optimizer: sgd(), schedule, stop: maxSteps(1) })).outcome.state)
      .parameters;
  const rising = { warmup: steps(10), peak: 0.1, horizon: steps(40) };
  const initial = modelKind(small.model).parameters(small.model, small.seed!).map(({ values }) => values);
  assert.deepEqual(
    await afterOne(warmupCosine(rising)),
    initial,
    "update 0 of a warm-up from 0 moves nothing",
  );
  const above = { warmup: steps(10), start: 0.05 };
  for (const schedule of [warmupCosine({ ...rising, ...above }), warmup({ ...above, then: constant(0.1) })]) {
    assert.deepEqual(await afterOne(schedule), await afterOne(constant(0.05)), schedule.kind);
  }
  const { rate: used } =
    (await trained({ ...small, schedule: warmupCosine(rising), stop: maxSteps(12) })).trajectory.updates;
  assert.deepEqual([...used], ratesOf(warmupCosine(rising), 12));
  assert.notDeepEqual(await afterOne(constant(0.05)), initial);
});

Deno.test("trap 37: schedules are pure functions of the index: making, joining and asking change nothing", () => {
  const child = Object.freeze(cosine({ peak: 0.02, horizon: steps(10) })),
    other = Object.freeze(constant(0.5));
  const before = ratesOf(child, 30);
  const composed: Schedule[] = [
    join({ schedules: [other, child], borders: [steps(7)] }),
    warmup({ warmup: steps(5), then: child }),
    schedules.scale({ schedule: child, by: 3 }),
    cosineRestarts({ peak: 0.02, cycle: steps(4), lengthen: 2 }),
    schedules.step({ start: 0.1, factor: 0.5, every: steps(3) }),
  ];
  const all = [child, ...composed];
  const forwards = all.map((schedule) => ratesOf(schedule, 30));
  const resolved = all.map((schedule) => resolve(schedule, one));
  for (let index = 29; index >= 0; index--) {
    resolved.forEach(({ rate }, i) => {
      assert.equal(rate(index), forwards[i][index], `${all[i].kind} at ${index}, asked backwards`);
    });
  }
  assert.deepEqual(ratesOf(child, 30), before);
  // each part counts from its border, and the border is the first update of the next part
  assert.deepEqual(forwards[1].slice(5, 9), [0.5, 0.5, before[0], before[1]]);
  assert.throws(
    () => join({ schedules: [other, child], borders: [{ unit: "steps", count: 0 }] }),
    /borders\[0\]/,
  );
});

Deno.test("trap 38: a training that goes on uses the schedule at its step: nothing is reset or counted twice", async () => {
  const cases: Schedule[] = [
    warmupCosine({ warmup: steps(4), peak: 0.02, horizon: steps(12) }),
    cosineRestarts({ peak: 0.02, cycle: steps(3), lengthen: 2 }),
    schedules.step({ start: 0.02, factor: 0.5, every: steps(5) }),
  ];
  for (const schedule of cases) {
    const expected = ratesOf(schedule, 12);
    for (const cut of [1, 5, 6, 11]) {
      const { outcome: { state } } = await trained({ ...small, schedule, stop: maxSteps(cut) });
      const { trajectory } = await trained({ ...small, schedule, stop: maxSteps(12), from: state });
      assert.deepEqual([...trajectory.updates.rate], expected, `${schedule.kind} cut at ${cut}`);
    }
  }
});
