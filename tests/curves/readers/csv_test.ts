import assert from "node:assert/strict";
import { csv, csvWith } from "../../../lib/curves/readers/csv.ts";
import { guessMapping } from "../../../lib/curves/readers/column_mapping.ts";
import type { Mapping } from "../../../lib/curves/readers/mapping.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { bytesOf, logOf, points, recognised, runsOf, sample, told } from "./sample.ts";

const nothing: Mapping = { step: null, epoch: null, examples: null, seconds: null, run: [], metrics: [] };

Deno.test("sparse columns are merged one by one, on the step and the clock beside them", () => {
  const { segments: [{ series }], warnings, counting } = read(csv, sample("csv/sparse.csv"));
  assert.deepEqual(counting, { unit: "updates", fromZero: true });
  assert.deepEqual(warnings, [{
    offset: 0,
    message:
      "columns: step = global_step, seconds = elapsed, metrics = grad_norm, loss, train/loss, validation/loss",
  }]);
  assert.deepEqual(points(series.grad_norm), [[0, 10.25], [100, 1.125], [200, NaN]]);
  assert.deepEqual(points(series["validation/loss"]), [[1, 1.988], [127, 0.1443], [251, Infinity]]);
  assert.deepEqual([...series["train/loss"].seconds!], [13.5, 133.25, 253]);
  assert.equal(series.loss.seconds, undefined);
});

Deno.test("runs in one file are told apart by the fewest columns that explain why steps go back", () => {
  const runs = runsOf(csv, sample("csv/many_runs.csv"));
  assert.deepEqual(runs.map(({ name }) => name), [
    "adam/digits/0",
    "adam/digits/1",
    "adam/spirals/0",
    "muon/digits/0",
    "muon/spirals/0",
  ]);
  assert.deepEqual(runs.map(({ segments: [{ series }] }) => points(series.loss)), [
    [[1, 2.25], [100, 1.25], [200, 0.75]],
    [[1, 2.5], [120, 1.5]],
    [[1, 0.75], [50, 0.5]],
    [[1, 2.375], [90, 1.125]],
    [[1, 0.875], [40, 0.375]],
  ]);
  assert.deepEqual(runs[1].config, {
    optimizer: "adam",
    workload: "digits",
    workload_kind: "digits_small",
    study: 1,
    trial: 1,
  });
  assert.deepEqual(told(runs[0]), [
    "columns: step = step, seconds = seconds, run = optimizer / workload / study, metrics = target, loss",
  ]);
  assert.deepEqual(told(runs[1]), []);
});

Deno.test("a clock since 1970 becomes one since the first record, which is when the run began", () => {
  const { segments: [{ series }], began, warnings } = read(csv, sample("csv/tensorboard_export.csv"));
  assert.deepEqual([began, [...series.Value.seconds!]], [1_700_000_000.5, [0, 10, 30.25]]);
  assert.deepEqual(warnings[0], { offset: 60, message: "last row has no end: read as it stands" });
  assert.deepEqual(points(series.Value), [[0, 2.5], [10, 1.5], [20, 1.25]]);
  const dates = logOf(
    csv,
    "step,loss,timestamp\n1,2,2026-11-21T07:51:48Z\n2,1,2026-11-21 08:51:49.5+01:00\n",
  );
  assert.deepEqual([...dates.segments[0].series.loss.seconds!], [0, 1.5]);
  const milliseconds = logOf(csv, "time,step,loss\n1700000000000,1,2\n1700000001500,2,1\n");
  assert.deepEqual([...milliseconds.segments[0].series.loss.seconds!], [0, 1.5]);
});

Deno.test("columns are guessed by their names, and by what stands in them", () => {
  const cases: [string, string[], Partial<Mapping>][] = [
    ["step,loss", ["1,2", "2,3"], { step: "step", metrics: ["loss"] }],
    ["Global Step,Loss", ["1,2"], { step: "Global Step", metrics: ["Loss"] }],
    ["iter,step,loss", ["1,2,3"], { step: "step", metrics: ["iter", "loss"] }],
    ["epoch,loss", ["1,2", "2,1"], { step: "epoch", epoch: "epoch", metrics: ["loss"] }],
    ["epoch,step,loss", ["0,1,2"], { step: "step", epoch: "epoch", metrics: ["loss"] }],
    ["loss,acc", ["1,2"], { metrics: ["loss", "acc"] }],
    ["step,loss,note", ["1,2,first", "2,1,last"], { step: "step", metrics: ["loss"] }],
    // most rows have no step: epochs are counted
    ["epoch,step,loss", ["1,,2", "2,,1", "3,7,1"], {
      step: "epoch",
      epoch: "epoch",
      metrics: ["step", "loss"],
    }],
    // a time of each step is no clock
    ["step,time,loss", ["1,0.5,2", "2,0.4,1", "3,0.6,1"], { step: "step", metrics: ["time", "loss"] }],
    ["step,time,loss", ["1,0.5,2", "2,0.9,1"], { step: "step", seconds: "time", metrics: ["loss"] }],
    ["step,samples,loss", ["1,32,2", "2,64,1"], { step: "step", examples: "samples", metrics: ["loss"] }],
    ["step,batch_size,loss", ["1,32,2", "2,32,1"], { step: "step", metrics: ["loss"] }],
    // pandas numbers its rows
    ["Unnamed: 0,step,loss", ["0,5,2", "1,6,1"], { step: "step", metrics: ["loss"] }],
    ["Unnamed: 0,step,loss", ["0,5,2", "2,6,1"], { step: "step", metrics: ["Unnamed: 0", "loss"] }],
    ["run,step,loss", ["a,1,2", "a,2,1", "b,1,2", "b,2,1"], {
      step: "step",
      run: ["run"],
      metrics: ["loss"],
    }],
    // one name is no reason to part it
    ["run,step,loss", ["a,1,2", "a,2,1"], { step: "step", metrics: ["loss"] }],
    // a phase does not tell why steps go back: the run was resumed
    [
      "step,phase,loss",
      ["1,train,2", "1,val,1", "2,train,3", "2,val,4", "1,train,2", "1,val,1"],
      { step: "step", metrics: ["loss"] },
    ],
  ];
  for (const [header, rows, mapping] of cases) {
    const guess = guessMapping(header.split(","), rows.map((row) => row.split(",")));
    assert.deepEqual(guess, { ...nothing, ...mapping }, header);
  }
});

Deno.test("rows of one metric each become a series for each metric", () => {
  const rows = ["1,train_loss,2", "1,val_loss,2.5", "2,train_loss,1", "2,val_loss,1.5"];
  const series = (order: number[]) =>
    logOf(csv, `step,metric,value\n${order.map((i) => `${rows[i]}\n`).join("")}`).segments[0].series;
  for (const order of [[0, 1, 2, 3], [0, 2, 1, 3]]) {
    assert.deepEqual(points(series(order).train_loss), [[1, 2], [2, 1]]);
    assert.deepEqual(points(series(order).val_loss), [[1, 2.5], [2, 1.5]]);
  }
  const runs = runsOf(
    csv,
    bytesOf("run,metric,step,value\na,loss,1,2\na,loss,2,1\nb,loss,1,3\nb,loss,2,4\n"),
  );
  assert.deepEqual(runs.map(({ name, segments: [{ series }] }) => [name, points(series.loss)]), [
    ["a", [[1, 2], [2, 1]]],
    ["b", [[1, 3], [2, 4]]],
  ]);
  assert.deepEqual(told(runs[0]), ["columns: step = step, run = run, metrics = value of each metric"]);
  const clash = logOf(csv, "step,metric,value\n1,step,2\n2,,3\n").segments[0].series;
  assert.deepEqual([points(clash["step/value"]), points(clash.value)], [[[1, 2]], [[2, 3]]]);
});

Deno.test("a mapping that was given is followed, and what it names wrongly is told", () => {
  const text = "a,b,c\n1,2,3\n2,3,4\n", mapping = { ...nothing, step: "b", metrics: ["c"] };
  const log = logOf(csvWith(mapping), text);
  assert.deepEqual([points(log.segments[0].series.c), log.warnings], [[[2, 3], [3, 4]], []]);
  assert.deepEqual(Object.keys(log.segments[0].series), ["c"]);
  const wrong = logOf(csvWith({ ...mapping, metrics: ["c", "d"], seconds: "e" }), text);
  assert.deepEqual(told(wrong), ["unknown column: e (has a, b, c)", "unknown column: d (has a, b, c)"]);
  assert.deepEqual(points(wrong.segments[0].series.c), [[2, 3], [3, 4]]);
});

Deno.test("without a step records are counted", () => {
  const { segments: [{ series }], counting } = logOf(csv, "loss,acc\n3,\n2,0.5\n1,0.75\n");
  assert.deepEqual(counting, { unit: "records", fromZero: false });
  assert.deepEqual([points(series.loss), points(series.acc)], [[[1, 3], [2, 2], [3, 1]], [[2, 0.5], [
    3,
    0.75,
  ]]]);
});

Deno.test("settings that never change are settings, and tell the batches", () => {
  const { config, batches } = logOf(csv, "step,batch_size,optimizer,loss\n1,32,adam,2\n2,32,adam,1\n");
  assert.deepEqual([config, batches], [{ batch_size: 32, optimizer: "adam" }, { batch: 32 }]);
});

Deno.test("what is odd is told with the byte of its row", () => {
  const cases: [string, [number | null, string][]][] = [
    ["step,loss\n1,2\n2,abc\n3,1\n", [[14, 'not a number: "abc" in column loss']]],
    ["step,loss\n1,2,9\n", [[10, "row of 3 cells, the header has 2: cells without a name skipped"]]],
    ["step,loss\n1\n2,1\n", [[10, "row of 1 cells, the header has 2: cells without a name skipped"]]],
    ["step,loss,\n1,2,\n", []],
    ["step,loss\nnan,2\n2,1\n", [[10, "row without a step skipped"]]],
    ["step,loss,loss\n1,2,3\n", [[0, "column loss stands twice: read as loss (2)"]]],
    ["name,note\na,b\n", [[0, "no column of numbers that could be a metric"]]],
    [
      'step,loss\n1,"2\n',
      [[10, "quote that is not closed: it ends with its line"], [
        10,
        "last row has no end: read as it stands",
      ]],
    ],
  ];
  for (const [text, warnings] of cases) {
    const told = logOf(csv, text).warnings.filter(({ message }) => !message.startsWith("columns:"));
    assert.deepEqual(told.map(({ offset, message }) => [offset, message]), warnings, text);
  }
});

Deno.test("what stands for nothing is nothing, and NaN is something", () => {
  const rows = ["", "NA", "N/A", "<NA>", "None", "null", "-", "nan", "NaN", "-inf", " 5 "];
  const { segments: [{ series }], warnings } = logOf(
    csv,
    `step,loss\n${rows.map((cell, i) => `${i},${cell}\n`).join("")}`,
  );
  assert.deepEqual(points(series.loss), [[7, NaN], [8, NaN], [9, -Infinity], [10, 5]]);
  assert.equal(warnings.length, 1);
});

Deno.test("of many warnings of a kind a hundred are told, then how many more there are", () => {
  const { warnings } = logOf(csv, "step,loss\n1,1\n" + "1\n".repeat(250));
  const short = warnings.filter(({ message }) => message.startsWith("row of"));
  assert.equal(short.length, 101);
  assert.equal(short[100].message, "row of another length than the header: 150 more");
});

Deno.test("files with a header are taken for CSV, by their ending", () => {
  const cases: [string, string, boolean][] = [
    ["a.csv", "step,loss\n", true],
    ["a.TSV", "step\tloss\n", true],
    ["a.csv", "1,2\n", false],
    ["a.csv", "", false],
    ["a.txt", "step,loss\n", false],
    ["a.csv", "PK\u0000\u0001", false],
  ];
  for (const [path, text, is] of cases) assert.equal(recognised(csv, path, text), is, `${path} ${text}`);
  assert.ok(recognised(csvWith({ ...nothing, metrics: ["loss"] }), "a.txt", "step,loss\n"));
});

Deno.test("CSV files are read alike wherever they are cut, and damage is told", () => {
  assertCutsDoNotMatter(csv, sample("csv/sparse.csv"));
  assertCutsDoNotMatter(csv, bytesOf('step,"lo\nss"\n1,"2"\n2,"3\n4,5\n'));
  assertDamageIsTold(csv, sample("csv/sparse.csv"), 200);
});
