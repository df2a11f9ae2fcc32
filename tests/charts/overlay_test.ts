import assert from "node:assert/strict";
import fc from "fast-check";
import { overlay, type OverlayFigure, type OverlayRun } from "../../lib/charts/overlay.ts";
import { interpolated, overlayBand } from "../../lib/charts/overlay_band.ts";
import { overlayCsv } from "../../lib/charts/overlay_csv.ts";
import { overlayLayout, overlayNames, spread } from "../../lib/charts/overlay_layout.ts";
import { overlayLine, partOf, THIN_COLUMNS } from "../../lib/charts/overlay_line.ts";
import { overlayGround, overlayTop } from "../../lib/charts/overlay_marks.ts";
import { panned, zoomed } from "../../lib/charts/overlay_range.ts";
import { curvesAt, curveUnder, overlayReadout } from "../../lib/charts/overlay_under.ts";
import { OverlayRoom } from "../../server/client/overlay_room.ts";
import { channelOf, marksOf, textsOf } from "./marks.ts";

const WIDE = { width: 800, narrow: false };
const NONE: ReadonlySet<string> = new Set();

/** A run with these values at steps 100, 200, … */
function run(id: string, y: readonly number[], given: Partial<OverlayRun> = {}): OverlayRun {
  const x = Float64Array.from(y, (_, i) => (i + 1) * 100), last = y.length - 1;
  return {
    id,
    name: id,
    kind: "patience",
    x,
    y: Float64Array.from(y),
    stop: y.length > 0 ? { x: x[last], y: y[last] } : null,
    diverged: false,
    group: null,
    ...given,
  };
}
function figure(runs: readonly OverlayRun[], given: Partial<OverlayFigure> = {}): OverlayFigure {
  const plain = { axis: "step", metric: "validation.loss", mode: "min", logX: false, logY: false } as const;
  return { runs, ...plain, bands: false, pinned: NONE, ...given };
}
/** A loss that falls as a power of the step. */
const falling = (count: number, floor = 0.5, height = 2) =>
  Array.from({ length: count }, (_, i) => floor + height * (i + 1) ** -0.8);
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => run(`r${i}`, falling(20, 0.5 + i / 100)));
const laid = (given: OverlayFigure, range: Parameters<typeof overlayLayout>[2] = null, asked = NONE) =>
  overlayLayout(overlay(given), WIDE, range, asked);

Deno.test("the second and the third run of a kind are dashed, each kind for itself", () => {
  const kinds = ["patience", "slope", "patience", "patience", "slope", "patience"] as const;
  const { curves } = overlay(figure(kinds.map((kind, i) => run(`${i}`, [1, 2], { kind }))));
  assert.deepEqual(curves.map(({ dash }) => dash), [[], [], [5, 3], [1.5, 3], [5, 3], []]);
});

Deno.test("of more than eight lines only those asked for have a colour, a dash and a name", () => {
  assert.equal(overlay(figure(many(8))).crowd, false);
  const layout = laid(figure(many(9)), null, new Set(["r7", "r2", "gone"]));
  assert.equal(layout.overlay.crowd, true);
  assert.match(layout.overlay.meta, /^9 runs, darker where more of them lie/);
  assert.deepEqual(layout.told.map(({ id, dash }) => [id, dash]), [["r2", []], ["r7", [5, 3]]]);
  assert.deepEqual(overlayNames(layout).names.map(({ curve }) => curve.id), ["r7", "r2"]);
});

Deno.test("the best is that of what was measured, however it is smoothed", () => {
  const measured = { x: Float64Array.of(100, 200, 300), y: Float64Array.of(3, 1, 2) };
  const { rest, best } = overlay(figure([run("a", [3, 2.5, 2.2], { raw: measured }), run("b", [4, 3, 1.5])]));
  assert.equal(rest, "best 1.000 at step 200, a");
  assert.deepEqual(best, { x: 200, y: 1, name: "a" });
  assert.equal(
    overlay(figure([run("a", [0.5, 0.9, 0.7])], { mode: "max", axis: "epoch" })).rest,
    "best 0.900 at epoch 200, a",
  );
});

const sentences: [what: string, runs: OverlayRun[], empty: RegExp | null][] = [
  ["no run", [], /^No run is compared/],
  ["runs without a value", [run("a", [])], /^Waiting for the first evaluation\.$/],
  ["runs of NaN", [run("a", [NaN, NaN])], /^No finite validation loss was recorded\.$/],
  ["one value", [run("a", [1])], null],
  ["one place", [run("a", [1, 2], { x: Float64Array.of(5, 5) })], null],
  ["a constant of 0", [run("a", [0, 0, 0])], null],
  ["the largest numbers", [run("a", [Number.MAX_VALUE, 1, -Number.MAX_VALUE])], null],
  ["the smallest numbers", [run("a", [5e-324, 1e-300, 0])], null],
  ["numbers that hardly differ", [run("a", [1e17, 1e17 + 16, 1e17])], null],
];
for (const [what, runs, empty] of sentences) {
  Deno.test(`${what} can be drawn or told in a sentence, on every axis`, () => {
    for (const logX of [false, true]) {
      for (const logY of [false, true]) {
        const found = overlay(figure(runs, { logX, logY }));
        if (empty !== null) assert.match(found.empty!, empty);
        else assert.equal(found.empty, null);
        for (const { x, y } of [found.domain(null), found.whole()]) {
          for (const [from, to] of [x, y]) assert.ok(Number.isFinite(from) && to > from, `${from} ${to}`);
        }
        overlayGround(overlayLayout(found, WIDE, null, NONE));
        overlayTop(overlayLayout(found, { width: 320, narrow: true }, null, NONE));
      }
    }
  });
}

Deno.test("y begins where the slowest run has passed a tenth of x, and a single spike does not flatten the rest", () => {
  const calm = falling(100), spiked = calm.with(50, 1_000);
  for (const y of [calm, spiked]) {
    const { domain, whole } = overlay(figure([run("a", y)]));
    const [low, high] = domain(null).y;
    assert.ok(low < calm[99] && low > 0.4, `${low}`);
    assert.ok(high > calm[10] && high < calm[4], `${high}`);
    assert.ok(whole().y[1] > Math.max(...y));
  }
});

Deno.test("for a metric that grows, y begins where the slowest run has risen", () => {
  const accuracy = falling(100).map((loss) => 1 - loss / 3),
    { domain } = overlay(figure([run("a", accuracy)], { mode: "max" }));
  const [low, high] = domain(null).y;
  assert.ok(high > accuracy[99] && high < 1 && low < accuracy[10] && low > accuracy[4], `${low} ${high}`);
});

Deno.test("runs that diverged do not set the scale, unless all did", () => {
  const lost = run("b", [1, 10, 1e6, 1e9], { diverged: true });
  assert.ok(overlay(figure([run("a", [3, 2, 1, 1]), lost])).domain(null).y[1] < 5);
  assert.ok(overlay(figure([lost])).domain(null).y[1] >= 1e9);
});

Deno.test("x ends with the last value, or where runs that grow have room to", () => {
  const given = figure([run("a", falling(50))]);
  assert.deepEqual(overlay(given).domain(null).x, [0, 5_000]);
  assert.deepEqual(overlay(given, 6_000).domain(null).x, [0, 6_000]);
  assert.deepEqual(overlay(given, 10).domain(null).x, [0, 5_000]);
  assert.equal(Math.round(overlay({ ...given, logX: true }, 6_000).domain(null).x[1]), 6_000);
  assert.equal(Math.round(overlay({ ...given, logX: true }).domain(null).x[1]), 5_000);
});

Deno.test("a live axis grows in steps, and fits again when other runs are compared", () => {
  const room = new OverlayRoom(),
    grown = (count: number, id = "a") => room.reach(figure([run(id, falling(count))]));
  assert.equal(grown(50), -Infinity);
  assert.equal(grown(50), -Infinity, "nothing has grown");
  assert.equal(Math.round(grown(51)), 5_610);
  assert.equal(Math.round(grown(56)), 5_610);
  assert.equal(Math.round(grown(57)), 6_270);
  assert.equal(grown(57, "b"), -Infinity);
});

Deno.test("a zoom on x fits y to what is seen, and a chosen y holds", () => {
  const { domain } = overlay(figure([run("a", [...falling(50), 9, ...falling(50, 0.2, 0)])]));
  const [low, high] = domain({ x: [5_300, 10_000], y: null }).y;
  assert.ok(low >= 0 && low < 0.2 && high < 0.6, `${low} ${high}`);
  assert.deepEqual(domain({ x: [0, 10], y: [7, 8] }), { x: [0, 10], y: [7, 8] });
});

Deno.test("what a log axis cannot show becomes a gap, and is counted in the head", () => {
  const runs = [run("a", [2, 0, -1, 1], { x: Float64Array.of(0, 1, 2, 3) })];
  assert.match(
    overlay(figure(runs, { logX: true, logY: true })).meta,
    /3 values ≤ 0 left out of the log axis/,
  );
  assert.doesNotMatch(overlay(figure(runs)).meta, /left out/);
  const { pieces, hidden } = overlayLine(runs[0].x, runs[0].y, false, true);
  assert.deepEqual([...pieces[0].v], [Math.log10(2), NaN, NaN, 0]);
  assert.equal(hidden, 2);
});

Deno.test("values that are not finite are counted, and marked at the edge they lie beyond", () => {
  const given = figure([run("a", [2, NaN, Infinity, -Infinity, 1, 1])]);
  assert.match(overlay(given).meta, /3 not finite, marked at the edge/);
  const layout = laid(given), { plot } = layout;
  const [marks] = marksOf(overlayTop(layout), "dot");
  const places = (marks.data as { x: number; y: number }[]).map((
    { x, y },
  ) => [Math.round(layout.fromX(x)), y]);
  assert.deepEqual(places, [[200, plot.top], [300, plot.top], [400, plot.top + plot.height]]);
});

Deno.test("a run that diverged ends in a cross at the edge and is named in words", () => {
  const layout = laid(figure([run("a", [3, 2, 1]), run("b", [1, 10, 1e9], { diverged: true, stop: null })]));
  const marks = marksOf(overlayTop(layout), "dot").filter(({ stroke }) => stroke === "var(--error)");
  const places = marks.flatMap(({ data }) => data as { x: number; y: number }[]);
  assert.deepEqual(places.map(({ y }) => y), [layout.plot.top]);
  assert.ok(textsOf(overlayTop(layout)).includes("diverged  b"));
});

Deno.test("a line is cut where x goes back and where x has a gap, and only the gap is bridged", () => {
  const back = overlayLine([1, 2, 3, 2, 3], [5, 4, 3, 8, 7], false, false);
  assert.deepEqual(back.pieces.map(({ u }) => [...u]), [[1, 2, 3], [2, 3]]);
  assert.deepEqual(back.links, []);
  const paused = overlayLine([1, 2, 3, 4, 90, 91, 92, 93], [5, 4, 3, 2, 1, 1, 1, 1], false, false);
  assert.deepEqual(paused.pieces.map(({ u }) => u.length), [4, 4]);
  assert.deepEqual(paused.links, [[4, 2, 90, 1]]);
});

Deno.test("a long line is thinned for wide views and whole for near ones", () => {
  const count = 100_000, y = Float64Array.from({ length: count }, (_, i) => i === 54_321 ? 99 : i % 10);
  const [piece] = overlayLine(Float64Array.from(y, (_, i) => i), y, false, false).pieces;
  const wide = partOf(piece, 0, count, 800), near = partOf(piece, 50_000, 60_000, 800);
  assert.ok(wide.end - wide.start <= 2 * THIN_COLUMNS + 2);
  assert.ok(wide.v.includes(99));
  assert.equal(near.u, piece.u);
  assert.deepEqual([near.start, near.end], [49_999, 60_002]);
});

Deno.test("three seeds of a group are one median with its range, and two are lines", () => {
  const seeds = [[3, 2, 1], [4, 3, 2], [5, 4, 6]].map((y, i) => run(`plateau-5-s${i}`, y, { group: "g" }));
  const { curves, meta } = overlay(figure(seeds, { bands: true }));
  assert.equal(curves.length, 1);
  assert.deepEqual([curves[0].name, [...curves[0].y], [...curves[0].band!.high]], [
    "plateau-5 ×3",
    [4, 3, 2],
    [5, 4, 6],
  ]);
  assert.deepEqual(curves[0].ids, seeds.map(({ id }) => id));
  assert.match(meta, /median and range of 1 group of seeds/);
  assert.equal(overlay(figure(seeds)).curves.length, 3);
  assert.equal(overlay(figure(seeds.slice(1), { bands: true })).curves.length, 2);
  const logs = overlay(figure(seeds, { bands: true, logY: true })).curves[0].band!;
  assert.deepEqual([...logs.low], [3, 2, 1].map(Math.log10));
});

Deno.test("a band interpolates within a run and says nothing where fewer than half of the runs reach", () => {
  const short = { x: Float64Array.of(0, 100), y: Float64Array.of(0, 10) };
  const long = { x: Float64Array.of(0, 50, 100, 150, 200), y: Float64Array.of(1, 1, 1, 1, 1) };
  const { median, low, high } = overlayBand([short, short, short, short, long]);
  assert.deepEqual([...median], [0, 5, 10, NaN, NaN]);
  assert.deepEqual([[...low].slice(0, 3), [...high].slice(0, 3)], [[0, 1, 1], [1, 5, 10]]);
  const few = overlayBand([...Array.from({ length: 4 }, () => short), long, long, long]);
  assert.deepEqual([...few.median].slice(2), [10, NaN, NaN], "3 of 7 are too few");
  assert.deepEqual([-1, 0, 25, 100, 101].map((at) => interpolated(short, at)), [NaN, 0, 2.5, 10, NaN]);
});

Deno.test("names keep their order, their distance and the plot", () => {
  const places = fc.array(fc.double({ min: 0, max: 340, noNaN: true }), { minLength: 1, maxLength: 18 })
    .map((values) => values.sort((a, b) => a - b));
  fc.assert(fc.property(places, (values) => {
    const rows = spread(values, 18, 0, 340);
    rows.forEach((row, i) =>
      assert.ok(row >= 0 && row <= 340 && (i === 0 || row - rows[i - 1] >= 18 - 1e-9))
    );
  }));
  assert.deepEqual(spread([10, 12, 90], 18, 0, 100), [10, 28, 90]);
});

Deno.test("the names of many pinned runs fit the column, and the rest are counted", () => {
  const layout = laid(figure(many(40)), null, new Set(many(40).map(({ id }) => id)));
  const { names, left } = overlayNames(layout);
  assert.equal(names.length + left, 40);
  assert.ok(names.every(({ row }) => row <= layout.plot.top + layout.plot.height));
  assert.ok(textsOf(overlayTop(layout)).includes(`and ${left} more`));
});

Deno.test("a name says the last value that is in view", () => {
  const line = run("a", [4, 2, 1, 0.5]);
  assert.equal(overlayNames(laid(figure([line]))).names[0].value, 0.5);
  const [zoom] = overlayNames(laid(figure([line]), { x: [100, 250], y: null })).names;
  assert.equal(zoom.value, 1.5);
  assert.deepEqual(
    overlayNames(laid(figure([run("a", [1, 1]), run("b", falling(40))]), { x: [3_000, 4_000], y: null }))
      .names.map(({ curve }) => curve.id),
    ["b"],
  );
});

Deno.test("pixels and values belong to each other on every scale", () => {
  const scales = fc.record({ logX: fc.boolean(), logY: fc.boolean() });
  fc.assert(fc.property(scales, fc.double({ min: 0, max: 1, noNaN: true }), (scale, share) => {
    const layout = laid(figure([run("a", falling(30))], scale)),
      { plot } = layout,
      { ax, bx, ay, by } = layout.pixels(2);
    const x = plot.left + share * plot.width, y = plot.top + share * plot.height;
    assert.ok(Math.abs(layout.toX(layout.fromX(x)) - x) < 1e-6);
    assert.ok(Math.abs(layout.toY(layout.fromY(y)) - y) < 1e-6);
    const u = scale.logX ? Math.log10(layout.fromX(x)) : layout.fromX(x),
      v = scale.logY ? Math.log10(layout.fromY(y)) : layout.fromY(y);
    assert.ok(
      Math.abs(ax * u + bx - 2 * (x - plot.left)) < 1e-6 && Math.abs(ay * v + by - 2 * (y - plot.top)) < 1e-6,
    );
  }));
});

Deno.test("a zoom holds what lies under the pointer, stays in the recording, and wide enough is everything", () => {
  const scales = fc.record({ logX: fc.boolean(), logY: fc.boolean() });
  fc.assert(
    fc.property(
      scales,
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (scale, factor, share) => {
        const given = figure([run("a", falling(60))], scale),
          whole = laid(given),
          at = whole.plot.left + share * whole.plot.width;
        const range = zoomed(whole, null, factor, "x", at)!, near = laid(given, range);
        assert.ok(Math.abs(near.toX(whole.fromX(at)) - at) < 1e-6);
        assert.ok(range.x[0] >= whole.x[0] - 1e-9 && range.x[1] <= whole.x[1] * (1 + 1e-9));
        assert.equal(zoomed(near, range, 1 / factor + 0.01, "x", at), null);
        const moved = panned(near, 1e6, 20);
        assert.ok(Math.abs(moved.x[0] - whole.x[0]) < 1e-6, "what was recorded ends the pan");
        const tall = zoomed(whole, null, factor, "y", whole.plot.top + 30)!;
        assert.ok(
          Math.abs(laid(given, tall).toY(whole.fromY(whole.plot.top + 30)) - whole.plot.top - 30) < 1e-6,
        );
        assert.deepEqual(tall.x, whole.x);
      },
    ),
  );
});

Deno.test("a zoom out at the end of the recording does not leave it", () => {
  const given = figure([run("a", falling(60))]), end = laid(given, { x: [5_000, 6_000], y: null });
  assert.deepEqual(zoomed(end, { x: [5_000, 6_000], y: null }, 2, "x", end.plot.left)!.x, [4_000, 6_000]);
});

Deno.test("the pointer means the nearest line, and none where none is near", () => {
  const layout = laid(figure([run("low", [1, 1, 1, 1]), run("high", [3, 3, 3, 3])]));
  const x = layout.toX(250);
  assert.equal(curveUnder(layout, x, layout.toY(1) - 5)?.id, "low");
  assert.equal(curveUnder(layout, x, layout.toY(3) + 5)?.id, "high");
  assert.equal(curveUnder(layout, x, layout.toY(2)), null);
  assert.deepEqual(curvesAt(layout, 250).map(({ id }) => id), ["high", "low"]);
  assert.deepEqual(curvesAt(layout, 99), []);
});

Deno.test("the read-out says where, which line, its value and what was measured there", () => {
  const raw = { x: Float64Array.of(100, 200, 300), y: Float64Array.of(4, 2, 3) };
  const found = overlay(figure([run("a", [4, 3, 3], { raw }), run("b", [5, 4, 1])]));
  assert.equal(
    overlayReadout(found, 200, found.curves[0]),
    "step 200   a 3.000 (measured 2.000)   stopped at 300",
  );
  assert.equal(overlayReadout(found, 200, null), "step 200   best 3.000, a");
  assert.equal(overlayReadout(found, 9_999, null), "step 9,999");
});

Deno.test("the table has what was measured in the range, with names that no spreadsheet runs", () => {
  const raw = { x: Float64Array.of(100, 200, 300), y: Float64Array.of(4, NaN, -Infinity) };
  const runs = [run("a", [4, 3, 3], { raw, name: '=1+1,"x"' }), run("b", [5, 4, 1])];
  assert.equal(
    overlayCsv(figure(runs), { x: [150, 300], y: null }),
    [
      "run,name,step,validation.loss (raw)",
      `a,"'=1+1,""x""",200,NaN`,
      `a,"'=1+1,""x""",300,-Infinity`,
      "b,b,200,4",
      "b,b,300,1",
      "",
    ].join("\n"),
  );
  assert.equal(overlayCsv(figure(runs), null).trimEnd().split("\n").length, 7);
});

Deno.test("the axis is named, ticked in its unit and never crowded", () => {
  const texts = (given: Partial<OverlayFigure>) =>
    textsOf(overlayGround(laid(figure([run("a", falling(90))], given))));
  assert.ok(texts({}).includes("2k") && texts({}).includes("step"));
  assert.ok(
    texts({ axis: "seconds" }).includes("1:00:00") && texts({ axis: "seconds" }).includes("wall time"),
  );
  assert.ok(texts({ axis: "examples" }).includes("examples seen"));
  const ground = overlayGround(laid(figure([run("a", falling(90))], { logX: true })));
  assert.ok(marksOf(ground, "rule").every((mark) => [...channelOf(mark, "x1"), ...mark.data].length < 20));
});

Deno.test("the sentence for those who do not see it says what is compared and how it ends", () => {
  const { alt } = overlay(figure([run("a", [3, 2]), run("b", [3, 9], { diverged: true })], { logY: true }));
  assert.equal(
    alt,
    "Validation loss of 2 runs by step, logarithmic y. best 2.000 at step 200, a. a ends at 2.000, b diverged.",
  );
});
