import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { type Remainder } from "../../lib/batch_plan.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { plan, planText } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { small } from "./fixture.ts";

Deno.test("the plan resolves every duration to updates", () => {
  const resolved = plan({
    ...small,
    stop: any(maxEpochs(20), maxSteps(1000)),
    evaluate: { every: epochs(1) },
  });
  assert.equal(resolved.updatesPerEpoch, 35);
  assert.equal(resolved.lastStep, 700);
  assert.equal(resolved.evaluations, 20);
  assert.equal(resolved.parameters, 64 * 16 + 16 + 160 + 10);
  assert.match(planText(resolved), /700 updates = 20 epochs = 21,940 examples at most/);
});

const loss = { metric: "validation.loss", mode: "min" } as const;
const LINTS: [string, Partial<Spec>, RegExp][] = [
  ["no-certain-end", { stop: plateau({ ...loss, patience: evaluations(3) }) }, /no rule must end: plateau\(/],
  [
    "horizon-differs-from-cap",
    { schedule: cosine({ peak: 1, horizon: steps(30) }) },
    /ends at update 30, the training may go on to 40/,
  ],
  [
    "horizon-differs-from-cap",
    { schedule: cosine({ peak: 1, horizon: steps(90) }) },
    /ends at update 40, inside the schedule's 90/,
  ],
  [
    "warmup-never-ends",
    { schedule: warmupCosine({ warmup: steps(50), peak: 1, horizon: steps(60) }) },
    /warm-up of 50 updates, training of 40/,
  ],
  ["never-evaluated", { evaluate: { every: steps(100) } }, /no evaluation on the grid/],
  ["cap-off-grid", { stop: maxSteps(43) }, /the cap at step 43 is off the evaluation grid \(every 5 steps\)/],
  [
    "patience-never-runs-out",
    { stop: any(maxSteps(40), plateau({ ...loss, patience: evaluations(8) })) },
    /patience of 8 evaluations, but 8 evaluations at most/,
  ],
  [
    "patience-never-runs-out",
    { stop: any(maxSteps(40), plateau({ ...loss, patience: epochs(2) })) },
    /patience of 2 epochs, but 40 updates at most/,
  ],
  [
    "patience-never-runs-out",
    { stop: any(maxSteps(40), plateau({ ...loss, patience: steps(36) })) },
    /patience of 36 steps, but 40 updates at most/,
  ],
  [
    "rate-never-cut",
    { scale: plateauScale({ ...loss, patience: evaluations(8) }) },
    /plateauScale has a patience of 8 evaluations, but 8 evaluations at most/,
  ],
  [
    "plateau-inside-decay",
    {
      stop: any(maxSteps(40), plateau({ ...loss, patience: evaluations(3) })),
      schedule: cosine({ peak: 1, horizon: steps(40) }),
    },
    /plateau\(validation.loss, min, patience: evaluations\(3\)\) may stop before the schedule's end at update 40/,
  ],
  [
    "patience-below-interval",
    { stop: any(maxSteps(40), plateau({ ...loss, patience: steps(3) })) },
    /shorter than one evaluation interval/,
  ],
];
for (const [lint, change, message] of LINTS) {
  Deno.test(`lint ${lint}: ${message.source}`, () => {
    const found = plan({ ...small, ...change }).warnings.filter((warning) => warning.lint === lint);
    assert.equal(found.length, 1);
    assert.match(found[0].message, message);
  });
}

Deno.test("a plan with nothing doubtful has no warning", () => {
  assert.deepEqual(plan({ ...small, schedule: cosine({ peak: 1, horizon: steps(40) }) }).warnings, []);
  const patient = any(maxSteps(40), plateau({ ...loss, patience: steps(35) }));
  const scale = plateauScale({ ...loss, patience: evaluations(7) });
  assert.deepEqual(plan({ ...small, stop: patient, scale }).warnings, []);
});

Deno.test("a cap as far away as numbers go is planned at once", () => {
  const { evaluations, lastStep } = plan({ ...small, stop: maxSteps(1e12), evaluate: { every: epochs(1) } });
  assert.deepEqual([lastStep, evaluations], [1e12, Math.floor(1e12 / 35)]);
});

Deno.test("the plan says what happens to a remainder, and the updates of an epoch", () => {
  const said = (remainder: Remainder) => planText(plan({ ...small, remainder })).match(/batch 32, .*/)?.[0];
  assert.equal(said("train"), "batch 32, 35 updates an epoch");
  assert.equal(said("drop"), "batch 32, 34 (the remainder dropped) updates an epoch");
  assert.equal(said("wrap"), "batch 32, 34.28 (the remainder wrapped) updates an epoch");
});
