import assert from "node:assert/strict";
import { join } from "node:path";
import { all } from "../../lib/criteria/all.ts";
import { best } from "../../lib/criteria/best.ts";
import { any } from "../../lib/criteria/any.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { digits } from "../../lib/data/digits.ts";
import { streamed } from "../../lib/data/streamed.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { momentum } from "../../lib/optimizers/momentum.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { criterionState } from "../../lib/training/resume.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { plan } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { data, eventsOf, small, trained } from "./fixture.ts";
import { inFolder } from "../in_folder.ts";

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
  [{ batch: 64 }, /invalid batch: 64 \(the state was trained with 32: give the same, or begin anew\)/],
  [{ remainder: "drop" }, /invalid remainder: drop \(the state was trained with train: /],
  [
    { accumulate: { batches: 2 } },
    /invalid accumulate.batches: 2 \(the state was trained with none: /,
  ],
  [{ model: mlp({ layers: [64, 8, 10] }) }, /invalid model: mlp 64–8–10, he/],
  [{ model: mlp({ layers: [64, 16, 10], activation: "tanh" }) }, /invalid model: .*tanh/],
  [
    { data: digits({ seed: 1 }) },
    /invalid data: digits, .* fingerprint \w{12} \(the state was trained with other numbers, fingerprint \w{12}: /,
  ],
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

Deno.test("a run that was cut between its last update and its end is ended by the same command", () =>
  inFolder(async (folder) => {
    const spec = (name: string): Spec => ({
      ...small,
      stop: maxSteps(20),
      checkpoint: { every: steps(5), folder: join(folder, name) },
    });
    for await (const event of train(spec("cut"))) {
      if (event.type === "checkpoint" && event.at.step === 20) break;
    }
    assert.throws(() => Deno.statSync(join(folder, "cut", "outcome.json")));
    const control = new AbortController();
    for await (const event of train({ ...spec("aborted"), signal: control.signal })) {
      if (event.type === "checkpoint" && event.at.step === 20) control.abort();
    }
    await trained(spec("uncut"));
    for (const name of ["cut", "aborted"]) {
      assert.equal((await trained({ ...spec(name), onNoop: "error" })).outcome.reason, "stopped", name);
      for (const file of ["result.safetensors", "updates.f64", "evaluations.jsonl"]) {
        const bytes = (run: string) => Deno.readFileSync(join(folder, run, file));
        assert.deepEqual(bytes(name), bytes("uncut"), `${file} of ${name}`);
      }
      assert.equal((await trained(spec(name))).outcome.reason, "alreadyComplete", name);
    }
  }));

Deno.test("a run that was cut beyond a cap that is lower now is complete, and gets its result", () =>
  inFolder(async (folder) => {
    const spec: Spec = { ...small, checkpoint: { every: steps(5), folder } };
    for await (const event of train(spec)) if (event.type === "checkpoint" && event.at.step === 15) break;
    const { outcome } = await trained({ ...spec, stop: maxSteps(10) });
    assert.deepEqual(outcome.alreadyComplete, { by: "cap", have: 15, cap: 10, unit: "steps" });
    assert.ok(Deno.statSync(join(folder, "result.safetensors")).isFile);
  }));

Deno.test("a run that was forked from a state is gone on with by the same command", () =>
  inFolder(async (folder) => {
    const { outcome: { state: from } } = await trained({ ...small, stop: maxSteps(10) });
    const forked: Spec = { ...small, from, checkpoint: { every: steps(5), folder } };
    for await (const event of train(forked)) if (event.type === "checkpoint" && event.at.step === 20) break;
    const [first, ...rest] = await eventsOf(forked);
    assert.equal(first.at.step, 20);
    const uncut = await trained({ ...forked, checkpoint: null });
    assert.deepEqual(rest.at(-1)!.trajectory.updates.loss, uncut.trajectory.updates.loss);
  }));

Deno.test("cut anywhere after its selection was changed, a training ends as the uncut one", async () => {
  const { outcome: { state } } = await trained({
    ...small,
    stop: maxSteps(20),
    select: best("validation.loss", "max"),
  });
  const changed = { ...small, from: state };
  const uncut = await trained(changed);
  const { outcome: { state: cut } } = await trained({ ...changed, stop: maxSteps(22) });
  const whole = await trained({ ...small, from: cut });
  assert.deepEqual(loadState(whole.outcome.state).selection, loadState(uncut.outcome.state).selection);
  assert.deepEqual(loadCheckpoint(whole.outcome.checkpoint), loadCheckpoint(uncut.outcome.checkpoint));
});

Deno.test("another rule counts on what was recorded as if it had been there, evaluations' time included", async () => {
  const timed = (cap: number) => any(maxSteps(cap), maxSeconds(99, { of: "training" }));
  const { outcome } = await trained({ ...small, stop: timed(20) });
  const state = loadState(outcome.state);
  assert.deepEqual(criterionState(timed(30), state), state.criterion.state);
});

Deno.test("rules that had to be true together are a verdict, and no cap", async () => {
  const spec = { ...small, stop: all(maxSteps(5), maxSteps(8)) };
  const { outcome: { state } } = await trained(spec);
  const { outcome } = await trained({ ...spec, from: state });
  assert.deepEqual(outcome.alreadyComplete, { by: "verdict", have: 8, cap: 8, unit: "steps" });
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
