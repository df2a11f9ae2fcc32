import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import * as criteria from "../../lib/criteria/mod.ts";
import type { PlateauState } from "../../lib/criteria/criterion.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { assertSplitAnywhere } from "../../lib/training/assert_split_anywhere.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { data, eventsOf, small, trained } from "../training/fixture.ts";
import { cutAt, filesIn } from "./cut.ts";
import { digitStream, firstRows } from "./digit_stream.ts";
import { hopeless, LOSS } from "./judged.ts";
import { inFolder } from "../in_folder.ts";

setEngineChoice("wasm");

const { any, best, maxEpochs, maxSteps } = criteria;
/** Evaluations at steps 5, 10, …; hopeless patience 3 stops at step 20. */
const stopsAt20: Spec = { ...small, stop: any(maxSteps(100), hopeless(3)) };
const capped = (cap: number, from?: string): Spec => ({ ...small, stop: maxSteps(cap), from });

Deno.test("trap 07: cut in an epoch and gone on, every example is seen once, and the weights are the same bits", async () => {
  const rows = Float32Array.from({ length: data.training.count }, (_, row) => row);
  const numbered = { ...data, features: 1, shape: [1], training: { ...data.training, x: rows } };
  const plan = batchPlan(rows.length, 32);
  for (const cut of [7, 34]) {
    const seen: number[] = [];
    for (const [from, to] of [[0, cut], [cut, 35]]) {
      const source = batchSource(numbered, "softmaxCrossEntropy", 3, plan);
      for (let index = from; index < to; index++) {
        for (const { x } of (await source.at(index))!) seen.push(...x);
      }
    }
    assert.deepEqual(seen.sort((a, b) => a - b), [...rows], `cut at ${cut}`);
  }
  await assertSplitAnywhere({ ...small, batch: 128, stop: maxSteps(12) }, { cuts: [4, 9, 11] });
  const carried = { ...small, batch: 128, accumulate: { batches: 2, leftover: "carry" as const } };
  await assertSplitAnywhere({ ...carried, stop: maxSteps(7) }, { cuts: [3, 4, 5] });
});

Deno.test("trap 07: a stream that is gone on with is read on from its place, not from its first example", async () => {
  // as it comes, and drawn from a buffer that a pass has to fill again in the same way
  for (const shuffle of [1, 200]) {
    const stream = digitStream(firstRows(1097), 2, shuffle);
    await assertSplitAnywhere({ ...small, data: stream, batch: 128, stop: maxSteps(12) }, {
      cuts: [4, 9, 11],
    });
  }
});

Deno.test("trap 08: an evaluation is whole or not begun: cut around it, it is made once, of every example", async () => {
  const uncut = await trained(capped(10));
  for (const cut of [4, 5, 6]) {
    const { trajectory: { evaluations: rows } } = await trained(capped(10, await cutAt(capped(10), cut)));
    assert.deepEqual([...rows.step], [5, 10], `cut at ${cut}`);
    assert.deepEqual(rows.metrics, uncut.trajectory.evaluations.metrics, `cut at ${cut}`);
  }
  // of every example: in the opposite order they give the same, so none is left out at either end
  const opposite = await trained({ ...capped(10), data: { ...data, validation: reversed(data.validation) } });
  const { metrics } = opposite.trajectory.evaluations, expected = uncut.trajectory.evaluations.metrics;
  assert.deepEqual(metrics["validation.accuracy"], expected["validation.accuracy"]);
  metrics["validation.loss"].forEach((loss, i) => {
    assert.ok(Math.abs(loss - expected["validation.loss"][i]) < 1e-6, `${loss}`);
  });
});

/** The rows of a split from the last to the first. */
function reversed({ count, x, y, rows }: Split): Split {
  const features = x.length / count, order = Array.from({ length: count }, (_, i) => count - 1 - i);
  const turned = order.flatMap((row) => [...x.subarray(row * features, (row + 1) * features)]);
  return { count, x: Float32Array.from(turned), y: y.toReversed(), rows: rows.toReversed() };
}

Deno.test("trap 09: best, wait and cooldown go on where they were: a cut run decides as the uncut one", async () => {
  const scale = plateauScale({ ...LOSS, patience: evaluations(2), minDelta: 9, cooldown: evaluations(2) });
  const spec: Spec = { ...stopsAt20, stop: any(maxSteps(100), hopeless(9)), scale };
  const uncut = await trained(spec);
  assert.deepEqual([uncut.at.step, uncut.outcome.path], [50, "any.1.plateau"]);
  assert.ok(uncut.cuts.length > 1, "the rate was cut less than twice, so this says little");
  // before the first evaluation, in the wait, in the cooldown, and at evaluations of each
  for (const cut of [4, 5, 12, 19, 20, 23, 31, 45, 49]) {
    const resumed = await trained({ ...spec, from: await cutAt(spec, cut) });
    assert.deepEqual([resumed.at.step, resumed.outcome.path, resumed.outcome.because, resumed.cuts], [
      50,
      "any.1.plateau",
      uncut.outcome.because,
      uncut.cuts,
    ]);
    // also from a state that was trained under another rule: its count is made from the recording
    const other = await cutAt({ ...spec, stop: maxSteps(60) }, cut);
    assert.equal((await trained({ ...spec, from: other })).at.step, 50, `cut at ${cut} under another rule`);
  }
});

Deno.test("trap 10: a state that is saved at an evaluation knows it: update, evaluation, rules, selection, state", async () => {
  const events = await eventsOf({ ...stopsAt20, checkpoint: { every: steps(5), keep: { last: 9 } } });
  const saved = events.filter(({ type }) => type === "checkpoint").map(({ state }) => loadState(state!));
  assert.deepEqual(saved.map(({ position }) => position.step), [5, 10, 15, 20]);
  const losses = events.at(-1)!.trajectory.evaluations.metrics["validation.loss"];
  for (const [i, state] of saved.entries()) {
    const { step, evaluations: count } = state.position;
    assert.deepEqual([count, state.trajectory.evaluations.step.at(-1)], [i + 1, step]);
    const waited = (state.criterion.state as PlateauState[])[1].elapsed;
    assert.equal(waited, i);
    assert.equal(state.kept!.row.metrics["validation.loss"], Math.min(...losses.slice(0, i + 1)));
  }
  const { outcome } = await trained({ ...stopsAt20, from: events.findLast(({ state }) => state)!.state });
  assert.equal(outcome.reason, "alreadyComplete", "the last state holds the verdict");
});

Deno.test("trap 11: settings come from the code and progress from the state, and what differs is pointed out", async () => {
  const schedule = cosine({ peak: 0.01, horizon: steps(20) });
  const state = await cutAt({ ...stopsAt20, schedule, stop: hopeless(2) }, 12);
  const longer = cosine({ peak: 0.01, horizon: steps(60) });
  const changed = { ...stopsAt20, schedule: longer, stop: hopeless(6), from: state };
  const { at, plan, trajectory } = await trained(changed);
  assert.equal(at.step, 35, "patience 6 of the code, and the wait of the state");
  const { rate } = resolve(longer, plan.batches);
  assert.deepEqual(
    [...trajectory.updates.rate.slice(12)],
    Array.from({ length: 23 }, (_, i) => rate(12 + i)),
  );
  const differing = plan.warnings.filter(({ lint }) => lint === "differs-from-state");
  for (const said of [/^schedule is .*60.*trained with .*20/, /^stop is .*\(6\).*trained with .*\(2\)/]) {
    assert.ok(differing.some(({ message }) => said.test(message)), String(said));
  }
  // what the weights and the order of examples rest on is neither taken from the state in silence nor mixed with it
  const others: [string, Partial<Spec>][] = [
    ["optimizer", { optimizer: momentum() }],
    ["seed", { seed: 4 }],
    ["batch", { batch: 64 }],
  ];
  for (const [field, other] of others) {
    const refused = new RegExp(`^RangeError: invalid ${field}: .*the state was trained with`);
    await assert.rejects(trained({ ...changed, ...other }), refused);
  }
  const measured = await trained({ ...changed, metrics: ["loss", "f1"] });
  const f1 = [...measured.trajectory.evaluations.metrics["validation.f1"]];
  assert.deepEqual(
    f1.map(Number.isFinite),
    [false, false, true, true, true, true, true],
    "measured from here on",
  );
});

Deno.test("trap 12: a run that a rule had stopped stays stopped, until the rule is another", async () => {
  const first = (await trained(stopsAt20)).outcome.state;
  let from = first;
  for (let again = 1; again <= 3; again++) {
    const { outcome, at } = await trained({ ...stopsAt20, from });
    assert.deepEqual([outcome.reason, outcome.path, at.step], ["alreadyComplete", "any.1.plateau", 20]);
    assert.equal(outcome.alreadyComplete!.by, "verdict");
    from = outcome.state;
  }
  for (const stopped of [first, from]) {
    const patient = await trained({ ...stopsAt20, stop: any(maxSteps(100), hopeless(5)), from: stopped });
    assert.deepEqual([patient.outcome.reason, patient.at.step], ["stopped", 30]);
  }
});

Deno.test("trap 13: a training leaves nothing behind on the model, the rule or the spec", async () => {
  const spec: Spec = {
    ...stopsAt20,
    scale: plateauScale({ ...LOSS, patience: evaluations(1), minDelta: 9 }),
  };
  for (const part of [spec.model, spec.optimizer, spec.schedule, spec.scale, spec.stop, spec]) frozen(part);
  const first = await trained(spec);
  const second = await trained({ ...spec, stop: any(maxSteps(100), hopeless(3)) });
  const taken = ({ trajectory: { updates: { seconds: _, ...rest } } }: TrainingEvent) => rest;
  assert.deepEqual(taken(second), taken(first));
  assert.deepEqual([second.at.step, second.cuts], [first.at.step, first.cuts]);
  const oneEpoch = await trained({ ...spec, stop: maxEpochs(1) });
  assert.deepEqual([oneEpoch.outcome.reason, oneEpoch.at.step], ["stopped", 35]);
});

/** Freezes plain data to its depth; arrays of numbers stay as they are. */
function frozen(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  Object.values(value).forEach(frozen);
  Object.freeze(value);
}

Deno.test("trap 14: the best so far survives a restart, and no worse evaluation takes its place", async () => {
  // The highest loss is that of the first evaluation: nothing that comes later is better.
  const spec: Spec = { ...small, select: best("validation.loss", "max"), schedule: constant(3e-3) };
  const first = loadState((await trained({ ...spec, stop: maxSteps(5) })).outcome.state).parameters;
  for (const cut of [5, 12, 30]) {
    const { outcome } = await trained({ ...spec, from: await cutAt(spec, cut) });
    assert.equal(outcome.kept!.step, 5, `cut at ${cut}`);
    assert.deepEqual(loadCheckpoint(outcome.checkpoint).parameters, first, `cut at ${cut}`);
  }
  // nor is the file of the best weights written over with worse ones
  await inFolder(async (folder) => {
    const saved = { ...spec, checkpoint: { folder } };
    const best = async (cap: number) => {
      await trained({ ...saved, stop: maxSteps(cap) });
      return filesIn(folder)[`${folder}/result.safetensors`];
    };
    const early = await best(5);
    assert.equal(await best(20), early);
  });
});
