import assert from "node:assert/strict";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import { trainAll } from "../../lib/training/train_all.ts";
import { small, trained } from "./fixture.ts";

setEngineChoice("wasm");

const specs = [0, 1, 2].map((seed) => ({ ...small, seed, stop: maxSteps(12) }));

Deno.test("several trainings run one after another, each as it would alone, and all are seen at every moment", async () => {
  let last: readonly TrainingEvent[] = [];
  for await (const runs of trainAll(specs)) {
    assert.deepEqual(runs.map(({ plan }) => plan.name), ["seed 0", "seed 1", "seed 2"]);
    const begun = runs.filter(({ at }) => at.step > 0).length;
    assert.ok(runs.slice(0, Math.max(0, begun - 1)).every(({ outcome }) => outcome?.reason === "stopped"));
    last = runs;
  }
  for (const [seed, run] of last.entries()) {
    const alone = await trained(specs[seed]);
    assert.deepEqual(run.trajectory.updates.loss, alone.trajectory.updates.loss);
  }
});

Deno.test("a wrong spec among several is refused before any trains", () => {
  assert.throws(() => trainAll([specs[0], { ...specs[1], batch: 0 }]), /invalid batch: 0/);
});

Deno.test("abort ends the training that runs, and those that wait without an update: none stays queued", async () => {
  const runs = trainAll([specs[0], { ...specs[1], stop: maxSteps(100_000) }, specs[2]]);
  let last: readonly TrainingEvent[] = [];
  for await (const events of runs) {
    if (events[1].at.step >= 5) runs.abort();
    last = events;
  }
  assert.deepEqual(last.map(({ outcome }) => outcome?.reason), ["stopped", "aborted", "aborted"]);
  assert.equal(last[2].at.step, 0);
});
