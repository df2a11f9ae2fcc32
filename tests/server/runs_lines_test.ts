import assert from "node:assert/strict";
import fc from "fast-check";
import { ema } from "../../lib/curves/smooth.ts";
import { decodeLines, encodeLines, type RunLine } from "../../server/lines_codec.ts";
import { metricTitle, sharedMetrics, tagOf } from "../../server/metric_words.ts";
import { type Drawing, runLines } from "../../server/run_line.ts";
import { falling, runRow } from "./runs_fixture.ts";

const drawing: Drawing = {
  axis: "step",
  smoothing: { kind: "ema", amount: 0 },
  range: null,
  logX: false,
  pixels: 500,
  raw: true,
  batches: {},
};
const drawn = (series = falling(40), given: Parameters<typeof runRow>[1] = {}) => ({
  row: runRow("a", given),
  tag: "validation.loss",
  series,
});

/** Objects as programs make them. */
const record = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const points = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 }).chain((
  xs,
) =>
  fc.array(fc.double(), { minLength: xs.length, maxLength: xs.length }).map((ys) => ({
    x: Float64Array.from(xs).sort(),
    y: Float64Array.from(ys),
  }))
);
const line = record<RunLine>({
  id: fc.string(),
  tag: fc.option(fc.string({ unit: "binary" })),
  missing: fc.subarray(["batch", "trainingExamples"] as const),
  curve: fc.option(points),
  whole: fc.boolean(),
  raw: fc.option(points),
  stop: fc.option(record({ x: fc.integer(), y: fc.integer() })),
  last: fc.option(fc.integer()),
  spacing: fc.constant(null),
});

Deno.test("lines come out of a body as they were put in", () => {
  fc.assert(fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
    assert.deepEqual(decodeLines(encodeLines(lines).buffer), lines);
  }));
});

Deno.test("curves that stand on the same steps share one column", () => {
  const lines = runLines(Array.from({ length: 50 }, (_, i) => drawn(falling(100, 25, i))), drawing);
  const size = encodeLines(lines).byteLength;
  assert.ok(size < 51 * 800 + 50 * 400, `${size} bytes for 50 curves of 100 points`);
  const [first, second] = decodeLines(encodeLines(lines).buffer);
  assert.equal(first.curve!.x, second.curve!.x);
  assert.notDeepEqual(first.curve!.y, second.curve!.y);
});

Deno.test("a curve stands on the axis that is asked for, or says what is lacking", () => {
  const bare = { step: falling(40).step, value: falling(40).value };
  const cases: [Drawing["axis"], Drawing["batches"], first: number | null, missing: string[]][] = [
    ["step", {}, 25, []],
    ["epoch", {}, null, ["batch", "trainingExamples"]],
    ["epoch", { batch: 32, trainingExamples: 1600 }, 0.5, []],
    ["examples", { batch: 32, trainingExamples: 1600 }, 800, []],
    ["examples", {}, null, ["batch"]],
    ["seconds", { batch: 32, trainingExamples: 1600 }, null, []],
  ];
  for (const [axis, batches, first, missing] of cases) {
    const [made] = runLines([drawn(bare, { batches: {} })], { ...drawing, axis, batches });
    assert.equal(made.curve?.x[0] ?? null, first, axis);
    assert.deepEqual(made.missing, missing, axis);
  }
  const [own] = runLines([drawn(bare, { batches: { batch: 64, trainingExamples: 1600 } })], {
    ...drawing,
    axis: "examples",
    batches: { batch: 1 },
  });
  assert.equal(own.curve!.x[0], 1600, "what the run says is not overruled");
});

Deno.test("smoothing sees every point, and comes before the reduction", () => {
  const series = falling(20_000, 1);
  const smoothing = { kind: "ema", amount: 0.9 } as const;
  const [made] = runLines([drawn(series)], { ...drawing, smoothing, pixels: 100 });
  const whole = ema(series.value, 0.9);
  assert.ok(made.curve!.x.length < 1000 && !made.whole);
  made.curve!.x.forEach((x, i) => assert.equal(made.curve!.y[i], whole[x - 1]));
  made.raw!.x.forEach((x, i) => assert.equal(made.raw!.y[i], series.value[x - 1]));
});

Deno.test("a spike of one step, the best and the last point are in every reduction", () => {
  const series = falling(200_000, 1), spikes = [7, 50_000, 123_456];
  for (const at of spikes) series.value[at] = 9;
  series.value[77_777] = 0.01;
  const [made] = runLines([drawn(series)], { ...drawing, pixels: 1000 });
  const shown = new Set(made.curve!.x);
  for (const at of [...spikes, 77_777, 199_999]) assert.ok(shown.has(at + 1), `step ${at + 1}`);
  assert.ok(shown.size < 5000);
});

Deno.test("a range is sent in full detail, with a neighbour at each side", () => {
  const series = falling(20_000, 1);
  const [made] = runLines([drawn(series)], { ...drawing, range: [1000, 1100], pixels: 100 });
  assert.deepEqual([...made.curve!.x], Array.from({ length: 103 }, (_, i) => 999 + i));
  const [none] = runLines([drawn(series)], { ...drawing, range: [30_000, 40_000] });
  assert.ok(none.curve!.x.length <= 2);
});

Deno.test("a shorter run gets its share of the pixels only", () => {
  const [short, long] = runLines([drawn(falling(10_000, 1)), drawn(falling(100_000, 1))], drawing);
  assert.ok(short.curve!.x.length < 150 && long.curve!.x.length > 500, `${short.curve!.x.length} points`);
});

Deno.test("on a logarithmic axis nothing stands at or before 0", () => {
  const series = { ...falling(4), step: Float64Array.of(0, 1, 2, 4) };
  const [made] = runLines([drawn(series)], { ...drawing, logX: true });
  assert.deepEqual([...made.curve!.x], [1, 2, 4]);
});

Deno.test("a stop stands at the end of a run that ended; one that runs or diverged has none", () => {
  const states = {
    stopped: true,
    exhausted: true,
    running: false,
    interrupted: false,
    diverged: false,
  } as const;
  for (const [state, stops] of Object.entries(states)) {
    const [made] = runLines([drawn(falling(40), { state: state as keyof typeof states })], drawing);
    assert.equal(made.stop?.x ?? null, stops ? 1000 : null, state);
  }
  const broken = falling(40);
  broken.value[39] = NaN;
  const [made] = runLines([drawn(broken)], drawing);
  assert.equal(made.stop, null);
  assert.equal(made.last, null);
});

Deno.test("metrics of several tools are one where they mean the same", () => {
  const best = (metric: string) => ({ metric, mode: "min" as const, value: 1, step: 1 });
  const rows = [
    { metrics: ["loss", "val_loss", "val_acc", "val_loss.standardError"], best: best("val_loss") },
    { metrics: ["validation.loss", "rate", "norm"], best: best("validation.loss") },
    { metrics: ["loss"], best: best("loss") },
  ];
  assert.deepEqual(sharedMetrics(rows).map(({ name, runs }) => [name, runs]), [
    ["validation.loss", 2],
    ["validation.accuracy", 1],
    ["loss", 2],
    ["norm", 1],
    ["rate", 1],
  ]);
  assert.equal(tagOf(["loss", "val_loss"], "validation.loss"), "val_loss");
  assert.equal(tagOf(["loss"], "validation.loss"), null);
  assert.deepEqual(["val_loss", "training.loss", "custom/x"].map(metricTitle), [
    "Validation loss",
    "Training loss",
    "custom/x",
  ]);
});
