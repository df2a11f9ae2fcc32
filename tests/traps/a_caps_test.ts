import assert from "node:assert/strict";
import { asCriterion } from "../../lib/criteria/as_criterion.ts";
import * as criteria from "../../lib/criteria/mod.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { ruleOf } from "../../lib/criteria/rules.ts";
import { epochs, START, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { loadState } from "../../lib/training/checkpoints.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { eventsOf, small, trained } from "../training/fixture.ts";
import { cutAt, droppedAt, filesIn } from "./cut.ts";
import { hopeless } from "./judged.ts";
import { inFolder } from "../in_folder.ts";

setEngineChoice("wasm");

const { any, maxEpochs, maxExamples, maxSeconds, maxSteps } = criteria;
const capped = (cap: number, from?: string): Spec => ({ ...small, stop: maxSteps(cap), from });

Deno.test("trap 01: a cap that is met ends as alreadyComplete: no update, nothing written, never silent", async () => {
  const state = await cutAt(small, 12);
  for (const cap of [12, 5]) {
    const { outcome, trajectory } = await trained(capped(cap, state));
    assert.equal(outcome.reason, "alreadyComplete");
    assert.deepEqual(outcome.alreadyComplete, { by: "cap", have: 12, cap, unit: "steps" });
    assert.equal(trajectory.updates.step.length, 12);
    const { parameters, slots } = loadState(state), after = loadState(outcome.state);
    assert.deepEqual([after.parameters, after.slots], [parameters, slots], "no weight has moved");
  }
  const { plan, outcome } = await trained({ ...capped(12, state), onNoop: "warn" });
  assert.equal(outcome.reason, "alreadyComplete");
  assert.deepEqual(plan.warnings.at(-1)!.lint, "nothing-to-train");
  await assert.rejects(trained({ ...capped(12, state), onNoop: "error" }), {
    name: "NothingToTrain",
    message: "nothing to train: reached 12 of 12 steps (raise the cap, change the rule, or begin anew)",
  });
  await inFolder(async (folder) => {
    await trained({ ...capped(12), checkpoint: { folder } });
    const written = filesIn(folder);
    assert.ok(Object.keys(written).length > 0);
    assert.equal(
      (await trained({ ...capped(12), checkpoint: { folder } })).outcome.reason,
      "alreadyComplete",
    );
    assert.deepEqual(filesIn(folder), written);
  });
});

Deno.test("trap 02: the cap is tested before every update: cut at k and gone on, n is exactly n", async () => {
  // 5 updates an epoch, so that cuts lie in the middle of epochs and at their border
  const coarse = { ...small, batch: 256, evaluate: { every: epochs(1) } };
  for (let cut = 1; cut <= 8; cut++) {
    const state = await cutAt({ ...coarse, stop: maxSteps(8) }, cut);
    for (const cap of [5, 7, 8]) {
      const { at, trajectory } = await trained({ ...coarse, stop: maxSteps(cap), from: state });
      assert.equal(at.step, Math.max(cut, cap), `cut at ${cut}, capped at ${cap}`);
      assert.equal(trajectory.updates.step.length, at.step);
    }
  }
});

Deno.test("trap 03: a count that jumps over its limit has reached it", async () => {
  const beyond = { step: 101, epoch: 3.2, examples: 333, evaluations: 4, seconds: 7.5 };
  for (const cap of [maxSteps(100), maxEpochs(3), maxExamples(300), maxSeconds(7)] as Criterion[]) {
    assert.ok(ruleOf(cap).stops(cap, ruleOf(cap).init(cap), beyond), cap.kind);
    assert.ok(!ruleOf(cap).stops(cap, ruleOf(cap).init(cap), START), cap.kind);
  }
  const { at } = await trained({ ...small, stop: maxExamples(100) }); // batches of 32
  assert.deepEqual([at.step, at.examples], [4, 128]);
});

Deno.test("trap 04: a run that is done begins anew only when it is told to", async () => {
  await inFolder(async (folder) => {
    const run = (cap: number, fresh = false) => trained({ ...capped(cap), checkpoint: { folder, fresh } });
    const first = await run(10);
    assert.equal((await run(10)).outcome.reason, "alreadyComplete");
    const events = await eventsOf({ ...capped(13), checkpoint: { folder } }), further = events.at(-1)!;
    const [named] = await eventsOf({ ...capped(13), from: first.outcome.state });
    assert.deepEqual([events[0].at.step, named.at.step], [10, 10], "it begins where it had ended, not at 0");
    assert.deepEqual([...further.trajectory.updates.step.slice(9)], [10, 11, 12, 13]);
    assert.deepEqual(further.trajectory.updates.loss.slice(0, 10), first.trajectory.updates.loss);
    const again = await run(10, true);
    assert.deepEqual([again.outcome.reason, again.at.step], ["stopped", 10]);
    assert.deepEqual(again.trajectory.updates.loss, first.trajectory.updates.loss);
  });
});

Deno.test("trap 05: until and this much more are two names, never both, and the plan says the target", async () => {
  const state = await cutAt(small, 5);
  const until = await trained(capped(8, state));
  const more = await trained({ ...small, stop: maxSteps({ for: 8 }), from: state });
  assert.deepEqual([until.at.step, more.at.step], [8, 13]);
  assert.deepEqual([more.plan.stop, more.plan.lastStep], ["maxSteps(13)", 13]);
  for (const both of [{ kind: "maxSteps", steps: 8, for: 8 }, { kind: "maxSteps" }]) {
    assert.throws(() => asCriterion(both), /either steps or for/);
  }
  // a run that was cut goes on as the run it was: what it was given is not given anew
  await inFolder(async (folder) => {
    const spec = { ...small, stop: maxSteps({ for: 8 }), checkpoint: { folder, every: steps(5) } };
    await droppedAt(spec, ({ type }) => type === "checkpoint");
    assert.equal((await trained(spec)).at.step, 8);
  });
  await inFolder(async (folder) => {
    const spec = { ...small, stop: maxSteps({ for: 8 }), checkpoint: { folder } };
    await cutAt(spec, 3);
    assert.equal((await trained(spec)).at.step, 8, "also when it was stopped by hand");
  });
});

Deno.test("trap 06: a cap below the state is one thing in every unit: alreadyComplete, by the cap", async () => {
  const state = await cutAt(small, 40), { seconds } = loadState(state).position;
  const { epoch } = loadState(state).position;
  const caps: [Criterion, number, number, string][] = [
    [maxSteps(10), 40, 10, "steps"],
    [maxEpochs(1), epoch, 1, "epochs"],
    [maxExamples(320), 1097 + 5 * 32, 320, "examples"],
    [maxSeconds(1e-6), seconds, 1e-6, "seconds"],
  ];
  for (const [stop, have, cap, unit] of caps) {
    for (const rule of [stop, any(hopeless(50), stop)]) {
      const { outcome, at } = await trained({ ...small, stop: rule, from: state });
      assert.equal(outcome.reason, "alreadyComplete", unit);
      assert.deepEqual(outcome.alreadyComplete, { by: "cap", have, cap, unit });
      assert.equal(at.step, 40);
    }
  }
});
