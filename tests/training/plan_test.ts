import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { type Remainder } from "../../lib/batch_plan.ts";
import { type Duration, epochs, evaluations, steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
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

Deno.test("trap 31: the plan says what happens to a remainder, and the updates of an epoch", () => {
  const said = (remainder: Remainder) => planText(plan({ ...small, remainder })).match(/batch 32, .*/)?.[0];
  assert.equal(said("train"), "batch 32, 35 updates an epoch");
  assert.equal(said("drop"), "batch 32, 34 (the remainder dropped) updates an epoch");
  assert.equal(said("wrap"), "batch 32, 34.28 (the remainder wrapped) updates an epoch");
});

const early = plateau({ ...loss, patience: evaluations(3) });
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
    /it has 2 outputs for softmaxCrossEntropy, digits has 10 classes/,
  ],
  ["an unknown state", () => train({ ...small, from: "s999999" }), /unknown state: s999999/],
  ["a checkpoint where a state is due", () => train({ ...small, from: "c1" }), /unknown state: c1/],
  [
    "a selection of no known kind",
    () => train({ ...small, select: { kind: "first" } as never }),
    /invalid selection: \{"kind":"first"\} \(kind best, last, windowMean, restoredBy\)/,
  ],
  [
    "a scale that is a schedule",
    () => train({ ...small, scale: constant(1) as never }),
    /invalid scale: \{"kind":"constant","rate":1\} \(schedules.plateauScale\)/,
  ],
  [
    "a cap of 0 written as data",
    () => train({ ...small, stop: { kind: "maxSteps", steps: 0 } }),
    /invalid maxSteps: steps\(0\)/,
  ],
  [
    "a patience of 0 written as data",
    () => train({ ...small, stop: { ...early, patience: { unit: "evaluations", count: 0 } } }),
    /invalid patience: evaluations\(0\)/,
  ],
  [
    "a bare number written as data",
    () => train({ ...small, stop: { ...early, patience: bare } }),
    /invalid patience: 5 is a bare number/,
  ],
  [
    "an interval that is misspelt",
    () => train({ ...small, evaluate: { evry: steps(5) } as never }),
    /unknown option of evaluate: evry \(has every\)/,
  ],
  [
    "a batch that no epoch has",
    () => train({ ...small, batch: 1098, remainder: "drop" }),
    /invalid batch: 1098 \(at most 1097/,
  ],
];
for (const [what, make, message] of WRONG) {
  Deno.test(`${what} is refused: ${message.source}`, async () => {
    await assert.rejects(async () => await make(), message);
  });
}
