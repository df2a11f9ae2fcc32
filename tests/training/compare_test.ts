import assert from "node:assert/strict";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { evaluations } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { compare, compareAll } from "../../lib/training/compare.ts";
import { lastOf } from "./alone.ts";
import {
  acting,
  anyPoliciesTest,
  type CompareCase,
  compareCases,
  compareTest,
  compiledCompareTest,
  hopeless,
  LOSS,
  observing,
  select,
  spec,
  upTo,
} from "./compare_cases.ts";

const first = compareCases["a rate that is cut on plateau parts at the first cut"].policies;

Object.entries<CompareCase>(compareCases).forEach(compareTest);
anyPoliciesTest(4);
compiledCompareTest("cooldowns of a trunk that is recorded on");

Deno.test("what is compared is seen as it goes: the trunk, then its forks, each from where it left", async () => {
  setEngineChoice("wasm");
  const seen: string[] = [];
  for await (const { runs, places, judgements } of compare(spec, first)) {
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
  const { runs, judgements } = await lastOf(compare(spec, first));
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
  const specs = [0, 1].map((seed) => ({ ...spec, seed })), policies = first;
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
