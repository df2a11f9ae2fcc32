/** Comparisons beside each policy alone: some in every run of the tests, the others in e2e. */
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
import { type ComparedPolicy, type CompareOptions } from "../../lib/training/compare.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { comparedAsAlone } from "./alone.ts";
import { onNative } from "./compiled_fixture.ts";
import { small } from "./fixture.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";

export const LOSS = { metric: "validation.loss", mode: "min" } as const;
export const select = best("validation.loss", "min");
export const spec: Spec = { ...small, stop: maxSteps(60) };
export const upTo = (step: number) => maxSteps(step);
/** Cuts every few evaluations, whatever the loss does. */
export const hopeless = (patience: number, factor = 0.5) =>
  plateauScale({ ...LOSS, factor, patience: evaluations(patience), minDelta: 9 });
export const acting = (
  name: string,
  changes: ComparedPolicy["changes"],
  stop: ComparedPolicy["stop"] = upTo(60),
): ComparedPolicy => ({
  name,
  changes,
  stop,
  select,
});
export const observing: readonly ComparedPolicy[] = [
  { name: "Fixed steps", stop: upTo(23), select: last() },
  { name: "Fixed epochs", stop: maxEpochs(1.5), select },
  { name: "Early", stop: plateau({ ...LOSS, patience: evaluations(2), minDelta: 0.4 }), select },
  { name: "Target", stop: target({ metric: "training.loss", mode: "min", value: 1.2 }), select: last() },
];

export const wsd = (horizon: number) =>
  warmupStableDecay({ peak: 3e-3, decay: steps(10), tail: "1-sqrt", horizon: steps(horizon) });

export interface CompareCase {
  readonly policies: readonly ComparedPolicy[];
  readonly options?: CompareOptions;
  readonly given?: Partial<Spec>;
  /** step at which each fork leaves its trunk */
  readonly forks: readonly number[];
  /** updates that are trained */
  readonly trained: number;
}
export const compareCases = {
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
  "cooldowns of a trunk that is recorded on": {
    policies: [20, 35, 50].map((end) => acting(`WSD ${end}`, { schedule: wsd(end) }, upTo(end))),
    options: { recordOn: true },
    forks: [11, 26, 41],
    trained: 60 + 9 + 9 + 9,
  },
  "a policy that ends where it would part is not forked": {
    policies: [...observing, acting("ends as it cuts", { scale: hopeless(3) }, upTo(20))],
    forks: [],
    trained: 53,
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
} satisfies Readonly<Record<string, CompareCase>>;
export const moreCompareCases: Readonly<Record<string, CompareCase>> = {
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
  "a policy that has ended is not forked": {
    policies: [...observing, acting("ends before it cuts", { scale: hopeless(6) }, upTo(30))],
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
};

export function compareTest(
  [name, { policies, options, given, forks, trained }]: [string, CompareCase],
): void {
  Deno.test(`${name}, each policy ending as it would alone`, async () => {
    setEngineChoice("wasm");
    const { runs, cost } = await comparedAsAlone({ ...spec, ...given }, policies, options);
    assert.deepEqual(runs.flatMap(({ forked }) => forked?.step ?? []), forks);
    assert.equal(cost.trained, trained);
  });
}

export function compiledCompareTest(name: keyof typeof compareCases): void {
  nativeTest(`compiled, and begun ahead, policies end as they would alone: ${name}`, async () => {
    onNative();
    try {
      const { policies, options, given, forks, trained }: CompareCase = compareCases[name];
      const { runs, cost } = await comparedAsAlone({ ...spec, ...given }, policies, options);
      assert.deepEqual(runs.flatMap(({ forked }) => forked?.step ?? []), forks);
      assert.equal(cost.trained, trained);
    } finally {
      setEngineChoice("wasm");
    }
  });
}

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

/** @param numRuns how many lists of policies are compared */
export const anyPoliciesTest = (numRuns: number): void =>
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
      { numRuns },
    );
  });
