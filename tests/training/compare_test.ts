import assert from "node:assert/strict";
import fc from "fast-check";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { rateFloor } from "../../lib/criteria/rate_floor.ts";
import { target } from "../../lib/criteria/target.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { join } from "../../lib/schedules/join.ts";
import { piecewise } from "../../lib/schedules/piecewise.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";
import { compare, compareAll, type ComparedPolicy, type CompareOptions } from "../../lib/training/compare.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { comparedAsAlone, lastOf } from "./alone.ts";
import { onNative } from "./compiled_fixture.ts";
import { small } from "./fixture.ts";

const LOSS = { metric: "validation.loss", mode: "min" } as const;
const select = best("validation.loss", "min");
const spec: Spec = { ...small, stop: maxSteps(60) };
const upTo = (step: number) => maxSteps(step);
/** Cuts every few evaluations, whatever the loss does. */
const hopeless = (patience: number, factor = 0.5) =>
  plateauScale({ ...LOSS, factor, patience: evaluations(patience), minDelta: 9 });
const acting = (
  name: string,
  changes: ComparedPolicy["changes"],
  stop: ComparedPolicy["stop"] = upTo(60),
): ComparedPolicy => ({
  name,
  changes,
  stop,
  select,
});
const observing: readonly ComparedPolicy[] = [
  { name: "Fixed steps", stop: upTo(23), select: last() },
  { name: "Fixed epochs", stop: maxEpochs(1.5), select },
  { name: "Early", stop: plateau({ ...LOSS, patience: evaluations(2), minDelta: 0.4 }), select },
  { name: "Target", stop: target({ metric: "training.loss", mode: "min", value: 1.2 }), select: last() },
];

const wsd = (horizon: number) =>
  warmupStableDecay({ peak: 3e-3, decay: steps(10), tail: "1-sqrt", horizon: steps(horizon) });

interface Case {
  readonly policies: readonly ComparedPolicy[];
  readonly options?: CompareOptions;
  readonly given?: Partial<Spec>;
  /** step at which each fork leaves its trunk */
  readonly forks: readonly number[];
  /** updates that are trained */
  readonly trained: number;
}
const CASES: Readonly<Record<string, Case>> = {
  "a rate that is cut on plateau parts at the first cut": {
    policies: [...observing, acting("LR on plateau", { scale: hopeless(3) })],
    forks: [20],
    // the longest policy that observes goes to 53 steps, the epochs and a half
    trained: 53 + 40,
  },
  "rules that count alike share a fork until they cut apart": {
    policies: [
      ...observing,
      acting("to a half", { scale: hopeless(3) }),
      acting("to a half, and with rests", {
        scale: plateauScale({ ...LOSS, patience: evaluations(3), minDelta: 9, cooldown: evaluations(2) }),
      }),
      acting("to a tenth", { scale: hopeless(3, 0.1) }),
      acting("later", { scale: hopeless(6) }),
    ],
    forks: [20, 20, 35, 35],
    trained: 53 + 40 + 40 + 25 + 25,
  },
  "a cosine after a constant part parts where it begins to fall": {
    policies: [
      ...observing,
      acting("cosine", {
        schedule: join({
          schedules: [constant(3e-3), cosine({ peak: 3e-3, horizon: steps(30) })],
          borders: [steps(30)],
        }),
      }),
    ],
    // the first update of a cosine still has its peak
    forks: [31],
    trained: 53 + 29,
  },
  "a cosine from the beginning shares its first update": {
    policies: [...observing, acting("cosine", { schedule: cosine({ peak: 3e-3, horizon: steps(60) }) })],
    forks: [1],
    trained: 53 + 59,
  },
  "another rate from the beginning shares nothing": {
    policies: [...observing, acting("high", { schedule: constant(1e-2) }, upTo(12))],
    forks: [0],
    trained: 53 + 12,
  },
  "cooldowns at three steps share their trunk, which ends with the last": {
    policies: [20, 35, 50].map((end) => acting(`WSD ${end}`, { schedule: wsd(end) }, upTo(end))),
    // the way of the shortest leads: the others leave it at its decay, whose first update has the peak's rate
    forks: [11, 26],
    trained: 20 + 24 + 24,
  },
  "cooldowns of a trunk that is recorded on": {
    policies: [20, 35, 50].map((end) => acting(`WSD ${end}`, { schedule: wsd(end) }, upTo(end))),
    options: { recordOn: true },
    forks: [11, 26, 41],
    trained: 60 + 9 + 9 + 9,
  },
  "a policy that has ended is not forked": {
    policies: [...observing, acting("ends before it cuts", { scale: hopeless(6) }, upTo(30))],
    forks: [],
    trained: 53,
  },
  "a policy that ends where it would part is not forked": {
    policies: [...observing, acting("ends as it cuts", { scale: hopeless(3) }, upTo(20))],
    forks: [],
    trained: 53,
  },
  "a trunk whose own policies have ended goes on for those that share it, and no further": {
    policies: [
      { name: "Fixed", stop: upTo(8), select },
      acting("a", { scale: hopeless(6) }),
      acting("b", { scale: hopeless(7) }),
    ],
    forks: [35, 40],
    trained: 40 + 25 + 20,
  },
  "a schedule and a cut that say the same rate go together as long as they do": {
    policies: [
      ...observing,
      acting("halved by plan", {
        schedule: piecewise({ start: 3e-3, points: [{ at: steps(20), rate: 1.5e-3 }] }),
      }),
      acting("halved by rule", {
        scale: plateauScale({ ...LOSS, patience: evaluations(3), minDelta: 9, minScale: 0.5 }),
      }),
      acting("halved by rule, and again", { scale: hopeless(3) }),
    ],
    forks: [20, 35],
    trained: 53 + 40 + 25,
  },
  "a cut that says the same rate for one update parts after it": {
    given: {
      schedule: piecewise({
        start: 3e-3,
        points: [{ at: steps(20), rate: 1.5e-3 }, { at: steps(21), rate: 3e-3 }],
      }),
    },
    policies: [...observing, acting("halved by rule", { schedule: constant(3e-3), scale: hopeless(3) })],
    forks: [21],
    trained: 55 + 39,
  },
  "a rule on the rate sees its own": {
    policies: [
      { name: "Fixed", stop: upTo(40), select },
      acting("to the floor", { scale: hopeless(2) }, any(maxSteps(60), rateFloor({ rate: 1e-3 }))),
    ],
    forks: [15],
    trained: 40 + 11,
  },
};

for (const [name, { policies, options, given, forks, trained }] of Object.entries(CASES)) {
  Deno.test(`${name}, each policy ending as it would alone`, async () => {
    setEngineChoice("wasm");
    const { runs, cost } = await comparedAsAlone({ ...spec, ...given }, policies, options);
    assert.deepEqual(runs.flatMap(({ forked }) => forked?.step ?? []), forks);
    assert.equal(cost.trained, trained);
  });
}

nativeTest("compiled, and begun ahead, policies end as they would alone", async () => {
  onNative();
  for (
    const name of [
      "rules that count alike share a fork until they cut apart",
      "cooldowns of a trunk that is recorded on",
      "a cut that says the same rate for one update parts after it",
    ]
  ) {
    const { policies, options, given, forks, trained } = CASES[name];
    const { runs, cost } = await comparedAsAlone({ ...spec, ...given }, policies, options);
    assert.deepEqual(runs.flatMap(({ forked }) => forked?.step ?? []), forks);
    assert.equal(cost.trained, trained);
  }
  setEngineChoice("wasm");
});

const scales = fc.option(
  fc.record({
    factor: fc.constantFrom(0.1, 0.5),
    patience: fc.integer({ min: 1, max: 4 }).map(evaluations),
    cooldown: fc.constantFrom(evaluations(1), steps(7)),
    minDelta: fc.constantFrom(0, 0.1, 9),
    minScale: fc.constantFrom(0, 0.5),
  }).map((options) => plateauScale({ ...LOSS, ...options })),
);
const schedules = fc.oneof(
  fc.constant(constant(3e-3)),
  fc.integer({ min: 11, max: 40 }).map(wsd),
  fc.integer({ min: 1, max: 30 }).map((at) =>
    piecewise({ start: 3e-3, points: [{ at: steps(at), rate: 1.5e-3 }] })
  ),
);
const stops = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((step) => maxSteps(step)),
  fc.integer({ min: 1, max: 4 }).map((patience) =>
    any(maxSteps(30), plateau({ ...LOSS, patience: evaluations(patience) }))
  ),
);
const asked = fc.record({
  policies: fc.array(
    fc.record({
      changes: fc.option(fc.record({ scale: scales, schedule: schedules }), { nil: undefined }),
      stop: stops,
    }),
    { minLength: 1, maxLength: 5 },
  ),
  every: fc.integer({ min: 1, max: 7 }).map(steps),
  recordOn: fc.boolean(),
  seed: fc.nat(9),
});

Deno.test("whatever the policies do to the rate, each ends as it would alone, and no update is made twice", async () => {
  setEngineChoice("wasm");
  await fc.assert(
    fc.asyncProperty(asked, async ({ policies, every, recordOn, seed }) => {
      const named = policies.map((policy, i) => ({ name: `policy ${i}`, select, ...policy }));
      const given = { ...spec, seed, stop: maxSteps(30), evaluate: { every } };
      const { runs, cost } = await comparedAsAlone(given, named, { recordOn });
      // a training's updates are told by the rates that led to them
      const made = new Set(
        runs.flatMap(({ trajectory: { updates: { rate } } }) =>
          Array.from(rate, (_, i) => rate.slice(0, i + 1).join())
        ),
      );
      assert.equal(cost.trained, made.size);
    }),
    { numRuns: 12 },
  );
});

Deno.test("what is compared is seen as it goes: the trunk, then its forks, each from where it left", async () => {
  setEngineChoice("wasm");
  const seen: string[] = [];
  for await (const { runs, places, judgements } of compare(spec, CASES[Object.keys(CASES)[0]].policies)) {
    const line = `${runs.map(({ at, outcome }) => `${outcome ? "ended" : "at"} ${at.step}`)}; on ${
      places.at(-1)
    }; ${judgements.length}`;
    if (/at (0|20|53)|ended/.test(line)) seen.push(line);
    for (const { trajectory, at } of runs) assert.equal(trajectory.updates.step.length, at.step);
  }
  assert.deepEqual([...new Set(seen)].filter((line) => !/at (2[1-9]|[3-5]\d)/.test(line)), [
    "at 0; on 0; 0",
    "at 20; on 0; 0",
    "ended 53,at 20; on 1; 0",
    "ended 53,at 60; on 1; 0",
    "ended 53,ended 60; on 1; 0",
    "ended 53,ended 60; on 1; 5",
  ]);
});

Deno.test("a training ends with the last policy on it, and by the spec's own stop, which none outlives", async () => {
  setEngineChoice("wasm");
  const policies = [acting("long", {}, upTo(100)), acting("short", {}, upTo(7))];
  const alone = await lastOf(compare(spec, policies.slice(1)));
  assert.deepEqual([alone.runs.length, alone.runs[0].outcome!.because], [1, "every policy on it has ended"]);
  assert.deepEqual([alone.runs[0].at.step, alone.runs[0].outcome!.reason], [7, "stopped"]);
  const { runs, judgements, cost } = await lastOf(compare(spec, policies));
  assert.deepEqual(runs.map(({ at }) => at.step), [60]);
  assert.deepEqual(judgements.map(({ end }) => end), ["censored", "stopped"]);
  assert.deepEqual(cost, { trained: 60, judged: 60 + 7 });
  const on = await lastOf(compare(spec, policies.slice(1), { recordOn: true }));
  assert.deepEqual([on.runs[0].at.step, on.cost.judged, on.judgements[0].at!.step], [60, 7, 7]);
});

Deno.test("regret and compute saved are measured against all that was trained", async () => {
  setEngineChoice("wasm");
  const { runs, judgements } = await lastOf(compare(spec, CASES[Object.keys(CASES)[0]].policies));
  const lowest = Math.min(
    ...runs.flatMap(({ trajectory }) => [...trajectory.evaluations.metrics["validation.loss"]]),
  );
  const [fixed] = judgements;
  assert.equal(fixed.regret, fixed.kept!.metrics["validation.loss"] - lowest);
  assert.equal(fixed.computeSaved, 1 - 23 / 60);
  const accuracy = await lastOf(compare(spec, observing, { metric: "validation.accuracy", mode: "max" }));
  assert.ok(
    accuracy.judgements.every(({ metric, regret }) => metric === "validation.accuracy" && regret! >= 0),
  );
});

Deno.test("several specs are compared one after another, those that wait with their plan; abort ends all", async () => {
  setEngineChoice("wasm");
  const specs = [0, 1].map((seed) => ({ ...spec, seed })), policies = CASES[Object.keys(CASES)[0]].policies;
  const all = await lastOf(compareAll(specs, policies));
  for (const [i, { runs, judgements, cost }] of all.entries()) {
    const one = await lastOf(compare(specs[i], policies));
    assert.deepEqual(cost, one.cost);
    assert.deepEqual(
      runs.map(({ trajectory }) => trajectory.updates.loss),
      one.runs.map(({ trajectory }) => trajectory.updates.loss),
    );
    assert.equal(judgements.length, policies.length);
  }
  const cut = compareAll(specs.map((each) => ({ ...each, stop: maxSteps(100_000) })), [
    ...observing,
    acting("LR on plateau", { scale: hopeless(3) }, upTo(100_000)),
    acting("for ever", {}, upTo(100_000)),
  ]);
  let latest = await cut.next().then(({ value }) => value!);
  assert.deepEqual(latest.map(({ runs }) => runs.map(({ type }) => type)), [["planned"], ["planned"]]);
  for await (const comparisons of cut) {
    if (comparisons[0].runs[0].at.step >= 30) cut.abort();
    latest = comparisons;
  }
  assert.deepEqual(latest.map(({ runs }) => runs.map(({ outcome }) => outcome?.reason)), [
    ["aborted", "aborted"],
    ["aborted"],
  ]);
  assert.deepEqual(latest[0].judgements.at(-2)!.end, "censored");
  assert.deepEqual(latest[1].cost, { trained: 0, judged: 0 });
});

const policy = { name: "Fixed", stop: upTo(5), select };
const WRONG: readonly [string, () => unknown, RegExp][] = [
  [
    "no policy",
    () => compare(spec, []),
    /^TypeError: invalid policies: \[\] \(a list of them, at least one\)$/,
  ],
  ["no list of policies", () => compare(spec, policy as never), /^TypeError: invalid policies: /],
  ["no list of specs", () => compareAll(spec as never, [policy]), /^TypeError: invalid specs: /],
  [
    "two policies of a name",
    () => compare(spec, [policy, policy]),
    /^RangeError: invalid policies: "Fixed" twice \(their names tell them apart\)$/,
  ],
  ["a policy that is none", () => compare(spec, [5 as never]), /^TypeError: invalid policy: 5 /],
  [
    "what a policy may not change",
    () => compare(spec, [{ ...policy, changes: { batch: 64 } as never }]),
    /^TypeError: unknown option of changes of "Fixed": batch \(has schedule, scale\)$/,
  ],
  [
    "a scale that is none",
    () => compare(spec, [{ ...policy, changes: { scale: constant(1) as never } }]),
    /^TypeError: invalid scale: /,
  ],
  [
    "a metric that is not measured",
    () =>
      compare(spec, [{
        ...policy,
        stop: plateau({ ...LOSS, metric: "validation.los", patience: evaluations(1) }),
      }]),
    /^UnknownMetric: unknown metric: validation.los \(has /,
  ],
  [
    "a spec that goes on",
    () => compare({ ...spec, from: "s1" }, [policy]),
    /^RangeError: invalid from: s1 \(none: /,
  ],
  [
    "a folder",
    () => compare({ ...spec, checkpoint: { folder: "there" } }, [policy]),
    /^RangeError: invalid checkpoint.folder: there \(none: a comparison begins anew, in memory\)$/,
  ],
  [
    "an unknown option",
    () => compare(spec, [policy], { record: true } as never),
    /^TypeError: unknown option of compare: record /,
  ],
  [
    "a yardstick that is not measured",
    () => compare(spec, [policy], { metric: "validation.f1" }),
    /^UnknownMetric: unknown metric: validation.f1 \(has /,
  ],
  [
    "a mode that is none",
    () => compare(spec, [policy], { mode: "low" as "min" }),
    /^RangeError: invalid mode: "low" /,
  ],
  ["a wrong spec", () => compareAll([spec, { ...spec, batch: 0 }], [policy]), /invalid batch: 0/],
];
for (const [what, act, message] of WRONG) {
  Deno.test(`refused before anything trains: ${what}`, () => {
    assert.throws(
      act,
      (error: Error) => message.test(`${error.name}: ${error.message}`) || assert.fail(`${error}`),
    );
  });
}
