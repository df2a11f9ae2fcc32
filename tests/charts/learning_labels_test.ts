import assert from "node:assert/strict";
import type { PlotOptions } from "@observablehq/plot";
import fc from "fast-check";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { learningCurves, type LearningCurvesOptions } from "../../lib/charts/learning_curves.ts";
import { labelBox, overlap } from "../../lib/charts/place_labels.ts";
import { textWidth } from "../../lib/charts/text_width.ts";
import { eventOf, judge, policies, seeds, simulate } from "./fixture.ts";
import { channelOf, type DrawnMark, marksOf, NARROW, textsOf, WIDE } from "./marks.ts";

type TextMark = DrawnMark & {
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: "start" | "middle" | "end";
};

/** The boxes of the texts inside the plot, by what they say. */
function boxesOf(options: PlotOptions): [string, ReturnType<typeof labelBox>][] {
  const { width, height, marginLeft, marginRight, marginTop, marginBottom } = options as Required<
    PlotOptions
  >;
  const { x: { domain: across }, y: { domain: up } } = options as unknown as {
    x: { domain: number[] };
    y: { domain: number[] };
  };
  const texts = marksOf(options, "text").filter((mark) =>
    mark.channels.x !== undefined && mark.channels.y !== undefined && typeof mark.data[0] === "string"
  ) as TextMark[];
  return texts.filter(({ data }) => data.length === 1).map((mark) => {
    const [[text], [x], [y]] = [channelOf(mark, "text"), channelOf(mark, "x"), channelOf(mark, "y")] as [
      [string],
      [number],
      [number],
    ];
    const point = {
      x: marginLeft + (width - marginLeft - marginRight) * (x - across[0]) / (across[1] - across[0]),
      y: (height - marginTop - marginBottom) * (up[1] - y) / (up[1] - up[0]),
      width: textWidth(text),
      height: 13,
    };
    const { dx, dy, textAnchor: anchor } = mark;
    return [text, labelBox(point, { dx, dy, anchor, away: false })];
  });
}

function assertApart(options: LearningCurvesOptions): void {
  for (const size of [WIDE, NARROW]) {
    const boxes = boxesOf(learningCurves(options).options(size));
    assert.ok(boxes.some(([text]) => text.startsWith("best ")), "no best is labelled");
    boxes.forEach(([a, first], index) => {
      for (const [b, second] of boxes.slice(0, index)) {
        assert.equal(overlap(first, second), 0, `${a} over ${b} at ${size.width} px`);
      }
    });
  }
}

const live = (updates: number) => {
  const run = simulate({ updates, end: null });
  return { trajectories: [run], progress: eventOf(run) };
};
const cases: [name: string, options: LearningCurvesOptions][] = [
  ["the best evaluation is the last of a short training", { trajectories: [simulate({ updates: 600 })] }],
  ["the best lies near the right end", { trajectories: [simulate({ updates: 1_700 })] }],
  ["a training has just begun", live(300)],
  ["a training is under way", live(900)],
  ["the training loss ends at the validation loss", { trajectories: seeds(2, { updates: 150 }) }],
  ["a changed training ends there too", {
    trajectories: seeds(3, { updates: 1_000 }),
    changed: { trajectories: seeds(3, { updates: 1_000, cuts: [900] }), name: "LR on plateau", kind: "lr" },
  }],
];
for (const [name, options] of cases) {
  Deno.test(`no label covers another when ${name}`, () => assertApart(options));
}

Deno.test("no label covers another, however long a training is", () => {
  const lengths = fc.record({
    updates: fc.integer({ min: 50, max: 3_000 }),
    seed: fc.integer({ min: 0, max: 9 }),
    running: fc.boolean(),
    axis: fc.constantFrom("step" as const, "epoch" as const, "seconds" as const),
  });
  fc.assert(
    fc.property(lengths, ({ updates, seed, running, axis }) => {
      const run = simulate({ updates, seed, end: running ? null : "stopped" });
      const judgements = judge([run], [], policies.slice(2, 4));
      assertApart({ trajectories: [run], judgements, axis, ...(running ? { progress: eventOf(run) } : {}) });
    }),
    { numRuns: 60 },
  );
});

Deno.test("a policy that stops before the first evaluation has a stem and no symbol on a curve", () => {
  const early = { ...policies[1], name: "Ten steps", stop: maxSteps(10) };
  const runs = [simulate()];
  const chart = learningCurves({ trajectories: runs, judgements: judge(runs, [], [early]) });
  const options = chart.options(WIDE);
  assert.ok(textsOf(options).includes("Ten steps  10"));
  const [stem] = marksOf(options, "rule").filter(({ data }) => data.length === 1);
  assert.deepEqual(channelOf(stem, "y2"), [(options.y as { domain: number[] }).domain[0]]);
  assert.deepEqual(marksOf(options, "dot").filter(({ fill }) => fill === "var(--p-steps)"), []);
  assert.match(chart.alt, /Ten steps stops at step 10, before the first evaluation/);
});
