/** What `plateau curves --json` prints of each tool's log against what the training itself had noted. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { curvesCommand, type CurvesValues } from "../../lib/curves/readers/curves_command.ts";

const LOGS = fileURLToPath(new URL("../logs/", import.meta.url));

type Value = number | "NaN" | "Infinity" | "-Infinity";
type Points = [step: number, value: Value][];
/** Points by tag. */
type Curves = Record<string, Points>;

interface PrintedSeries {
  step: number[];
  value: Value[];
  epoch?: Value[];
}
interface Printed {
  name: string;
  source: { format: string; path: string };
  series: Record<string, PrintedSeries>;
  config: Record<string, unknown>;
  batches: Record<string, number>;
  warnings: { file: string; offset: number | null; message: string }[];
}

async function printed(path: string, values: CurvesValues = {}): Promise<Printed[]> {
  let text = "";
  const out = (more: string) => Promise.resolve(void (text += more));
  assert.equal(await curvesCommand({ path: LOGS + path, values: { json: true, ...values }, out }), 0);
  return JSON.parse(text).runs;
}

const expected = (folder: string) => JSON.parse(Deno.readTextFileSync(`${LOGS}${folder}/expected.json`));

const pointsOf = ({ step, value }: PrintedSeries): Points => step.map((each, i) => [each, value[i]]);
const zipped = ({ step, value }: { step: number[]; value: Value[] }): Points =>
  step.map((each, i) => [each, value[i]]);

/** Each expected curve is there and equal; what else a run has is not asked. */
function assertCurves(run: Printed | undefined, curves: Curves, what: string): void {
  assert.ok(run, `no run ${what}`);
  assert.ok(Object.keys(curves).length > 0, `nothing is expected of ${what}`);
  for (const [tag, points] of Object.entries(curves)) {
    assert.ok(run.series[tag], `${what} has no ${tag} (has ${Object.keys(run.series).join(", ")})`);
    assert.deepEqual(pointsOf(run.series[tag]), points, `${what}: ${tag}`);
  }
}

/** Curves from rows that name their values; of a value that a row lacks there is no point. */
function byTag(
  rows: readonly Record<string, Value>[],
  stepOf: (row: Record<string, Value>, i: number) => number,
) {
  const curves: Curves = {};
  rows.forEach((row, i) => {
    for (const [tag, value] of Object.entries(row)) (curves[tag] ??= []).push([stepOf(row, i), value]);
  });
  return curves;
}

const without = (curves: Curves, ...tags: string[]): Curves =>
  Object.fromEntries(Object.entries(curves).filter(([tag]) => !tags.includes(tag)));

/** What the last writer leaves of points in the order of the log. */
const lastWins = (points: Points): Points =>
  points.filter(([step], i) => points.slice(i + 1).every(([later]) => later > step));
const resolved = (curves: Curves): Curves =>
  Object.fromEntries(Object.entries(curves).map(([tag, points]) => [tag, lastWins(points)]));

Deno.test("TensorBoard: every run has the values that were logged", async () => {
  const runs = await printed("tensorboard"), truth = expected("tensorboard");
  const run = (name: string) => runs.find((each) => each.name === name);
  for (const [name, { series }] of Object.entries<{ series?: Record<string, PrintedSeries> }>(truth)) {
    if (!series) continue;
    const curves = Object.fromEntries(Object.entries(series).map(([tag, each]) => [tag, zipped(each)]));
    assertCurves(run(name), curves, name);
    assert.deepEqual(Object.keys(run(name)!.series).sort(), Object.keys(curves).sort());
  }
  const overlap = truth.resumed_overlap.resolved_last_writer_wins_per_tag as Record<string, PrintedSeries>;
  assertCurves(
    run("resumed_overlap"),
    Object.fromEntries(Object.entries(overlap).map(([tag, each]) => [tag, zipped(each)])),
    "resumed_overlap",
  );
  const [before, after] = truth.resumed_purge.segments as Record<string, PrintedSeries>[];
  const purged = Object.entries(before).map(([tag, each]): [string, Points] => [
    tag,
    [...zipped(each).filter(([step]) => step < truth.resumed_purge.purge_step), ...zipped(after[tag])],
  ]);
  assertCurves(run("resumed_purge"), Object.fromEntries(purged), "resumed_purge");
  const damaged = run("bad_crc")!, { skip_bad_points, bad_step } = truth.bad_crc;
  const [{ step }] = Object.values(damaged.series);
  assert.equal(step.length, skip_bad_points);
  assert.ok(!step.includes(bad_step));
  assert.equal(damaged.warnings.length, 1);
  for (const name of ["killed", "trunc_in_length", "trunc_in_payload", "trunc_in_footer"]) {
    assert.match(run(name)!.warnings[0].message, /^ends inside a record/, name);
  }
});

Deno.test("TensorBoard: a resumed run can be shown whole, or in its stretches", async () => {
  const { segments } = expected("tensorboard").resumed_overlap as {
    segments: Record<string, PrintedSeries>[];
  };
  const [whole] = await printed("tensorboard/resumed_overlap", { resume: "all" });
  const stretches = await printed("tensorboard/resumed_overlap", { resume: "split" });
  assert.deepEqual(stretches.map(({ name }) => name), ["resumed_overlap (1)", "resumed_overlap (2)"]);
  for (const tag of Object.keys(segments[0])) {
    const parts = segments.map((segment) => zipped(segment[tag]));
    assert.deepEqual(pointsOf(whole.series[tag]), parts.flat());
    assert.deepEqual(stretches.map(({ series }) => pointsOf(series[tag])), parts);
  }
});

Deno.test("Keras: every file has the values that its training saw", async () => {
  const runs = await printed("keras"), truth = expected("keras");
  const run = (file: string) => runs.find(({ source }) => source.path === file);
  let seen = 0;
  for (const [file, { rows, resolved }] of Object.entries<Record<string, Record<string, Value>[]>>(truth)) {
    if (!rows) continue;
    // rows past those that fit the header cannot be told apart: they are skipped, and said
    const readable = file === "append_new_metric.csv" ? rows.slice(0, 3) : resolved ?? rows;
    assertCurves(run(file), without(byTag(readable, (row) => row.epoch as number), "epoch"), file);
    seen++;
  }
  assert.ok(seen >= 7);
  assert.equal(run("append_new_metric.csv")!.warnings.length, 3);
  const history = truth["history.json"] as Record<string, Value[]>;
  const curves = Object.entries(history).map(([tag, values]): [string, Points] => [
    tag,
    values.map((value, epoch) => [epoch, value]),
  ]);
  assertCurves(run("history.json"), Object.fromEntries(curves), "history.json");
});

Deno.test("Lightning: every version has the values that its logger was given", async () => {
  const runs = await printed("lightning"), truth = expected("lightning");
  let seen = 0;
  for (const [path, run] of Object.entries<Record<string, unknown>>(truth)) {
    if (typeof run !== "object") continue;
    const columns = run.columns_step_epoch_value as Record<string, [number, number | null, Value][]>;
    const found = runs.find(({ source }) => source.path === path);
    const curves = Object.entries(columns).map(([tag, rows]): [string, Points] => [
      tag,
      rows.map(([step, , value]) => [step, value]),
    ]);
    assertCurves(found, Object.fromEntries(curves), path);
    for (const [tag, rows] of Object.entries(columns)) {
      const { epoch } = found!.series[tag];
      assert.deepEqual(
        epoch ?? rows.map(() => "NaN"),
        rows.map(([, epoch]) => epoch ?? "NaN"),
        `${path}: ${tag}`,
      );
    }
    if (run.batch_size) assert.equal(found!.config.batch_size, run.batch_size);
    seen++;
  }
  assert.equal(seen, 6);
});

Deno.test("Transformers: every state has the history that its trainer held", async () => {
  const runs = await printed("hf"), truth = expected("hf");
  let seen = 0;
  for (const [path, { log_history }] of Object.entries<{ log_history?: Record<string, Value>[] }>(truth)) {
    if (!log_history) continue;
    const run = runs.find(({ source }) => source.path === path);
    const curves = without(byTag(log_history, ({ step }) => step as number), "step", "epoch");
    assertCurves(run, curves, path);
    for (const [tag, points] of Object.entries(curves)) {
      const epochs: Value[] = log_history.filter((row) => tag in row).map((row) => row.epoch);
      assert.equal(points.length, epochs.length);
      assert.deepEqual(run!.series[tag].epoch, epochs, `${path}: epochs of ${tag}`);
    }
    seen++;
  }
  assert.equal(seen, 7);
  assert.equal(runs.length, 7, "checkpoints are no runs of their own");
});

interface MlflowTruth {
  run_name: string;
  params: Record<string, string>;
  metrics_in_log_order_step_value: Curves;
}
Deno.test("MLflow: each run of either store has its values and settings", async () => {
  const runs = await printed("mlflow"), logged = await printed("mlflow", { resume: "all" });
  const truth = expected("mlflow");
  assert.equal(runs.length, 4);
  for (const [store, format] of [["mlruns", "mlflow"], ["mlflow.db", "mlflow-sqlite"]]) {
    for (
      const { run_name, params, metrics_in_log_order_step_value } of Object.values<MlflowTruth>(truth[store])
    ) {
      const named = (all: Printed[]) =>
        all.find(({ name, source }) => source.format === format && name.startsWith(run_name));
      assertCurves(named(runs), resolved(metrics_in_log_order_step_value), `${store} ${run_name}`);
      assertCurves(named(logged), metrics_in_log_order_step_value, `${store} ${run_name}, all`);
      assert.deepEqual(named(runs)!.config, params);
      assert.equal(named(runs)!.batches.trainingExamples, Number(params.train_examples));
    }
  }
});

Deno.test("W&B: every offline run has its rows and settings", async () => {
  const runs = await printed("wandb"), { wandb: _, ...truth } = expected("wandb");
  assert.equal(runs.length, Object.keys(truth).length);
  for (const [name, run] of Object.entries<Record<string, unknown>>(truth)) {
    const rows = run["rows_in_order (row index = _step)"] as Record<string, Value>[];
    const found = runs.find((each) => each.name === name);
    assertCurves(found, byTag(rows, (_, i) => i), name);
    for (const [key, value] of Object.entries(run.config as object)) assert.equal(found!.config[key], value);
  }
});

Deno.test("trackio: every run of the database has its rows", async () => {
  const runs = await printed("trackio"), { trackio: _, ...truth } = expected("trackio");
  assert.equal(runs.length, Object.keys(truth).length);
  for (const [name, rows] of Object.entries<Record<string, Value>[]>(truth)) {
    assertCurves(runs.find((each) => each.name === name), byTag(rows, (_, i) => i), name);
  }
});

/** Tags of the text logs, and what the truth calls them. */
const TEXT_TAGS: Record<string, Record<string, string>> = {
  "nanogpt.txt": { "train loss": "train_est", "val loss": "val", loss: "iter_loss" },
  "llmc_main.log": { tel: "tel", trl: "trl", lr: "lr", norm: "norm" },
  "hf_console.txt": { loss: "loss", eval_loss: "eval_loss" },
  "metrics.jsonl": { loss: "loss", eval_loss: "eval_loss" },
};

Deno.test("printed logs: every line's values are read", async () => {
  const runs = await printed("textlogs"), truth = expected("textlogs");
  const run = (file: string) => runs.find(({ source }) => source.path === file);
  for (const [file, tags] of Object.entries(TEXT_TAGS)) {
    const { series, series_step_value, ...plain } = truth[file];
    const given: Curves = series ?? series_step_value ?? plain;
    const lost = truth[file].last_object_lost as Record<string, number> | undefined;
    const curves = Object.entries(tags).map(([tag, name]): [string, Points] => [
      tag,
      lost && name in lost ? given[name].filter(([step]) => step !== lost.step) : given[name],
    ]);
    assertCurves(run(file), Object.fromEntries(curves), file);
  }
  const { val_loss, train_time_ms } = truth["modded_nanogpt.txt"].val_loss_and_time_at_eval_lines as Curves;
  assertCurves(run("modded_nanogpt.txt"), { val_loss }, "modded_nanogpt.txt");
  const { seconds } = run("modded_nanogpt.txt")!.series.val_loss as PrintedSeries & { seconds: number[] };
  assert.deepEqual(seconds, train_time_ms.map(([, time]) => Number(time) / 1000));
  assert.equal(run("llmc_resumed.log")!.series.trl.step.length, truth["llmc_resumed.log"].unique_steps_trl);
  assert.match(run("llmc_resumed.log")!.warnings[0].message, /^steps logged again from step 100 on/);
  assert.equal(run("metrics.jsonl")!.warnings.length, 1, "the cut line is told");
});
