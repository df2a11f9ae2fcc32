import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { type Duration, epochs, evaluations, steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { plan, planText } from "../../lib/training/plan.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
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
});

const bare = 5 as unknown as Duration;
const WRONG: [string, () => unknown, RegExp][] = [
  [
    "a bare number for patience",
    () => plateau({ ...loss, patience: bare }),
    /invalid patience: 5 is a bare number; write evaluations\(5\)/,
  ],
  [
    "a bare number for evaluate",
    () => train({ ...small, evaluate: { every: bare } }),
    /invalid evaluate.every: 5 is a bare number/,
  ],
  [
    "a bare number for a horizon",
    () => cosine({ peak: 1, horizon: bare }),
    /invalid horizon: 5 is a bare number/,
  ],
  ["patience below 1", () => plateau({ ...loss, patience: evaluations(0) }), /invalid evaluations: 0/],
  [
    "an unknown metric in a rule",
    () => train({ ...small, stop: plateau({ ...loss, metric: "val_los", patience: evaluations(3) }) }),
    /unknown metric: val_los \(has validation.loss, /,
  ],
  [
    "an unknown metric in a selection",
    () => train({ ...small, select: best("validation.f1", "max") }),
    /unknown metric: validation.f1/,
  ],
  [
    "a rule that reads the test set",
    () => train({ ...small, select: best("test.loss", "min") }),
    /test.loss is reported, never obeyed/,
  ],
  ["a negative rate", () => constant(-1), /invalid rate: -1/],
  ["a batch of 0", () => train({ ...small, batch: 0 }), /invalid batch: 0/],
  ["a cap of 0", () => maxSteps(0), /invalid maxSteps: steps\(0\)/],
  ["no criterion", () => train({ ...small, stop: undefined as never }), /missing field of train: stop/],
  [
    "a misspelt field",
    () => train({ ...small, optimiser: 1 } as never),
    /unknown field of train: optimiser \(has model, data, optimizer/,
  ],
  [
    "a model of other inputs",
    () => train({ ...small, model: mlp({ layers: [30, 10] }) }),
    /it reads 30 features, digits has 64/,
  ],
  [
    "a model of other classes",
    () => train({ ...small, model: mlp({ layers: [64, 2] }) }),
    /it tells 2 classes apart, digits has 10/,
  ],
  ["an unknown state", async () => {
    for await (const _ of train({ ...small, from: "s999999" }));
  }, /unknown state: s999999/],
];
for (const [what, make, message] of WRONG) {
  Deno.test(`${what} is refused: ${message.source}`, async () => {
    await assert.rejects(async () => await make(), message);
  });
}
