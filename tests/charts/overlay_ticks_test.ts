import assert from "node:assert/strict";
import fc from "fast-check";
import { linearTicks, logTicks, positionTick, valueTicks } from "../../lib/charts/overlay_ticks.ts";

const linear: [
  from: number,
  to: number,
  count: number,
  unit: Parameters<typeof linearTicks>[3],
  ticks: number[],
][] = [
  [0, 9_400, 7, "step", [0, 2_000, 4_000, 6_000, 8_000]],
  [0.62, 0.91, 6, null, [0.65, 0.7, 0.75, 0.8, 0.85, 0.9]],
  [-1, 1, 4, null, [-1, -0.5, 0, 0.5, 1]],
  [100, 104, 7, "step", [100, 101, 102, 103, 104]],
  [0, 0.5, 4, "step", [0]],
  [0, 400, 7, "seconds", [0, 60, 120, 180, 240, 300, 360]],
  [3, 3, 5, null, [3]],
];
for (const [from, to, count, unit, ticks] of linear) {
  Deno.test(`ticks from ${from} to ${to}, about ${count}${unit ? ` of ${unit}` : ""}`, () => {
    assert.deepEqual(linearTicks(from, to, count, unit), ticks);
  });
}

const logarithmic: [
  from: number,
  to: number,
  count: number,
  unit: Parameters<typeof logTicks>[3],
  ticks: number[],
][] = [
  [1, 1e6, 7, null, [1, 10, 100, 1e3, 1e4, 1e5, 1e6]],
  [1e-8, 1e8, 6, null, [1e-6, 1e-3, 1, 1e3, 1e6]],
  [10, 9_600, 7, "step", [10, 30, 100, 300, 1_000, 3_000]],
  [0.62, 1.5, 6, null, [0.8, 1, 1.2, 1.4]],
  [1, 40, 7, null, [1, 2, 3, 5, 7, 10, 20, 30]],
  [1, 40, 5, null, [1, 2, 5, 10, 20]],
  [1, 7_200, 7, "seconds", [1, 5, 30, 120, 600, 3_600]],
];
for (const [from, to, count, unit, ticks] of logarithmic) {
  Deno.test(`logarithmic ticks from ${from} to ${to}, about ${count}${unit ? ` of ${unit}` : ""}`, () => {
    assert.deepEqual(logTicks(from, to, count, unit), ticks);
  });
}

Deno.test("ticks ascend, lie between the ends and are at most one more than asked for", () => {
  const ends = fc.tuple(
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    fc.double({ min: 1.001, max: 1e9, noNaN: true }),
  );
  fc.assert(fc.property(ends, fc.integer({ min: 3, max: 9 }), ([from, ratio], count) => {
    const to = from * ratio;
    for (
      const ticks of [
        linearTicks(from, to, count),
        logTicks(from, to, count),
        logTicks(from, to, count, "seconds"),
      ]
    ) {
      assert.ok(ticks.length <= count + 1, `${ticks}`);
      ticks.forEach((tick, i) => {
        assert.ok(tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9), `${tick}`);
        assert.ok(i === 0 || tick > ticks[i - 1]);
      });
    }
  }));
});

Deno.test("ticks of any two numbers are few and come at once", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    assert.ok(linearTicks(from, to, 7).length <= 8 && logTicks(from, to, 7).length <= 8);
    assert.ok(logTicks(from, to, 7, "seconds").length <= 8);
  }));
  assert.deepEqual(linearTicks(1e17, 1e17 + 64, 7), [1e17]);
});

Deno.test("ticks of y have one number of decimals, and powers where they span decades", () => {
  const cases: [number[], string[]][] = [
    [[0.8, 1, 1.2], ["0.8", "1.0", "1.2"]],
    [[0, 0.05, 0.1], ["0", "0.05", "0.10"]],
    [[-0.5, 0, 0.5], ["−0.5", "0", "0.5"]],
    [[1, 2, 3], ["1", "2", "3"]],
    [[0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"]],
    [[1e-5, 1e-3, 0.1], ["1e−5", "0.001", "0.1"]],
    [[20_000, 40_000], ["20k", "40k"]],
  ];
  for (const [values, texts] of cases) assert.deepEqual(valueTicks(values), texts);
});

Deno.test("ticks of x are short, and tell zoomed places apart", () => {
  const cases: [Parameters<typeof positionTick>, string][] = [
    [[2_000, "step", 2_000], "2k"],
    [[12_340, "step", 10], "12,340"],
    [[90, "seconds", 30], "1:30"],
    [[0.25, "seconds", 0.05], "0.25 s"],
    [[2.5, "epoch", 0.5], "2.5"],
    [[0, "examples", 100], "0"],
  ];
  for (const [given, text] of cases) assert.equal(positionTick(...given), text);
});
