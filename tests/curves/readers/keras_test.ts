import assert from "node:assert/strict";
import { keras } from "../../../lib/curves/readers/keras.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { logOf, plain, points, recognised, runsOf, sample, told, truth } from "./sample.ts";

interface Row {
  readonly epoch: number;
  readonly [metric: string]: unknown;
}

/** Points of a metric in rows that a callback saw. */
const pointsOf = (rows: readonly Row[], metric: string) =>
  rows.flatMap((row) => metric in row ? [[row.epoch, plain(row[metric])]] : []);

const metricsOf = (rows: readonly Row[]) =>
  [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== "epoch").sort();

const files = ["run_bs20", "run_bs100", "val_freq3", "no_val", "plateau_stop", "diverged"];
for (const file of files) {
  Deno.test(`${file}.csv has the values that a callback saw`, () => {
    const { rows } = truth("keras")[`${file}.csv`];
    const { segments, warnings, counting } = read(keras, sample(`keras/${file}.csv`));
    assert.deepEqual([segments.length, warnings, counting], [1, [], { unit: "epochs", fromZero: true }]);
    const { series } = segments[0];
    assert.deepEqual(Object.keys(series).sort(), metricsOf(rows));
    for (const [metric, each] of Object.entries(series)) {
      assert.deepEqual(points(each), pointsOf(rows, metric), metric);
      assert.deepEqual(each.epoch, each.step);
    }
  });
}

Deno.test("an epoch that goes back begins a segment, which replaces what stands from there on", () => {
  const { rows, restart_epoch } = truth("keras")["resumed_append.csv"];
  const { segments } = read(keras, sample("keras/resumed_append.csv"));
  assert.deepEqual(segments.map(({ from }) => from), [null, restart_epoch]);
  const all = segments.flatMap(({ series }) => points(series.val_loss));
  assert.deepEqual(all, pointsOf(rows, "val_loss"));
});

Deno.test("a row that another metric has made longer is skipped with a warning: its cells have shifted", () => {
  const { rows } = truth("keras")["append_new_metric.csv"];
  const { segments: [{ series }], warnings } = read(keras, sample("keras/append_new_metric.csv"));
  assert.deepEqual(points(series.val_loss), pointsOf(rows.slice(0, 3), "val_loss"));
  assert.deepEqual(warnings.map(({ offset }) => offset), [266, 384, 484]);
  assert.equal(
    warnings[0].message,
    "row of 7 cells, the header has 5: which is which cannot be told: row skipped",
  );
});

Deno.test("separators, line ends and quotes do not matter", () => {
  const text = "epoch,loss,val_loss\r\n0,1.5,NA\r\n1,nan,-inf\r\n";
  const whole = logOf(keras, text);
  assert.deepEqual(points(whole.segments[0].series.loss), [[0, 1.5], [1, NaN]]);
  assert.deepEqual(points(whole.segments[0].series.val_loss), [[1, -Infinity]]);
  for (
    const other of [
      text.replaceAll(",", ";"),
      text.replaceAll(",", "\t"),
      text.replaceAll("\r\n", "\n"),
      text.replaceAll("\r\n", "\r"),
      `\ufeff${text}`,
      text.replace("loss,val_loss", '"loss","val_loss"'),
    ]
  ) assert.deepEqual(logOf(keras, other), whole, JSON.stringify(other));
});

Deno.test("a header in the middle is the header from there on", () => {
  const log = logOf(keras, "epoch,loss\n0,1\n1,2\nepoch,acc,loss\n0,0.5,3\n");
  assert.deepEqual(log.segments.map(({ from }) => from), [null, 0]);
  assert.deepEqual(points(log.segments[1].series.loss), [[0, 3]]);
  assert.deepEqual(log.warnings, []);
});

Deno.test("a last line without its end waits for it", () => {
  const parser = keras.parser({ path: "a.csv", head: new Uint8Array() }), utf8 = new TextEncoder();
  parser.push(utf8.encode("epoch,loss\n0,1\n1,0.12"));
  const [early] = parser.result();
  assert.deepEqual(points(early.segments[0].series.loss), [[0, 1]]);
  assert.deepEqual(early.warnings, [{
    offset: 15,
    message: "ends inside a record: skipped until the rest is there",
  }]);
  parser.push(utf8.encode("5\n"));
  const [late] = parser.result();
  assert.deepEqual([points(late.segments[0].series.loss), late.warnings], [[[0, 1], [1, 0.125]], []]);
});

Deno.test("a header alone is a run without series", () => {
  assert.deepEqual(logOf(keras, "epoch,loss\n").segments, []);
  assert.deepEqual(logOf(keras, "").segments, []);
});

Deno.test("a history as JSON begins with epoch 0", () => {
  const history = truth("keras")["history.json"];
  const [{ segments: [{ series }], warnings, counting }] = runsOf(keras, sample("keras/history.json"));
  assert.deepEqual([warnings, counting], [[], { unit: "epochs", fromZero: true }]);
  for (const [metric, values] of Object.entries<number[]>(history)) {
    assert.deepEqual(points(series[metric]), values.map((value, epoch) => [epoch, value]));
  }
  const odd = logOf(keras, '{"loss": [1, NaN, null, "Infinity"], "note": "x"}');
  assert.deepEqual(points(odd.segments[0].series.loss), [[0, 1], [1, NaN], [3, Infinity]]);
  assert.deepEqual(told(odd), ["not a list: note"]);
  assert.deepEqual(told(logOf(keras, '{"loss": [1, 2')), ["not JSON: ends too early"]);
});

Deno.test("only what Keras writes is taken for it", () => {
  const cases: [string, string, boolean][] = [
    ["training.log", "epoch,loss,val_loss\r\n0,1,2\r\n", true],
    ["a.csv", "epoch;loss\n", true],
    ["a.csv", "epoch,loss\n7,1\n", true],
    ["a.csv", "epoch,val_loss,loss\n0,1,2\n", false], // not in the order of the letters
    ["a.csv", "epoch,loss\n1,1\n", false], // people count from 1
    ["metrics.csv", "epoch,loss,step\n0,1,2\n", false],
    ["a.csv", "step,loss\n0,1\n", false],
    ["a.csv", "epoch\n0\n", false],
    ["history.json", '{"loss": [0.5]}', true],
    ["a.json", '{"loss": {"0": 1}}', false],
    ["a.json", '{"names": ["a"]}', false],
  ];
  for (const [path, text, is] of cases) assert.equal(recognised(keras, path, text), is, text);
});

Deno.test("Keras files are read alike wherever they are cut, and damage is told", () => {
  assertCutsDoNotMatter(keras, sample("keras/resumed_append.csv"));
  assertCutsDoNotMatter(keras, sample("keras/append_new_metric.csv"));
  assertDamageIsTold(keras, sample("keras/val_freq3.csv"), 200);
});
