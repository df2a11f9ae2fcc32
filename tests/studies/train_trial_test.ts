import assert from "node:assert/strict";
import { plateau } from "../../lib/criteria/plateau.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import type { Pruning } from "../../lib/studies/pruning.ts";
import type { Study } from "../../lib/studies/study.ts";
import { trainTrial, type TrialEvent, type TrialOptions } from "../../lib/studies/train_trial.ts";
import { type TrialPlan, trialsOf } from "../../lib/studies/trials_of.ts";
import { choice } from "../../lib/studies/space.ts";
import { inFolder } from "../in_folder.ts";
import { small, trained } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer, schedule, batch, evaluate } = small;
const study: Study = {
  name: "rates",
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3]) },
  budget: steps(40),
  sampler: { kind: "grid", levels: 2 },
};
const [plan] = trialsOf(study);

async function eventsOf(plan: TrialPlan, options?: TrialOptions): Promise<TrialEvent[]> {
  const events: TrialEvent[] = [];
  for await (const event of trainTrial(plan, options)) events.push(event);
  return events;
}
const lastOf = async (plan: TrialPlan, options?: TrialOptions) => (await eventsOf(plan, options)).at(-1)!;
const says = (prune: boolean): Pruning => ({ prune, why: "it is behind", assumed: "that", crossings: null });

Deno.test("a trial trains its spec as it trains alone, and its last record is done", async () => {
  const events = await eventsOf(plan), { record } = events.at(-1)!;
  const alone = await trained(plan.spec);
  assert.deepEqual(record.trajectory.updates.loss, alone.trajectory.updates.loss);
  assert.deepEqual(record.trajectory.evaluations.metrics, alone.trajectory.evaluations.metrics);
  assert.equal(record.because, alone.outcome.because);
  assert.deepEqual([record.state, record.number, record.maxSteps], ["done", 0, 40]);
  assert.ok(events.slice(0, -1).every(({ record }) => record.state === "running" && record.because === ""));
});

Deno.test("it is asked after each evaluation but the last, and given up at that step with why and what was assumed", async () => {
  const asked: number[] = [];
  const events = await eventsOf(plan, {
    prune: (trajectory, at) => {
      asked.push(at);
      assert.equal(trajectory.evaluations.step.at(-1), at);
      return Promise.resolve(says(at === 15));
    },
  });
  assert.deepEqual(asked, [5, 10, 15]);
  const { record, event, pruning } = events.at(-1)!;
  assert.deepEqual([record.state, record.because, event.at.step], [
    "pruned",
    "it is behind; assumed that",
    15,
  ]);
  assert.equal(event.outcome!.because, record.because);
  assert.equal(pruning?.prune, true);
  assert.deepEqual(
    events.filter(({ pruning }) => pruning !== null).map(({ event }) => event.type),
    ["evaluation", "evaluation", "evaluation", "ended"],
  );
  asked.length = 0;
  const whole = await lastOf(plan, { prune: (_, at) => (asked.push(at), says(false)) });
  assert.deepEqual(asked, [5, 10, 15, 20, 25, 30, 35]);
  assert.equal(whole.record.state, "done");
});

Deno.test("a trial that is cut goes on from its folder, to the same numbers, and is judged where it stands", () =>
  inFolder(async (folder) => {
    const control = new AbortController();
    for await (const { event } of trainTrial(plan, { folder, signal: control.signal })) {
      if (event.at.step >= 20) control.abort();
      if (event.outcome) assert.equal(event.outcome.reason, "aborted");
    }
    const asked: number[] = [], prune = (_: unknown, at: number) => (asked.push(at), null);
    const { record } = await lastOf(plan, { folder, prune });
    assert.deepEqual(asked, [20, 25, 30, 35]);
    assert.deepEqual(record.trajectory.updates.loss, (await lastOf(plan)).record.trajectory.updates.loss);
    assert.equal(record.state, "done");
    const again = await lastOf(plan, { folder });
    assert.deepEqual([again.event.outcome!.reason, again.record.state], ["alreadyComplete", "done"]);
  }));

Deno.test("a trial that is aborted after its last update waits, and ends as one that was not once it goes on", () =>
  inFolder(async (folder) => {
    const control = new AbortController(), events: TrialEvent[] = [];
    for await (const trial of trainTrial(plan, { folder, signal: control.signal })) {
      events.push(trial);
      if (trial.event.at.step === plan.maxSteps) control.abort();
    }
    assert.deepEqual([events.at(-1)!.record.state, events.at(-1)!.event.at.step], ["waiting", 40]);
    const { record } = await lastOf(plan, { folder }), uncut = await lastOf(plan);
    assert.deepEqual([record.state, record.because], ["done", uncut.record.because]);
    assert.deepEqual(record.trajectory.updates.loss, uncut.record.trajectory.updates.loss);
  }));

Deno.test("a trial that is aborted waits again", async () => {
  const { record } = await lastOf(plan, { signal: AbortSignal.abort() });
  assert.deepEqual([record.state, record.because], ["waiting", "stopped by hand at step 0"]);
});

Deno.test("a trial that its own policy ends is stopped, with the rule's reason", async () => {
  const never = { metric: "validation.loss", mode: "min", minDelta: 100 } as const;
  const [plan] = trialsOf({ ...study, policy: plateau({ ...never, patience: evaluations(2) }) });
  const { record, event } = await lastOf(plan);
  assert.deepEqual([record.state, event.at.step], ["stopped", 15]);
  assert.match(record.because, /no gain for 2 evaluations since step 5/);
});

Deno.test("a trial that diverges, and one whose data fails, are records and throw nothing", async () => {
  const [wild] = trialsOf({ ...study, space: { "schedule.rate": choice([1e30]) } });
  const diverged = (await lastOf(wild)).record;
  assert.equal(diverged.state, "diverged");
  assert.match(diverged.because, /training loss is|no numbers/);
  const open = () => {
    throw new Error("the reader broke");
  };
  const broken = { ...data, training: { count: 64, open, passes: Infinity, shuffle: 0 } };
  const failing = await eventsOf({ ...plan, spec: { ...plan.spec, data: broken } });
  assert.equal(failing.filter(({ record }) => record.state === "failed").length, 1, "it is said once");
  const { record } = failing.at(-1)!;
  assert.deepEqual([record.state, record.because], ["failed", "the reader broke"]);
});

Deno.test("what prune throws is thrown: it is no fault of the trial", async () => {
  const prune = () => Promise.reject(new Error("the store is gone"));
  await assert.rejects(lastOf(plan, { prune }), /the store is gone/);
});
