import assert from "node:assert/strict";
import { learningCurves } from "../../lib/charts/learning_curves.ts";
import type { Axis, Trajectory } from "../../lib/curves/trajectory.ts";
import { endless, eventOf, judge, policies, seeds, simulate } from "./fixture.ts";
import { channelOf, marksOf, NARROW, sizeOf, textsOf, WIDE } from "./marks.ts";

const runs = seeds(3);
const reduced = seeds(3, { cuts: [900, 1_300, 1_700] });
const changed = { trajectories: reduced, name: "LR on plateau", kind: "lr" as const };
const judgements = judge(runs, reduced);
const nothing = (seed: number) => simulate({ seed, updates: 0, end: null });

const domainOf = (trajectories: Trajectory[], axis: Axis, live = false) => {
  const chart = learningCurves({
    trajectories,
    axis,
    ...(live ? { progress: trajectories.map((run) => eventOf(run)) } : {}),
  });
  return (chart.options(WIDE).x as { domain: number[] }).domain;
};
const yDomainOf = (chart: ReturnType<typeof learningCurves>, whole = false) =>
  (chart.options({ ...WIDE, whole }).y as { domain: number[] }).domain;

Deno.test("three seeds are drawn as a median in ink and a range behind it", () => {
  const options = learningCurves({ trajectories: runs }).options(WIDE);
  assert.equal(marksOf(options, "area").length, 1);
  assert.equal(marksOf(options, "line").filter(({ stroke }) => stroke === "var(--ink)").length, 1);
});

Deno.test("two seeds are drawn as two lines without a range", () => {
  const options = learningCurves({ trajectories: runs.slice(0, 2) }).options(WIDE);
  assert.equal(marksOf(options, "area").length, 0);
  assert.equal(marksOf(options, "line").filter(({ stroke }) => stroke === "var(--ink)").length, 2);
});

Deno.test("the changed training has its own colour, and so has its name", () => {
  const options = learningCurves({ trajectories: runs, changed, judgements }).options(WIDE);
  assert.equal(marksOf(options, "line").filter(({ stroke }) => stroke === "var(--p-lr)").length, 1);
  assert.ok(textsOf(options).includes("LR on plateau"));
});

Deno.test("every colour is a CSS variable, so that a theme needs no redraw", () => {
  const { marks } = learningCurves({ trajectories: runs, changed, judgements }).options(WIDE);
  for (
    const mark of (marks ?? []).flat(
      Infinity as 1,
    ) as unknown as ({ stroke?: string; fill?: string } | null)[]
  ) {
    for (const color of [mark?.stroke, mark?.fill]) {
      if (typeof color === "string") assert.match(color, /^(none|currentColor|var\(|color-mix\()/);
    }
  }
});

Deno.test("each policy that stops has a symbol on the curve and a label with its step", () => {
  const chart = learningCurves({ trajectories: runs, changed, judgements });
  const options = chart.options(WIDE);
  assert.ok(textsOf(options).includes("Fixed steps  2,000"));
  assert.ok(textsOf(options).includes("LR on plateau  3,000"));
  // Five policies, the changed training's, and the ring of the best.
  assert.equal(marksOf(options, "dot").filter(({ data }) => data.length > 0).length, 7);
});

Deno.test("a narrow figure moves the labels of stops to the key", () => {
  const chart = learningCurves({ trajectories: runs, judgements });
  assert.ok(!textsOf(chart.options(NARROW)).some((text) => text.startsWith("Fixed steps")));
  assert.deepEqual(chart.legend?.[1], { kind: "steps", label: "Fixed steps 2,000" });
});

Deno.test("a censored policy is not marked", () => {
  const chart = learningCurves({ trajectories: runs, judgements: judge(runs, [], [endless]) });
  assert.ok(!textsOf(chart.options(WIDE)).some((text) => text.startsWith("Fixed steps")));
  assert.match(chart.alt, /Fixed steps goes on past the recording/);
});

const beyond: [names: string[], says: string][] = [
  [["Early stopping"], "seed 0; Early stopping goes on past the recording"],
  [["A", "B"], "seed 0; A and B go on past the recording"],
  [["A", "B", "C"], "seed 0; 3 policies go on past the recording"],
  [[], "seed 0"],
];
for (const [names, says] of beyond) {
  Deno.test(`the head says who is censored: ${says}`, () => {
    const judged = [policies[1], ...names.map((name) => ({ ...endless, name }))];
    const trajectories = runs.slice(0, 1);
    const chart = learningCurves({ trajectories, judgements: judge(trajectories, [], judged) });
    assert.equal(chart.meta, says);
  });
}

Deno.test("while a training runs nobody is said to go on past it", () => {
  const trajectories = [simulate({ updates: 600, end: null })];
  const chart = learningCurves({ trajectories, judgements: judge(trajectories, [], [endless]) });
  assert.equal(chart.meta, "seed 0");
  assert.match(chart.alt, /Fixed steps has not stopped yet/);
  assert.match(chart.text(80), /Fixed steps not yet/);
});

Deno.test("the height stays while stops move, so that a slider moves nothing below", () => {
  const near = { ...policies[0], stop: policies[1].stop };
  const heights = [policies.slice(0, 2), [near, policies[1]]].map((judged) =>
    learningCurves({ trajectories: runs, judgements: judge(runs, [], judged) }).options(WIDE).height
  );
  assert.equal(heights[0], heights[1]);
});

const axes: [Axis, number][] = [["step", 3_000], ["epoch", 3_000 / 35], ["examples", 94_027], [
  "seconds",
  13.2,
]];
for (const [axis, end] of axes) {
  Deno.test(`on the ${axis} axis the domain ends where the last recording does`, () => {
    const [begin, found] = domainOf(runs, axis);
    assert.equal(begin, 0);
    assert.ok(Math.abs(found / end - 1) < 1e-3, `${found}`);
  });
}

Deno.test("only the step axis has a second row, of epochs", () => {
  const names = (axis: Axis) => textsOf(learningCurves({ trajectories: runs, axis }).options(WIDE));
  assert.deepEqual([names("step").includes("step"), names("step").includes("epoch")], [true, true]);
  assert.deepEqual([names("examples").includes("examples"), names("examples").includes("epoch")], [
    true,
    false,
  ]);
});

Deno.test("y begins where the slowest run has passed a tenth of x, and double click shows all", () => {
  const chart = learningCurves({ trajectories: runs });
  const loss = (run: Trajectory) => run.evaluations.metrics["validation.loss"];
  const slowest = Math.max(
    ...runs.map((run) => loss(run)[run.evaluations.step.findIndex((step) => step >= 300)]),
  );
  const [, top] = yDomainOf(chart);
  assert.ok(top >= slowest && top < slowest * 1.1, `${top} for ${slowest}`);
  assert.ok(yDomainOf(chart, true)[1] >= Math.max(...runs.map((run) => loss(run)[0])));
});

Deno.test("an accuracy grows: its mode is max, its axis ends at 1 and it has no training loss", () => {
  const chart = learningCurves({ trajectories: runs, metric: "validation.accuracy" });
  const [low, high] = yDomainOf(chart);
  assert.ok(low < high && high <= 1);
  assert.equal(
    marksOf(chart.options(WIDE), "line").filter(({ stroke }) => stroke === "var(--ink-3)").length,
    0,
  );
});

Deno.test("smoothing leaves the raw line behind and never moves the best", () => {
  const [raw, smooth] = [0, 0.9].map((smoothing) => learningCurves({ trajectories: runs, smoothing }));
  assert.equal(raw.rest, smooth.rest);
  const ink = (chart: typeof raw) =>
    marksOf(chart.options(WIDE), "line").filter(({ stroke }) => stroke === "var(--ink)");
  assert.deepEqual([ink(raw).length, ink(smooth).length], [1, 2]);
});

Deno.test("the read-out at rest is the best, and under the pointer the nearest evaluation", () => {
  const chart = learningCurves({ trajectories: runs, changed });
  assert.match(chart.rest!, /^best median 0\.\d{3} at step [\d,]+, epoch [\d.]+$/);
  const one = learningCurves({ trajectories: runs.slice(0, 1) });
  assert.match(one.rest!, /^best 0\.\d{3} at step [\d,]+, epoch [\d.]+$/);
  assert.match(
    chart.readout!(1_210)!,
    /^step 1,200 {3}epoch 34\.3 {3}validation 0\.\d+ \(0\.\d+–0\.\d+\) {3}training 0\.\d+ {3}LR on plateau 0\.\d+$/,
  );
  assert.equal(chart.stops?.length, 60);
});

Deno.test("on another axis the read-out says that position first", () => {
  assert.match(
    learningCurves({ trajectories: runs, axis: "examples" }).readout!(38_000)!,
    /^[\d,]+ examples {3}step 1,200/,
  );
});

Deno.test("a gap in the metric stays a gap in the line", () => {
  const options = learningCurves({ trajectories: [simulate({ gaps: [1_000, 1_050] })] }).options(WIDE);
  const [line] = marksOf(options, "line").filter(({ stroke }) => stroke === "var(--ink)");
  const [x, y] = [channelOf(line, "x"), channelOf(line, "y")];
  assert.ok(Number.isNaN(y[x.indexOf(1_000)]) && !Number.isNaN(y[x.indexOf(950)]));
});

Deno.test("a run that diverged ends in a cross and does not bend the others", () => {
  const lost = simulate({ seed: 3, updates: 1_500, divergesAt: 1_000, end: "diverged" });
  const [calm, disturbed] = [runs, [...runs, lost]].map((trajectories) => learningCurves({ trajectories }));
  assert.deepEqual(yDomainOf(disturbed), yDomainOf(calm));
  assert.equal(calm.rest, disturbed.rest);
  const crosses = marksOf(disturbed.options(WIDE), "dot").filter(({ stroke }) => stroke === "var(--error)");
  assert.deepEqual(crosses.map(({ data }) => data.length), [1]);
  assert.match(disturbed.meta!, /3 seeds, 1 diverged/);
});

Deno.test("while nothing is evaluated the axes stand at their final size and say what is awaited", () => {
  const waiting = [nothing(0), nothing(1)];
  const chart = learningCurves({ trajectories: waiting, progress: waiting.map((run) => eventOf(run)) });
  assert.equal(chart.empty, undefined);
  assert.deepEqual((chart.options(WIDE).x as { domain: number[] }).domain, [0, 3_000]);
  assert.ok(textsOf(chart.options(WIDE)).includes("Waiting for the first evaluation."));
  assert.equal(chart.options(WIDE).height, learningCurves({ trajectories: runs }).options(WIDE).height);
  assert.equal(learningCurves({ trajectories: waiting }).empty, "Waiting for the first evaluation.");
});

Deno.test("while a training runs the domain ends at its cap; without a cap it grows in steps", () => {
  const half = [simulate({ updates: 1_400, end: null })];
  assert.deepEqual(domainOf(half, "step", true), [0, 3_000]);
  assert.deepEqual(domainOf(half, "step"), [0, 1_500]);
  assert.deepEqual(domainOf([simulate({ updates: 1_450, end: null })], "step"), [0, 1_500]);
});

Deno.test("a seed that still grows leaves the others drawn to their end", () => {
  const partial = [runs[0], runs[1], simulate({ seed: 2, updates: 1_500, end: null })];
  const chart = learningCurves({ trajectories: [...partial, nothing(3)] });
  assert.equal(chart.meta, "median and range of 3 seeds, 2 of 4 done");
  const ink = marksOf(chart.options(WIDE), "line").filter(({ stroke }) => stroke === "var(--ink)");
  const ends = ink.map((line) => Math.max(...channelOf(line, "x") as number[]));
  assert.deepEqual(ends.sort(), [3_000, 3_000, 3_000]);
});

const degenerate: [name: string, trajectories: Trajectory[], says: RegExp][] = [
  ["no trajectory", [], /Waiting for the first evaluation/],
  ["no evaluation", [simulate({ updates: 20 })], /No finite validation loss was recorded/],
  ["one evaluation", [simulate({ updates: 50 })], /begins at/],
  ["two evaluations", [simulate({ updates: 100 })], /begins at/],
  ["only NaN", [simulate({ updates: 100, gaps: [50, 100] })], /No finite validation loss was recorded/],
  ["only diverged runs", [simulate({ updates: 300, divergesAt: 100, end: "diverged" })], /diverged/],
];
for (const [name, trajectories, says] of degenerate) {
  Deno.test(`learning curves of ${name} can be drawn, read and printed`, () => {
    for (const axis of ["step", "epoch", "examples", "seconds"] as const) {
      const chart = learningCurves({ trajectories, axis, judgements: judge(trajectories), smoothing: 0.5 });
      for (const size of [WIDE, NARROW]) {
        const { x, y } = chart.options(size) as { x: { domain: number[] }; y: { domain: number[] } };
        for (const [from, to] of [x.domain, y.domain]) {
          assert.ok(Number.isFinite(from) && to > from, `${from} ${to}`);
        }
      }
      assert.match(chart.alt, says);
      chart.readout!(10);
      assert.ok(chart.text(80).length > 0);
    }
  });
}

Deno.test("stops at one step are labelled one above the other", () => {
  const same = ["a", "b", "c"].map((name) => ({ ...policies[1], name }));
  const options = learningCurves({ trajectories: runs, judgements: judge(runs, [], same) }).options(WIDE);
  const labels = marksOf(options, "text").filter((mark) =>
    /^[abc] {2}2,000$/.test(String(channelOf(mark, "text")[0]))
  );
  assert.equal(new Set(labels.map((mark) => (mark as unknown as { dy: number }).dy)).size, 3);
});

Deno.test("in a terminal the curve is one line of blocks, with the best and every stop", () => {
  const text = learningCurves({ trajectories: runs, judgements }).text(80);
  const lines = text.split("\n");
  assert.ok(lines.every((line) => [...line].length <= 80), text);
  assert.match(text, /^Validation loss {3}median and range of 3 seeds$/m);
  assert.match(text, /^[\d.]+ [▁▂▃▄▅▆▇█]+ 0\.\d+$/m);
  assert.match(text, /Fixed steps 2,000/);
  assert.ok(
    learningCurves({ trajectories: runs, judgements }).text(30).split("\n").every((line) =>
      [...line].length <= 30
    ),
  );
});

Deno.test("three seeds of 3,000 updates stay few marks and few points", () => {
  const { marks, points } = sizeOf(learningCurves({ trajectories: runs, changed, judgements }), WIDE);
  assert.ok(marks < 60 && points < 2_500, `${marks} marks, ${points} points`);
});

Deno.test("a metric that was not recorded and a smoothing of 1 are refused by name", () => {
  assert.throws(
    () => learningCurves({ trajectories: runs, metric: "val_los" }),
    /unknown metric: val_los \(has validation\.loss, /,
  );
  assert.throws(
    () => learningCurves({ trajectories: runs, smoothing: 1 }),
    /^RangeError: invalid smoothing: 1 \(0 to below 1\)$/,
  );
});
