import assert from "node:assert/strict";
import { after } from "../../lib/criteria/after.ts";
import { all } from "../../lib/criteria/all.ts";
import { atLeast } from "../../lib/criteria/at_least.ts";
import { histGradientBoosting } from "../../lib/criteria/compat/hist_gradient_boosting.ts";
import { ignite } from "../../lib/criteria/compat/ignite.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightgbm } from "../../lib/criteria/compat/lightgbm.ts";
import { lightning } from "../../lib/criteria/compat/lightning.ts";
import { transformers } from "../../lib/criteria/compat/transformers.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { mustReachBy } from "../../lib/criteria/must_reach_by.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { not } from "../../lib/criteria/not.ts";
import { precheltPQ } from "../../lib/criteria/prechelt_pq.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { slope } from "../../lib/criteria/slope.ts";
import { tolerance } from "../../lib/criteria/tolerance.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { within } from "../../lib/criteria/within.ts";
import { exponential } from "../../lib/schedules/exponential.ts";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
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
import { streamed } from "../../lib/data/streamed.ts";
import { data, small } from "./fixture.ts";

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
const early = plateau({ ...loss, patience: evaluations(3) });
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
  ...([
    [plateau({ ...loss, patience: evaluations(8) }), 45],
    [plateau({ ...loss, patience: epochs(2) }), 75],
    [plateau({ ...loss, patience: steps(36) }), 45],
    [plateau({ ...loss, patience: evaluations(5), cooldown: evaluations(3) }), 45],
    [plateau({ ...loss, patience: evaluations(2), startAfter: epochs(2) }), 70],
    [keras({ ...loss, patience: 8 }), 45],
    [keras({ ...loss, startFromEpoch: 8 }), 50],
    [lightning({ ...loss, patience: 8, checkFinite: false }), 45],
    [transformers({ ...loss, patience: 8 }), 45],
    [ignite({ ...loss, patience: 8 }), 45],
    [lightgbm({ ...loss, rounds: 8 }), 45],
    [histGradientBoosting({ ...loss, noChange: 8 }), 45],
    [tolerance({ ...loss, noChange: 8 }), 50],
    [slope({ ...loss, window: evaluations(9) }), 45],
    [precheltUP({ metric: "validation.loss", strips: 2, strip: evaluations(3) }), 45],
    [precheltPQ({ metric: "validation.loss", alpha: 1, strip: evaluations(9) }), 45],
    [mustReachBy({ ...loss, value: 1, at: epochs(2) }), 70],
    [after(epochs(2), early), 70],
    [all(maxSteps(50), early), 50],
    [atLeast(2, maxSteps(10), maxSteps(60), maxSteps(70)), 60],
  ] as [Criterion, number][]).map(([rule, earliest]): [string, Partial<Spec>, RegExp] => [
    "never-fires",
    { stop: any(maxSteps(40), rule) },
    new RegExp(`^${rule.kind}\\(.* can stop at update ${earliest} at the earliest, the training ends at 40$`),
  ]),
  [
    "never-fires",
    { stop: any(maxSteps(40), within(steps(20), early)) },
    /^within\(steps\(20\), .* can never stop a training that evaluates so/,
  ],
  ["never-fires", { stop: any(maxSteps(40), nonFinite()) }, /^nonFinite\(\) never decides: /],
  ["nothing-trained", { stop: not(maxSteps(40)) }, /^not\(maxSteps\(40\)\) is true before the first update/],
  [
    "nothing-kept",
    { select: windowMean({ ...loss, window: evaluations(9) }) },
    /^windowMean\(.* keeps nothing: 8 evaluations at most/,
  ],
  [
    "schedule-runs-out",
    { schedule: cosine({ peak: 1, horizon: steps(30), past: "error" }) },
    /is an error past its end at update 30: a training that comes there fails/,
  ],
  [
    "tiny-rates",
    { schedule: exponential({ start: 1, factor: 0.5, every: steps(4) }) },
    /^65% of 40 updates have less than 10% of the peak rate$/,
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
    "cap-off-grid",
    { stop: maxSteps(43) },
    /the last evaluation that rules and selection see is that at step 40$/,
  ],
  ["batch-above-examples", { batch: 5000 }, /^a batch of 5,000, but 1,097 training examples$/],
  [
    "mode-against-metric",
    { stop: any(maxSteps(40), plateau({ ...loss, mode: "max", patience: evaluations(3) })) },
    /^plateau takes higher validation.loss for better$/,
  ],
  [
    "mode-against-metric",
    { select: best("validation.accuracy", "min") },
    /^best takes lower validation.accuracy for better$/,
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

Deno.test("lint stream-ends: a stream that is over before the cap", () => {
  const { x, y } = data.validation;
  const stream = streamed({
    open: () => [],
    count: 96,
    passes: 2,
    features: 64,
    classes: data.classes,
    validation: { x, y },
    test: data.test,
  });
  const { warnings } = plan({ ...small, data: stream });
  assert.deepEqual(warnings.map(({ message }) => message), [
    "the stream is over after 2 passes, at update 6 at the latest",
  ]);
  assert.deepEqual(plan({ ...small, data: stream, stop: maxSteps(5) }).warnings, []);
});

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
