import assert from "node:assert/strict";
import { learningCurves } from "../../lib/charts/learning_curves.ts";
import { rateStrip } from "../../lib/charts/rate_strip.ts";
import { stopStrip } from "../../lib/charts/stop_strip.ts";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { endless, eventOf, judge, policies, seeds, simulate } from "./fixture.ts";
import { channelOf, marksOf, NARROW, textsOf, WIDE } from "./marks.ts";

const runs = seeds(3);
const reduced = seeds(3, { cuts: [900, 1_300] });
const changed = { trajectories: reduced, name: "LR on plateau", kind: "lr" as const };
const judgements = judge(runs, reduced);

Deno.test("the strips share the group, the margins and the x domain of the curves", () => {
  // Longer than the others, so that the domain is theirs.
  const changed = { trajectories: seeds(3, { updates: 3_300 }), name: "LR on plateau", kind: "lr" as const };
  for (const axis of ["step", "epoch", "examples", "seconds"] as const) {
    for (const size of [WIDE, NARROW]) {
      const charts = [
        learningCurves({ trajectories: runs, changed, judgements, axis }),
        rateStrip({ trajectories: runs, changed, axis }),
        stopStrip({ trajectories: runs, changed, judgements, axis }),
      ];
      const facts = charts.map((chart) => {
        const { marginLeft, marginRight, x } = chart.options(size);
        return JSON.stringify([chart.group, marginLeft, marginRight, (x as { domain: number[] }).domain]);
      });
      assert.equal(new Set(facts).size, 1, facts.join("\n"));
    }
  }
});

Deno.test("while training runs they share the cap too", () => {
  const trajectories = [simulate({ updates: 400, end: null })];
  const progress = eventOf(trajectories[0]);
  const domains = [
    learningCurves({ trajectories, progress }),
    rateStrip({ trajectories, progress }),
    stopStrip({ trajectories, progress, judgements: judge(trajectories) }),
  ].map((chart) => (chart.options(WIDE).x as { domain: number[] }).domain[1]);
  assert.deepEqual(domains, [3_000, 3_000, 3_000]);
});

Deno.test("a constant rate needs two points", () => {
  const [line] = marksOf(rateStrip({ trajectories: runs }).options(WIDE), "line");
  assert.deepEqual(channelOf(line, "x"), [1, 3_000]);
  assert.ok(textsOf(rateStrip({ trajectories: runs }).options(WIDE)).includes("constant"));
});

Deno.test("a rate that is cut has the factor above each cut, on a logarithmic axis", () => {
  const chart = rateStrip({ trajectories: runs, changed });
  const options = chart.options(WIDE);
  assert.equal((options.y as { type: string }).type, "log");
  assert.deepEqual(textsOf(options).filter((text) => text.startsWith("×")), ["× 0.5", "× 0.5"]);
  assert.equal(marksOf(options, "line").length, 4);
  assert.match(chart.alt, /LR on plateau: cut at step 900, step 1,300/);
  assert.match(chart.text(80), /× 0\.5 at step 900/);
});

/** A training whose rate is multiplied at these steps. */
const reducedBy = (factors: Record<number, number>, seed = 0): Trajectory => {
  const run = simulate({ seed });
  let scale = 1;
  const rate = run.updates.rate.map((value, row) => value * (scale *= factors[run.updates.step[row]] ?? 1));
  return { ...run, updates: { ...run.updates, rate } };
};
const floors: [name: string, trainings: Trajectory[], texts: string[]][] = [
  ["the last is less deep", [reducedBy({ 900: 0.5, 1_300: 0.5, 1_700: 0.64 })], ["× 0.5", "× 0.5", "floor"]],
  ["another seed tells the factor", [reducedBy({ 900: 0.64 }), reducedBy({ 800: 0.5, 1_300: 0.64 }, 1)], [
    "floor",
  ]],
  ["nothing tells the factor", [reducedBy({ 900: 0.64 })], ["× 0.64"]],
  ["the last is as deep", [reducedBy({ 900: 0.5, 1_300: 0.5 })], ["× 0.5", "× 0.5"]],
  ["the last is deeper", [reducedBy({ 900: 0.5, 1_300: 0.25 })], ["× 0.5", "× 0.25"]],
  ["the factors differ", [reducedBy({ 600: 0.5, 900: 0.25, 1_300: 0.64 })], ["× 0.5", "× 0.25", "× 0.64"]],
];
for (const [name, trajectories, texts] of floors) {
  Deno.test(`a cut is labelled by its factor or by the floor: ${name}`, () => {
    const chart = rateStrip({ trajectories: runs, changed: { ...changed, trajectories } });
    assert.deepEqual(textsOf(chart.options(WIDE)).filter((text) => /^(×|floor)/.test(text)), texts);
    assert.equal(chart.text(80).includes("floor at step"), texts.includes("floor"));
  });
}

Deno.test("a narrow strip names the changed training in its legend and the schedule above its line", () => {
  const chart = rateStrip({ trajectories: runs, changed });
  assert.deepEqual(chart.legend, [{ kind: "lr", label: "LR on plateau" }]);
  assert.ok(textsOf(chart.options(NARROW)).includes("constant"));
  assert.equal(rateStrip({ trajectories: runs }).legend, undefined);
});

Deno.test("the rate under the pointer is named", () => {
  assert.equal(
    rateStrip({ trajectories: runs, changed }).readout!(1_000),
    "step 1,000   rate 0.005   LR on plateau 0.0025",
  );
});

Deno.test("no update yet: the rate strip waits", () => {
  assert.equal(
    rateStrip({ trajectories: [simulate({ updates: 0, end: null })] }).empty,
    "Waiting for the first update.",
  );
});

Deno.test("each seed is a tick and the median a symbol", () => {
  const options = stopStrip({ trajectories: runs, judgements }).options(WIDE);
  const [ticks] = marksOf(options, "tick");
  assert.equal(ticks.data.length, 3 * (policies.length + 1));
  assert.equal(marksOf(options, "dot").length, policies.length + 1);
});

Deno.test("seeds that go on past the recording are counted, not guessed", () => {
  const all = stopStrip({ trajectories: runs, judgements: judge(runs, [], [endless]) });
  assert.ok(textsOf(all.options(WIDE)).includes("goes on past the recording ›"));
  assert.equal(marksOf(all.options(WIDE), "dot").length, 0);
  const short = [runs[0], simulate({ seed: 1, updates: 600 }), runs[2]];
  const some = stopStrip({ trajectories: short, judgements: judge(short, [], [policies[1]]) });
  assert.ok(textsOf(some.options(WIDE)).includes("1 of 3 go on ›"));
});

Deno.test("while a training runs a policy that has not stopped is not yet there", () => {
  const live = [simulate({ updates: 600, end: null })];
  const chart = stopStrip({ trajectories: live, judgements: judge(live, [], [policies[1]]) });
  assert.ok(textsOf(chart.options(WIDE)).includes("not yet ›"));
});

Deno.test("no policy: the strip says so", () => {
  assert.equal(stopStrip({ trajectories: runs, judgements: [] }).empty, "No policy to compare.");
});

Deno.test("a narrow strip writes name and stop above each row", () => {
  const texts = textsOf(stopStrip({ trajectories: runs, judgements }).options(NARROW));
  assert.ok(texts.includes("Fixed steps  2,000"));
});

Deno.test("in a terminal the strip lists the stops and their range", () => {
  const text = stopStrip({ trajectories: runs, judgements }).text(60);
  assert.match(text, /Fixed steps at step 2,000/);
  assert.match(text, /Early stopping at step [\d,]+ \([\d,]+ to [\d,]+\)/);
  assert.ok(text.split("\n").every((line) => [...line].length <= 60));
});
