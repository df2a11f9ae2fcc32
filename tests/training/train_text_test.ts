import assert from "node:assert/strict";
import type { Outcome } from "../../lib/training/event.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { outcomeText, progressText } from "../../lib/training/train_text.ts";
import { eventsOf, small } from "./fixture.ts";

setEngineChoice("wasm");

const events = await eventsOf({ ...small, stop: maxSteps(10) });
const event = events.findLast(({ type }) => type === "evaluation")!;
const outcome: Outcome = {
  ...events.at(-1)!.outcome!,
  at: { step: 2000, epoch: 57.15, examples: 62689, evaluations: 57, seconds: 7384.2 },
  kept: { step: 1995, epoch: 57, examples: 62529, seconds: 6, metrics: { "validation.loss": 0.0759612 } },
};

const CASES: [string, Partial<Outcome>, string[]][] = [
  ["by a rule", {}, [
    "end       stopped by maxSteps (reached 10 of 10 steps)",
    "at        step 2,000, epoch 57.15, 2 h 3 min",
    "kept      step 1,995: validation.loss 0.07596",
    "run       runs/first",
  ]],
  ["by a cap reached before", {
    reason: "alreadyComplete",
    because: "reached 2,000 of 1,500 steps",
    alreadyComplete: { by: "cap", have: 2000, cap: 1500, unit: "steps" },
  }, [
    "end       alreadyComplete: at 2,000 steps, and the cap is 1,500",
    "at        step 2,000, epoch 57.15, 2 h 3 min",
    "kept      step 1,995: validation.loss 0.07596",
    "run       runs/first",
  ]],
  ["by a verdict given before", {
    reason: "alreadyComplete",
    because: "no gain for 8 of 8 evaluations",
    alreadyComplete: { by: "verdict", have: 2000, cap: 2000, unit: "steps" },
  }, [
    "end       alreadyComplete: a rule had said stop at step 2,000 (no gain for 8 of 8 evaluations)",
    "at        step 2,000, epoch 57.15, 2 h 3 min",
    "kept      step 1,995: validation.loss 0.07596",
    "run       runs/first",
  ]],
  ["by hand, after a change, with nothing kept", {
    reason: "aborted",
    path: "",
    because: "stopped by hand at step 2,000",
    kept: null,
    changed: ["schedule is constant(0.01); the state was trained with constant(0.001)"],
  }, [
    "end       aborted (stopped by hand at step 2,000)",
    "at        step 2,000, epoch 57.15, 2 h 3 min",
    "kept      the weights at the end: there was no evaluation before it",
    "changed   schedule is constant(0.01); the state was trained with constant(0.001)",
    "run       runs/first",
    "next      the same command goes on from here",
  ]],
  ["in divergence, with nothing kept", {
    reason: "diverged",
    path: "",
    because: "training loss is NaN at step 2,000",
    kept: null,
  }, [
    "end       diverged (training loss is NaN at step 2,000)",
    "at        step 2,000, epoch 57.15, 2 h 3 min",
    "kept      nothing: there was no evaluation before it",
    "run       runs/first",
  ]],
];
for (const [how, change, lines] of CASES) {
  Deno.test(`an end ${how} is told in lines that line up`, () =>
    assert.deepEqual(outcomeText({ ...outcome, ...change }, "runs/first").split("\n"), lines));
}

Deno.test("progress says where it is, how good, how fast and how long yet; what is not known is left out", () => {
  const at = { ...event.at, step: 1250 },
    loss = event.trajectory.evaluations.metrics["validation.loss"].at(-1)!;
  const known = { ...event, at, pace: 312.4, plan: { ...event.plan, lastStep: 2000 } };
  const measured = `validation.loss ${+loss.toPrecision(4)}`;
  assert.equal(progressText(known), `step 1,250 of 2,000, ${measured}, 312 updates/s, 2.4 s left at most`);
  assert.equal(
    progressText({ ...known, pace: 3 }),
    `step 1,250 of 2,000, ${measured}, 3 updates/s, 4 min 10 s left at most`,
  );
  assert.equal(
    progressText({ ...known, plan: { ...event.plan, lastStep: null } }),
    `step 1,250, ${measured}, 312 updates/s`,
  );
  assert.equal(progressText({ ...known, pace: 0 }), `step 1,250 of 2,000, ${measured}`);
});
