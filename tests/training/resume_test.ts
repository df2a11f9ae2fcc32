import assert from "node:assert/strict";
import { best } from "../../lib/criteria/best.ts";
import { any } from "../../lib/criteria/any.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { streamed } from "../../lib/data/streamed.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { plan } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { data, eventsOf, small, trained } from "./fixture.ts";

setEngineChoice("wasm");

const ALREADY = [
  ["at the cap", maxSteps(40), 40],
  ["above the cap", maxSteps(10), 10],
  ["by epochs", maxEpochs(1), 1],
] as const;
for (const [name, stop, cap] of ALREADY) {
  Deno.test(`going on ${name} trains no update and says so`, async () => {
    const { outcome: { state } } = await trained(small);
    const { outcome, at, trajectory } = await trained({ ...small, from: state, stop });
    assert.equal(outcome.reason, "alreadyComplete");
    assert.equal(outcome.alreadyComplete!.by, "cap");
    assert.equal(outcome.alreadyComplete!.cap, cap);
    assert.equal(at.step, 40);
    assert.equal(trajectory.updates.step.length, 40);
  });
}

Deno.test("a training that a rule had stopped is complete by its verdict", async () => {
  const stop = any(
    maxSteps(2000),
    plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) }),
  );
  const spec = { ...small, schedule: constant(2e-2), stop };
  const { outcome: first } = await trained(spec);
  const { outcome } = await trained({ ...spec, from: first.state });
  assert.equal(outcome.reason, "alreadyComplete");
  assert.equal(outcome.alreadyComplete!.by, "verdict");
});

Deno.test("cut at any step and gone on, a training ends in the same bits", async () => {
  const scale = plateauScale({ metric: "validation.loss", mode: "min", patience: evaluations(2) });
  const whole = { ...small, scale, stop: maxSteps(60), schedule: cosine({ peak: 0.02, horizon: steps(60) }) };
  const uncut = await trained(whole);
  for (const cut of [1, 4, 5, 17, 35, 36, 59]) {
    const { outcome: { state } } = await trained({ ...whole, stop: maxSteps(cut) });
    const resumed = await trained({ ...whole, from: state });
    assert.deepEqual(resumed.trajectory.updates.loss, uncut.trajectory.updates.loss, `cut at ${cut}`);
    assert.deepEqual(resumed.trajectory.updates.rate, uncut.trajectory.updates.rate, `cut at ${cut}`);
    assert.deepEqual(
      resumed.trajectory.evaluations.metrics,
      uncut.trajectory.evaluations.metrics,
      `cut at ${cut}`,
    );
    assert.deepEqual(loadState(resumed.outcome.state).parameters, loadState(uncut.outcome.state).parameters);
    assert.deepEqual(loadState(resumed.outcome.state).slots, loadState(uncut.outcome.state).slots);
    assert.deepEqual(loadCheckpoint(resumed.outcome.checkpoint), loadCheckpoint(uncut.outcome.checkpoint));
  }
});

Deno.test("cut and gone on, batches that wrap over the border of epochs go on where they were", async () => {
  const whole = { ...small, remainder: "wrap" as const, stop: maxSteps(50) };
  const uncut = await trained(whole);
  const { outcome: { state } } = await trained({ ...whole, stop: maxSteps(33) });
  const { trajectory } = await trained({ ...whole, from: state });
  assert.deepEqual(trajectory.updates.loss, uncut.trajectory.updates.loss);
  assert.deepEqual(trajectory.updates.examples, uncut.trajectory.updates.examples);
});

const OTHERS: [Partial<Spec>, RegExp][] = [
  [{ seed: 4 }, /invalid seed: 4 \(the state was trained with 3: give the same, or begin anew\)/],
  [{ batch: 64 }, /invalid batch: .*"batch":64.* was trained with .*"batch":32/],
  [{ remainder: "drop" }, /invalid batch: .*"drop".* was trained with .*"train"/],
  [{ model: mlp({ layers: [64, 8, 10] }) }, /invalid model: mlp 64–8–10, he/],
  [{ model: mlp({ layers: [64, 16, 10], activation: "tanh" }) }, /invalid model: .*tanh/],
  [{ optimizer: momentum() }, /invalid optimizer: momentum 0.9 \(the state was trained with adam/],
];
for (const [change, message] of OTHERS) {
  Deno.test(`a state is of one training, and another cannot go on from it: ${message.source}`, async () => {
    const { outcome: { state } } = await trained({ ...small, stop: maxSteps(2) });
    assert.throws(() => train({ ...small, ...change, from: state }), message);
  });
}

Deno.test("settings come from code when a training goes on, and what differs is pointed out", async () => {
  const scale = plateauScale({
    metric: "validation.loss",
    mode: "min",
    patience: evaluations(1),
    minDelta: 9,
  });
  const { outcome: { state }, cuts } = await trained({ ...small, scale });
  assert.ok(cuts.length > 0);
  const changed = { ...small, schedule: constant(1e-3), select: last(), evaluate: { every: steps(10) } };
  const { plan, trajectory } = await trained({ ...changed, from: state, stop: maxSteps(50) });
  assert.deepEqual(plan.warnings.map(({ lint }) => lint), Array(5).fill("differs-from-state"));
  assert.match(
    plan.warnings[0].message,
    /^schedule is constant\(0.001\); the state was trained with constant\(0.003\)/,
  );
  // the state's scale was cut, but the code that goes on has no such rule
  assert.deepEqual(trajectory.updates.rate.slice(40), new Float64Array(10).fill(1e-3));
  assert.deepEqual([...trajectory.evaluations.step.slice(8)], [50]);
});

Deno.test("weights that were kept by one of the network and its running mean are no candidates of the other", async () => {
  const spec = { ...small, average: { decay: 0.9 }, select: best("validation.loss", "min") };
  const { outcome: { state } } = await trained(spec);
  const select = best("average.validation.loss", "min");
  const done = await trained({ ...spec, select, from: state });
  assert.equal(done.outcome.reason, "alreadyComplete");
  assert.equal(done.outcome.kept, null);
  assert.ok(done.plan.warnings.some(({ lint }) => lint === "kept-anew"));
  const { outcome } = await trained({ ...spec, select, from: state, stop: maxSteps(45) });
  assert.equal(outcome.kept!.step, 45);
});

Deno.test("the plan of a training that goes on counts this much more from where it begins", async () => {
  const { outcome: { state } } = await trained({ ...small, stop: maxSteps(20) });
  const more = { ...small, from: state, stop: maxSteps({ for: 10 }) };
  assert.equal(plan(more).lastStep, 30);
  assert.deepEqual(plan(more).warnings, (await trained(more)).plan.warnings);
});

Deno.test("stopped between updates that are skipped, a training goes on as if it had not been", async () => {
  const { x, y } = data.training, control = new AbortController();
  /** 96 examples a pass in their order, sums over the third batch of 32 past all numbers; `onBroken` is told when that is read. */
  const stream = (onBroken: () => void) =>
    streamed({
      *open() {
        for (let row = 0; row < 96; row++) {
          if (row === 64) onBroken();
          const values = x.slice(row * 64, (row + 1) * 64);
          yield { x: row < 64 ? values : values.fill(3e38), y: y[row] };
        }
      },
      count: 96,
      features: 64,
      classes: data.classes,
      validation: data.validation,
      test: data.test,
    });
  const spec: Spec = {
    ...small,
    evaluate: { every: epochs(1) },
    checkpoint: { every: epochs(1), keep: { last: 9 } },
    nonFinite: "skip",
    stop: maxSteps(7),
  };
  const uncut = await eventsOf({ ...spec, data: stream(() => {}) });
  const first = await trained({ ...spec, data: stream(() => control.abort()), signal: control.signal });
  assert.deepEqual([first.outcome.reason, first.at.step, first.outcome.skipped], ["aborted", 2, 1]);
  const rest = await eventsOf({ ...spec, data: stream(() => {}), from: first.outcome.state });
  const told = (events: TrainingEvent[]) => ({
    evaluations: [...events.at(-1)!.trajectory.evaluations.step],
    checkpoints: events.filter(({ type }) => type === "checkpoint").map(({ at }) => at.step),
    skipped: events.at(-1)!.outcome!.skipped,
  });
  assert.deepEqual(told(rest), told(uncut));
  assert.deepEqual(told(uncut), { evaluations: [3, 5, 7], checkpoints: [3, 5, 7], skipped: 3 });
});

Deno.test("in memory stay the states that are best and last, as keep says", async () => {
  const keep = { best: 1, last: 2 };
  const events = await eventsOf({ ...small, checkpoint: { every: steps(5), keep } });
  const saved = events.filter(({ type }) => type === "checkpoint");
  const stays = saved.filter(({ state }) => {
    try {
      return loadState(state!);
    } catch {
      return false;
    }
  });
  const best = events.at(-1)!.outcome!.kept!.step;
  assert.equal(saved.length, 8);
  assert.deepEqual(stays.map(({ at }) => at.step), [...new Set([best, 35, 40])].toSorted((a, b) => a - b));
});
