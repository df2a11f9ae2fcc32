/** A training in a run's folder: what it goes on from, and what it says about it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { engineBefore } from "../../lib/checkpoints/engine_before.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { steps } from "../../lib/durations.ts";
import { streamed } from "../../lib/data/streamed.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { constant } from "../../lib/schedules/constant.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { data, eventsOf, small, trained } from "./fixture.ts";
import { inFolder } from "../in_folder.ts";

setEngineChoice("wasm");

const every = steps(5), keep = { best: 0, last: 9 };
const inRun = (folder: string, cap: number, fresh = false): Spec => ({
  ...small,
  stop: maxSteps(cap),
  checkpoint: { folder, every, keep, fresh },
});
const checkpoint = (folder: string, step: number) =>
  join(folder, "checkpoints", `step-${String(step).padStart(8, "0")}.safetensors`);

Deno.test("a state to go on from is refused where the run's folder holds one: neither is passed over in silence", () =>
  inFolder(async (folder) => {
    const { outcome: { state } } = await trained({ ...small, stop: maxSteps(15) });
    await trained(inRun(folder, 10));
    for (const from of [state, folder, checkpoint(folder, 5)]) {
      await assert.rejects(eventsOf({ ...inRun(folder, 20), from }), {
        name: "RangeError",
        message:
          "invalid from: the run's folder has a state of its own at step 10 and began at 0 (leave from out, or begin anew with fresh)",
      });
    }
    assert.equal((await trained(inRun(folder, 20))).outcome.at.step, 20);
  }));

Deno.test("a run that begins anew can go on from a checkpoint of its own, read before it is deleted", () =>
  inFolder(async (folder) => {
    const uncut = await trained(inRun(folder, 20));
    const again = await eventsOf({ ...inRun(folder, 20, true), from: checkpoint(folder, 10) });
    assert.equal(again[0].at.step, 10);
    const { updates } = again.at(-1)!.trajectory;
    assert.deepEqual(updates.loss, uncut.trajectory.updates.loss);
    assert.throws(() => Deno.statSync(checkpoint(folder, 5)), Deno.errors.NotFound);
  }));

Deno.test("a damaged checkpoint is named with the step that the training goes on from", () =>
  inFolder(async (folder) => {
    await trained(inRun(folder, 15));
    for (const step of [15, 10]) await Deno.writeFile(checkpoint(folder, step), new Uint8Array(9));
    const events = await eventsOf(inRun(folder, 20));
    assert.equal(events[0].at.step, 5);
    const damaged = events[0].plan.warnings.filter(({ lint }) => lint === "damaged-checkpoint");
    assert.deepEqual(damaged.map(({ message }) => message.replace(/ \(.*\)/, "")), [
      "damaged checkpoint: step-00000015.safetensors: going on from step 5",
      "damaged checkpoint: step-00000010.safetensors: going on from step 5",
    ]);
    assert.equal(events.at(-1)!.outcome!.at.step, 20);
  }));

Deno.test("the outcome says what is not as it was in the state that was gone on from, also on disk", () =>
  inFolder(async (folder) => {
    const first = await trained(inRun(folder, 10));
    assert.deepEqual(first.outcome.changed, []);
    assert.deepEqual((await trained(inRun(folder, 10))).outcome.changed, []);
    const { outcome } = await trained({ ...inRun(folder, 20), schedule: constant(1e-3) });
    assert.deepEqual(outcome.changed, [
      "schedule is constant(0.001); the state was trained with constant(0.003)",
      "stop is maxSteps(20); the state was trained with maxSteps(10)",
    ]);
    const written = JSON.parse(await Deno.readTextFile(join(folder, "outcome.json")));
    assert.deepEqual(written.changed, outcome.changed);
  }));

Deno.test("another engine is one of the things that differ, told in one line", () =>
  inFolder(async (folder) => {
    await trained(inRun(folder, 5));
    assert.equal(engineBefore(folder), "wasm");
    setEngineChoice("cpu");
    try {
      const { outcome } = await trained(inRun(folder, 5));
      assert.equal(outcome.changed.length, 1);
      assert.match(
        outcome.changed[0],
        /^trains on cpu \S+ \(.*\); the state was trained on wasm \S+ \(CPU, SIMD; eager; 1 thread\): results agree, but not to the bit$/,
      );
    } finally {
      setEngineChoice("wasm");
    }
  }));

Deno.test("the engine of a run is that of its newest checkpoint that tells it, and of an empty run none", () =>
  inFolder(async (folder) => {
    assert.equal(engineBefore(folder), null);
    await trained(inRun(folder, 10));
    await Deno.writeFile(checkpoint(folder, 10), new Uint8Array(9));
    assert.equal(engineBefore(folder), "wasm");
  }));

Deno.test("a stream that is cut in the middle of a pass, with gradients of three batches, ends in the same bytes", () =>
  inFolder((uncut) =>
    inFolder(async (folder) => {
      const { x, y } = data.training;
      const stream = streamed({
        *open() {
          for (let row = 0; row < 250; row++) yield { x: x.slice(row * 64, (row + 1) * 64), y: y[row] };
        },
        count: 250,
        features: 64,
        classes: data.classes,
        validation: data.validation,
        test: data.test,
      });
      const spec = (folder: string, cap: number) => ({
        ...inRun(folder, cap),
        data: stream,
        accumulate: { batches: 3 },
      });
      await trained(spec(uncut, 11));
      for (const cap of [2, 7, 11]) await trained(spec(folder, cap));
      for (const file of ["result.safetensors", "updates.f64", "evaluations.jsonl"]) {
        assert.deepEqual(Deno.readFileSync(join(folder, file)), Deno.readFileSync(join(uncut, file)), file);
      }
    })
  ));
