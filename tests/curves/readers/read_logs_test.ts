import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FORMATS, READERS } from "../../../lib/curves/readers/formats.ts";
import { NoLog, readLogs } from "../../../lib/curves/readers/read_logs.ts";
import { walk } from "../../../lib/curves/readers/walk.ts";
import { inFolder } from "../../in_folder.ts";

const LOGS = fileURLToPath(new URL("../../logs/", import.meta.url));

/** Writes files of text by their path. */
function lay(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(join(folder, path), bytes);
  }
}

const KERAS = "epoch,loss,val_loss\r\n0,3.5,4.5\r\n1,2.5,3.5\r\n";
const LIGHTNING = "epoch,step,train_loss\n0,4,1.5\n0,9,1.25\n";
const EVENTS = Deno.readFileSync(
  `${LOGS}tensorboard/multi_value_event/events.out.tfevents.1795247828.vm.18832.3`,
);
/** A state of transformers that has come to a step. */
const state = (last: number) =>
  JSON.stringify(
    {
      epoch: last / 10,
      global_step: last,
      log_history: Array.from({ length: last / 10 }, (_, i) => ({
        epoch: i + 1,
        loss: 1 / (i + 1),
        step: 10 * (i + 1),
      })),
    },
    null,
    2,
  );

Deno.test("a folder is walked by name, numbers by their size, without hidden stores and links", () =>
  inFolder(async (folder) => {
    lay(folder, {
      "b/run_10/a.csv": "",
      "b/run_2/a.csv": "",
      "a.csv": "",
      "b/.plateau/runs/a.csv": "",
      "node_modules/a.csv": "",
      ".git/a.csv": "",
    });
    Deno.symlinkSync(join(folder, "b"), join(folder, "link"));
    Deno.symlinkSync(join(folder, "a.csv"), join(folder, "link.csv"));
    const { files, single } = await walk(folder);
    assert.deepEqual([single, files.map(({ path }) => path)], [false, [
      "a.csv",
      "b/run_2/a.csv",
      "b/run_10/a.csv",
    ]]);
    assert.deepEqual(
      (await walk(join(folder, "link"))).files.length,
      2,
      "a link that is named itself is opened",
    );
  }));

Deno.test("where bounds end a walk, that is said", () =>
  inFolder(async (folder) => {
    lay(folder, { "a/b/c/d.csv": "", "x.csv": "", "y.csv": "", "z.csv": "" });
    const deep = await walk(folder, { depth: 1 });
    assert.deepEqual(deep.files.map(({ path }) => path), ["x.csv", "y.csv", "z.csv"]);
    assert.deepEqual(deep.warnings.map(({ file }) => file), ["a"]);
    const many = await walk(folder, { files: 2 });
    assert.equal(many.files.length, 2);
    assert.match(many.warnings[0].message, /^not all files were looked at: there are more than 2/);
    const all = await walk(folder, { files: 4 });
    assert.deepEqual([all.files.length, all.warnings], [4, []]);
  }));

Deno.test("runs of many tools under one folder are read by their places", () =>
  inFolder(async (folder) => {
    lay(folder, {
      "keras/first.csv": KERAS,
      "lightning/version_0/metrics.csv": LIGHTNING,
      "lightning/version_0/hparams.yaml": "batch_size: 20\nlr: 0.5\n",
      "tb/run/events.out.tfevents.1000000000.a.1.0": EVENTS,
      "tb/run/notes.md": "# nothing",
      "hf/run/checkpoint-10/trainer_state.json": state(10),
      "hf/run/checkpoint-20/trainer_state.json": state(20),
      "hf/run/trainer_state.json": state(30),
      "hf/only/checkpoint-10/trainer_state.json": state(10),
      "hf/only/checkpoint-20/trainer_state.json": state(20),
      "mlruns/0/meta.yaml": "name: Default\n",
      "mlruns/0/aa/meta.yaml": "run_name: tracked\n",
      "mlruns/0/aa/metrics/loss": "1000 1 0\n2000 0.5 1\n",
      "mlruns/0/aa/artifacts/copy.csv": KERAS,
      "weights.bin": "\0\0\0\0",
    });
    const { runs, warnings } = await readLogs(folder);
    assert.deepEqual(runs.map(({ name, source }) => `${name}: ${source.format} ${source.path}`), [
      "hf/only: transformers hf/only/checkpoint-20/trainer_state.json",
      "hf/run: transformers hf/run/trainer_state.json",
      "keras/first: keras keras/first.csv",
      "lightning/version_0: lightning lightning/version_0/metrics.csv",
      "tracked: mlflow mlruns/0/aa",
      "tb/run: tensorboard tb/run",
    ]);
    assert.deepEqual(runs[1].series.loss.step.at(-1), 30);
    assert.equal(runs[3].config.batch_size, 20);
    assert.equal(runs[3].batches.batch, 20);
    assert.deepEqual(warnings, []);
  }));

Deno.test("a file that is opened alone takes the settings beside it, and its name where its folder has none", () =>
  inFolder(async (folder) => {
    lay(folder, { "version_3/metrics.csv": LIGHTNING, "version_3/hparams.yaml": "batch_size: 20\n" });
    const { runs: [run] } = await readLogs(join(folder, "version_3/metrics.csv"));
    assert.deepEqual([run.batches.batch, run.source.path, run.name], [20, "metrics.csv", "metrics"]);
    const { runs: [same] } = await readLogs(join(folder, "version_3"));
    assert.equal(same.name, "version_3");
  }));

Deno.test("a run of TensorBoard is a folder: its files follow each other in time", () =>
  inFolder(async (folder) => {
    const from = `${LOGS}tensorboard/resumed_overlap/`;
    const [a, b] = [...Deno.readDirSync(from)].map(({ name }) => name).sort();
    lay(folder, {
      [`run/events.out.tfevents.999.vm`]: Deno.readFileSync(from + a),
      [`run/events.out.tfevents.1000.vm`]: Deno.readFileSync(from + b),
    });
    const { runs: [run] } = await readLogs(join(folder, "run"));
    assert.equal(run.name, "run");
    assert.equal(run.source.path, ".");
    const { step, seconds } = run.series["loss/train"];
    assert.deepEqual([...step], Array.from({ length: 85 }, (_, i) => i + 1));
    assert.ok(seconds!.every((second, i) => i === 0 || second >= seconds![i - 1]));
    assert.match(run.warnings[0].message, /^steps logged again from step 41 on: 22 points/);
    assert.equal(run.warnings[0].file, ".");
  }));

Deno.test("runs of one name are told apart by where they lie, in one file by a number", () =>
  inFolder(async (folder) => {
    const run = (loss: string) => ({ "meta.yaml": "run_name: same\n", "metrics/loss": loss });
    for (const [id, files] of Object.entries({ a: run("1 1 1\n"), b: run("1 2 1\n") })) {
      for (const [path, text] of Object.entries(files)) lay(folder, { [`mlruns/0/${id}/${path}`]: text });
    }
    const { runs } = await readLogs(folder);
    assert.deepEqual(runs.map(({ name }) => name), ["same (mlruns/0/a)", "same (mlruns/0/b)"]);
  }));

Deno.test("a format that is asked for is the only one read, and reads a file whatever its name", () =>
  inFolder(async (folder) => {
    lay(folder, { "a.csv": KERAS, "b/metrics.csv": LIGHTNING, "c/events.out.tfevents.1.a": EVENTS });
    const { runs } = await readLogs(folder, { format: "tensorboard" });
    assert.deepEqual(runs.map(({ name }) => name), ["c"]);
    const { runs: [csv] } = await readLogs(join(folder, "a.csv"), { format: "csv" });
    assert.equal(csv.source.format, "csv");
  }));

const wrong: { name: string; path: string; options?: object; error: RegExp }[] = [
  { name: "a path that is not there", path: "none", error: /^missing file: .*none$/ },
  {
    name: "a folder without logs",
    path: "empty",
    error: /^no log found in .*empty \(looked at 2 files; formats tensorboard, wandb, .*, mlflow, plateau\)$/,
  },
  {
    name: "a file of no format",
    path: "empty/weights.bin",
    error: /^unknown log format: .*weights\.bin \(has tensorboard, /,
  },
  {
    name: "a format that does not exist",
    path: ".",
    options: { format: "aim" },
    error: /^unknown format: aim \(has /,
  },
  {
    name: "a way that does not exist",
    path: ".",
    options: { resume: "first" },
    error: /^invalid resume: first \(last, all or split\)$/,
  },
];
for (const { name, path, options, error } of wrong) {
  Deno.test(`wrong: ${name} is one line`, () =>
    inFolder(async (folder) => {
      lay(folder, { "empty/weights.bin": "\0\x01\x02", "empty/a/notes.md": "# notes\n" });
      await assert.rejects(() => readLogs(join(folder, path), options), (thrown: Error) => {
        assert.match(thrown.message, error);
        assert.ok(!thrown.message.includes("\n"));
        return path !== "empty" || (thrown instanceof NoLog && thrown.looked === 2);
      });
    }));
}

Deno.test("a file that vanishes or cannot be read is told, and the others are read", () =>
  inFolder(async (folder) => {
    lay(folder, { "a.csv": KERAS, "b/events.out.tfevents.1.x": EVENTS, "c/metrics.csv": "step,loss\n" });
    const { runs, warnings } = await readLogs(folder);
    assert.deepEqual(runs.map(({ name }) => name), ["a", "b"]);
    assert.deepEqual(warnings.map(({ file }) => file), ["c/metrics.csv"], "a log without values is told");
  }));

Deno.test("reading ends when it is told to", () =>
  inFolder(async (folder) => {
    lay(folder, { "a.csv": KERAS });
    await assert.rejects(
      () => readLogs(folder, { signal: AbortSignal.abort(new Error("enough")) }),
      /enough/,
    );
  }));

Deno.test("every format has a reader of its own", () => {
  assert.equal(new Set(FORMATS).size, FORMATS.length);
  assert.equal(FORMATS.length, 16);
  assert.equal(READERS.length, 12);
});
