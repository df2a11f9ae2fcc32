import assert from "node:assert/strict";
import fc from "fast-check";
import { bestRow } from "../../lib/curves/best.ts";
import { minmax, xGaps } from "../../lib/curves/downsample.ts";
import { ema } from "../../lib/curves/smooth.ts";
import { quickest } from "../quickest.ts";

const PIXELS = 1_000, COUNT = 200_000;
/** Numbers about 0, the same each time. */
function noise(): () => number {
  let state = 1;
  const uniform = () => (state = Math.imul(state, 1_664_525) + 1_013_904_223 >>> 0) / 2 ** 32;
  return () => uniform() + uniform() + uniform() - 1.5;
}
/** A long training: a falling loss, seven spikes and one dip of a single step each, two NaNs and an infinity. */
function longTraining() {
  const next = noise(), x = Float64Array.from({ length: COUNT }, (_, i) => i + 1);
  const y = x.map((step) => 0.5 + 2 * (1 + step / 800) ** -0.6 + 0.02 * next());
  const spikes = [7_013, 31_337, 64_001, 99_999, 130_407, 171_819, 199_998], dip = 88_888;
  for (const at of spikes) y[at] = 4 + at / COUNT;
  y[dip] = 0.01;
  y[50_000] = NaN;
  y[120_000] = Infinity;
  y[120_002] = -Infinity;
  return { x, y, spikes, dip };
}

Deno.test("of 200,000 steps at 1,000 pixels, 7 of 7 one-step spikes and the dip are drawn", () => {
  const { x, y, spikes, dip } = longTraining(), kept = new Set(minmax(x, y, PIXELS));
  assert.deepEqual(spikes.filter((at) => kept.has(at)), spikes);
  assert.ok(kept.has(dip) && kept.has(COUNT - 1) && kept.has(0));
  assert.ok(kept.has(bestRow(y, "min")) && kept.has(bestRow(y, "max")));
  assert.ok(kept.size < 2 * PIXELS + 30, `${kept.size} points`);
});

Deno.test("a NaN and both infinities stay, with both sides of the gap", () => {
  const { x, y } = longTraining(), kept = new Set(minmax(x, y, PIXELS));
  for (const at of [49_999, 50_000, 50_001, 119_999, 120_000, 120_002, 120_003]) {
    assert.ok(kept.has(at), `${at}`);
  }
});

Deno.test("one of each that is not finite stays, also where they lie side by side", () => {
  const y = Array.from(
    { length: 400 },
    (_, i) => i === 101 || i === 103 ? Infinity : i === 102 ? NaN : i === 104 ? -Infinity : 0,
  );
  const kept = minmax(y.map((_, i) => i), y, 4);
  assert.deepEqual(kept.filter((row) => row >= 100 && row <= 105), [100, 101, 102, 104, 105]);
});

Deno.test("what is smoothed after thinning is another curve; before, it is the same in fewer points", () => {
  const { x, y } = longTraining(), smooth = ema(y, 0.99);
  const before = minmax(x, smooth, PIXELS).map((row) => smooth[row]);
  const kept = minmax(x, y, PIXELS), after = ema(kept.map((row) => y[row]), 0.99);
  const rest = smooth.slice(-20_000).filter(Number.isFinite);
  const [low, high] = [Math.min(...rest), Math.max(...rest)];
  const within = (values: number[]) => values.slice(-200).every((value) => value >= low && value <= high);
  assert.ok(within(before.filter(Number.isFinite)));
  assert.ok(!within([...after].filter(Number.isFinite)));
});

Deno.test("thinning takes a few milliseconds, also where every second value is a gap", async () => {
  const { x, y } = longTraining(), broken = y.map((value, i) => i % 2 ? NaN : value);
  for (const values of [y, broken]) {
    minmax(x, values, PIXELS);
    const took = await quickest(60, () => minmax(x, values, PIXELS));
    assert.ok(took < 60, `${took} ms`);
    assert.ok(minmax(x, values, PIXELS).length <= 11 * PIXELS);
  }
});

const anything = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
    { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
  ),
  { minLength: 1, maxLength: 500 },
);

Deno.test("every column keeps its extremes and one of each that is not finite, and no column keeps more than ten", () => {
  fc.assert(fc.property(anything, fc.integer({ min: 1, max: 30 }), (y, pixels) => {
    const x = y.map((_, i) => i * 0.37), kept = minmax(x, y, pixels);
    assert.deepEqual(kept, [...new Set(kept)].sort((a, b) => a - b));
    if (y.length <= 2 * pixels) return;
    const scale = pixels / (x[x.length - 1] - x[0]);
    const column = x.map((at) => Math.min(pixels - 1, Math.floor(at * scale)));
    // Where a point lies on the very edge of a column, rounding decides to which it belongs.
    const edges = x.slice(1, -1).map((at) => at * scale).filter((at) => Math.abs(at - Math.round(at)) < 1e-6);
    const uncertain = new Set(edges.flatMap((at) => [Math.round(at) - 1, Math.round(at)]));
    const extent = (values: number[]) => {
      const finite = values.filter(Number.isFinite);
      return [Math.min(...finite), Math.max(...finite)];
    };
    for (let at = 0; at < pixels; at++) {
      if (uncertain.has(at)) continue;
      const all = y.filter((_, i) => column[i] === at);
      const some = kept.filter((i) => column[i] === at).map((i) => y[i]);
      assert.deepEqual(extent(some), extent(all));
      for (const broken of [NaN, Infinity, -Infinity]) {
        assert.equal(some.includes(broken), all.includes(broken));
      }
    }
    assert.ok(kept.length <= 10 * pixels + 2);
  }));
});

Deno.test("a stretch that is not finite and spans columns stays a gap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 20, max: 200 }), (from, length) => {
      const y = Array.from({ length: 600 }, (_, i) => i >= from && i < from + length ? NaN : i % 7);
      const kept = minmax(y.map((_, i) => i), y, 20), at = kept.indexOf(from);
      assert.ok(at > 0 && kept[at - 1] === from - 1, "the last value before");
      assert.ok(kept.includes(from + length - 1) && kept.includes(from + length), "the first value after");
    }),
  );
});

const axes: [what: string, x: number[], gaps: number[]][] = [
  ["equal steps", [1, 2, 3, 4, 5, 6, 7, 8], []],
  ["a pause", [1, 2, 3, 4, 90, 91, 92, 93], [3]],
  ["a resume over night, evaluations uneven", [0, 61, 118, 183, 241, 30_000, 30_062, 30_119, 30_180], [4]],
  ["a geometric grid", [1, 2, 4, 8, 16, 32, 64, 128, 256], []],
  ["a steep geometric grid", [1, 10, 100, 1_000, 10_000, 100_000, 1e6], []],
  ["fewer from some step on", [1, 2, 3, 4, 5, 105, 205, 305, 405], []],
  ["more from some step on", [0, 100, 200, 300, 400, 401, 402, 403], []],
  ["too few to tell", [1, 2, 1_000], []],
  ["one place", [5, 5, 5, 5, 5, 5, 5, 5], []],
];
for (const [what, x, gaps] of axes) {
  Deno.test(`x has gaps where points are missing, not where they are far: ${what}`, () => {
    assert.deepEqual(xGaps(x), gaps);
  });
}

Deno.test("x that comes by chance has no gap, whole or thinned", () => {
  const next = noise();
  for (let round = 0; round < 20; round++) {
    let at = 0;
    const x = Float64Array.from({ length: 20_000 }, () => at += -Math.log(0.5 + next() / 3.001));
    const y = x.map(() => next()), thin = minmax(x, y, 600).map((row) => x[row]);
    assert.deepEqual([xGaps(x), xGaps(thin)], [[], []]);
  }
});
