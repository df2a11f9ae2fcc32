/**
 * Whatever is in a file, a reader neither throws nor hangs nor takes more memory than the file warrants, and says where
 * the damage lies. 10,000 mutated files for each format of files (PLATEAU_FUZZ=100000 for as many as that), and a tenth
 * of it for databases, which cost ten times as much to open.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import type { FileHead, LogReader, ParsedLog } from "../../../lib/curves/logged.ts";
import { databaseLogs } from "../../../lib/curves/readers/database_reader.ts";
import { DATABASES, READERS } from "../../../lib/curves/readers/formats.ts";
import { mlflowFiles } from "../../../lib/curves/readers/mlflow_files.ts";
import { plateauFiles } from "../../../lib/curves/readers/plateau_files.ts";
import { readLogs } from "../../../lib/curves/readers/read_logs.ts";
import { allocatedBy, mutated } from "./mutated.ts";

const asked = Number(Deno.env.get("PLATEAU_FUZZ") ?? 0);
const RUNS = Math.max(10_000, asked), DATABASE_RUNS = Math.max(1_000, asked / 10);
/** The suite meets the same files each time; a longer search looks for new ones. */
const search = (runs: number) => asked > 0 ? { numRuns: runs } : { numRuns: runs, seed: 6 };

/** Bytes of columns for one byte of a file, beside what a parser takes however small the file is. */
const PER_BYTE = 32, AT_LEAST = 64 * 1024;
/** Milliseconds for one file. */
const LONGEST = 1000;

const LOGS = fileURLToPath(new URL("../../logs/", import.meta.url));
const sample = (path: string, bytes = 3000) => Deno.readFileSync(LOGS + path).subarray(0, bytes);
const text = (...lines: string[]) => new TextEncoder().encode(lines.join("\n") + "\n");

/** Small whole files of each format. */
const SAMPLES: Record<string, readonly Uint8Array[]> = {
  tensorboard: [
    sample("tensorboard/multi_value_event/events.out.tfevents.1795247828.vm.18832.3"),
    sample("tensorboard/tf2_style/events.out.tfevents.1795247828.vm.18832.2"),
    sample("tensorboard/resumed_purge/events.out.tfevents.1795247831.vm"),
    sample("tensorboard/torch_newstyle/events.out.tfevents.1795247828.vm.18832.1"),
  ],
  wandb: [
    sample("wandb/wandb/offline-run-20261121_075149-run120/run-run120.wandb"),
    sample("wandb/wandb/offline-run-20261121_075149-run120/run-run120.wandb", 9000),
  ],
  transformers: [
    sample("hf/accum/trainer_state.json"),
    text(
      '{"best_metric": null, "epoch": 2.0, "global_step": 20, "max_steps": 20, "num_train_epochs": 2,',
      ' "log_history": [{"epoch": 1.0, "loss": NaN, "step": 10}, {"epoch": 1.0, "eval_loss": 0.5, "step": 10},',
      ' {"epoch": 2.0, "loss": 0.5, "step": 20}], "train_batch_size": 8, "stateful_callbacks": {}}',
    ),
  ],
  keras: [
    sample("keras/resumed_append.csv"),
    text(
      "epoch,accuracy,loss,val_accuracy,val_loss",
      "0,0.5,1.25,NA,NA",
      "1,0.6,nan,0.5,1e+24",
      "2,0.7,0.9,0.6,inf",
    ),
    text("epoch;loss", "0;1", "1;0,5"),
    text('{"loss": [1.5, 1.25, NaN], "val_loss": [2, 1, 0.5]}'),
  ],
  lightning: [
    sample("lightning/a/version_1/metrics.csv"),
    text("epoch,lr-SGD,step,train_loss,val_loss", ",0.05,4,,", "0,,4,1.5,", "0,,9,,0.75", "1,,14,nan,inf"),
  ],
  "wandb-csv": [
    text(
      '"Step","a - loss","a - loss__MIN","a - loss__MAX"',
      '"0","1.5","1.5","1.5"',
      '"10","NaN","",""',
      '"20","1","1","1"',
    ),
  ],
  csv: [
    text("step,time,loss,name", '1,0.5,2.5,"a ""quoted"", one"', "2,0.6,2.25,b", "3,0.7,2,b"),
    text("run,iteration,epoch,val_loss", "a,1,0.1,3", "a,2,0.2,NaN", "b,1,0.1,2.5", "b,2,0.2,"),
  ],
  jsonl: [
    text(
      '{"step": 1, "loss": 0.5, "lr": 1e-3}',
      '{"step": 2, "loss": NaN}',
      '{"step": 3, "val": {"loss": 0.25}}',
    ),
    text('{"epoch":0,"train_loss":1.5}', '{"epoch":1,"train_loss":1.25}', '{"epoch":2,"train_loss":'),
  ],
  nanogpt: [sample("textlogs/nanogpt.txt", 1500)],
  "modded-nanogpt": [
    text(
      "import torch",
      "step:0/100 val_loss:10.8 train_time:0ms step_avg:nanms",
      "step:1/100 train_loss:10.5 train_time:9ms step_avg:9.0ms",
      "step:2/100 train_loss:10.25 train_time:20ms step_avg:10.0ms",
    ),
    sample("textlogs/modded_nanogpt.txt", 1500),
  ],
  "llm.c": [
    text(
      "s:0 tel:1.155000",
      "s:0 trl:1.0297 lr:0.0025 norm:0.48",
      "s:1 trl:0.99 lr:0.005 norm:0.47",
      "s:0 eval:0.25",
    ),
    sample("textlogs/llmc_resumed.log", 1500),
  ],
  "python-dicts": [
    sample("textlogs/hf_console.txt", 1500),
    text(
      "{'loss': 1.5, 'learning_rate': 1e-3, 'epoch': 0.5}",
      "{'eval_loss': nan, 'epoch': 1.0}",
      "{'loss': 1, 'epoch': 2}",
    ),
  ],
};
/** Text is spliced with text of other formats. */
const BINARY = ["tensorboard", "wandb"];
const TEXTS = Object.entries(SAMPLES).flatMap(([format, samples]) => BINARY.includes(format) ? [] : samples);

function assertSound(logs: readonly ParsedLog[], length: number): void {
  for (const { segments, warnings } of logs) {
    for (const { offset, message } of warnings) {
      assert.ok(message.length > 0 && message.length < 1000, message);
      assert.ok(
        offset === null || (Number.isInteger(offset) && offset >= 0 && offset <= length),
        `byte ${offset}`,
      );
    }
    for (const { series } of segments) {
      for (const [tag, { step, ...columns }] of Object.entries(series)) {
        for (const column of Object.values(columns)) assert.equal(column.length, step.length, tag);
        assert.ok(step.every(Number.isFinite), `steps of ${tag}`);
      }
    }
  }
}

/** Runs it, within its time and memory for a file of this length; once more where the machine was busy. */
function within(length: number, act: () => readonly ParsedLog[], tries = 3): void {
  const began = performance.now();
  let logs: readonly ParsedLog[] = [];
  const bytes = allocatedBy(() => logs = act());
  const took = performance.now() - began;
  assertSound(logs, length);
  if (took >= LONGEST && tries > 1) return within(length, act, tries - 1);
  assert.ok(took < LONGEST, `${Math.round(took)} ms`);
  assert.ok(bytes <= AT_LEAST + PER_BYTE * length, `${bytes} bytes for a file of ${length}`);
}

/** Reads in pieces, as a file that grows. */
function parsed(reader: LogReader, file: FileHead, bytes: Uint8Array): ParsedLog[] {
  const parser = reader.parser(file), cut = bytes.length >> 1;
  parser.push(bytes.subarray(0, cut));
  if (cut % 4 === 0) parser.result();
  parser.push(bytes.subarray(cut));
  return parser.result();
}

for (const reader of READERS) {
  const { format } = reader;
  Deno.test(`${format}: mutated files are read or told, in time and memory`, () => {
    let read = 0;
    fc.assert(
      fc.property(mutated(SAMPLES[format], BINARY.includes(format) ? SAMPLES[format] : TEXTS), (bytes) => {
        const file = { path: "run/log", head: bytes };
        reader.recognises(file);
        within(bytes.length, () => {
          const logs = parsed(reader, file, bytes);
          if (logs.some(({ segments }) => segments.some(({ series }) => Object.keys(series).length > 0))) {
            read++;
          }
          return logs;
        });
      }),
      search(RUNS),
    );
    assert.ok(read > RUNS / 20, `only ${read} of them still held values`);
  });
}

Deno.test("every reader can tell whether any mutated file is its own", () => {
  const all = [...new Set(Object.values(SAMPLES).flat())];
  fc.assert(
    fc.property(mutated(all), (head) => {
      for (const reader of READERS) assert.equal(typeof reader.recognises({ path: "a", head }), "boolean");
    }),
    search(RUNS / 10),
  );
});

Deno.test("mlflow: mutated files of a run are read or told, in time and memory", () => {
  const files = ["1000 1.5 1", "2000 nan 2", "3000 -inf 3", "1000 0.5"].map((line) => text(line, line, line));
  const metas = [text("run_id: abc", "run_name: 'a: b'", "status: 3")];
  fc.assert(
    fc.property(mutated(files), mutated(metas), (metric, meta) => {
      within(metric.length + meta.length, () => {
        const { log, warnings } = mlflowFiles([
          { path: "meta.yaml", bytes: meta },
          { path: "metrics/loss", bytes: metric },
          { path: "params/batch_size", bytes: meta },
        ]);
        for (const { offset } of warnings) assert.ok(offset === null || offset <= metric.length);
        return [log];
      });
    }),
    search(RUNS),
  );
});

Deno.test("plateau: mutated files of a training are read or told, in time and memory", () => {
  const updates = new Uint8Array(Float64Array.from({ length: 40 }, (_, i) => i).buffer);
  const line = '{"step":5,"epoch":1,"examples":160,"metrics":{"validation.loss":{"$number":"NaN"},"b":1}}';
  fc.assert(
    fc.property(mutated([updates]), mutated([text(line, line)]), (rows, lines) => {
      within(rows.length + lines.length, () => {
        const { log, warnings } = plateauFiles([
          { path: "updates.f64", bytes: rows },
          { path: "updates.clock.f64", bytes: rows },
          { path: "evaluations.jsonl", bytes: lines },
          { path: "run.json", bytes: lines },
        ]);
        for (const { offset } of warnings) assert.ok(offset === null || offset <= lines.length);
        return [log];
      });
    }),
    search(RUNS),
  );
});

/** What files may be full of. */
const FULL_OF = [
  "[",
  "{",
  '"',
  "'",
  ",",
  "\n",
  "\r\n",
  " ",
  "1",
  "1,",
  "\0",
  "{'",
  '{"a":',
  "a: ",
  "- ",
  "e",
  "\\",
  "0.",
  "\xff",
  "step",
];

for (const reader of READERS) {
  Deno.test(`${reader.format}: a file full of one thing is read or told as soon as any other`, () => {
    for (const [begin] of SAMPLES[reader.format].entries()) {
      for (const thing of FULL_OF) {
        const bytes = joined(SAMPLES[reader.format][begin], text(thing.repeat(100_000 / thing.length)));
        const file = { path: "run/log", head: bytes.subarray(0, 1 << 16) };
        within(bytes.length, () => {
          reader.recognises(file);
          return parsed(reader, file, bytes);
        });
      }
      if (begin === 1) break; // two samples say as much as all
    }
  });
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A small database of a format: pages of 512 bytes, an inner page, and what has overflown. */
function database(format: string): Uint8Array {
  const made = new DatabaseSync(":memory:");
  made.exec("PRAGMA page_size = 512");
  if (format === "trackio") {
    made.exec("CREATE TABLE configs (run_id TEXT, run_name TEXT, config TEXT)");
    made.exec("CREATE TABLE metrics (run_id TEXT, timestamp TEXT, run_name TEXT, step INT, metrics TEXT)");
    made.exec(`INSERT INTO configs VALUES ('a', 'a', '{"batch_size":32,"note":"${"long ".repeat(150)}"}')`);
    for (let i = 0; i < 20; i++) {
      made.exec(
        `INSERT INTO metrics VALUES ('a', '2026-01-01T00:00:${10 + i}Z', 'a', ${i}, '{"loss":${
          1 / (i + 1)
        }}')`,
      );
    }
  } else {
    made.exec("CREATE TABLE runs (run_uuid TEXT, name TEXT, lifecycle_stage TEXT)");
    made.exec("CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT)");
    made.exec(
      "CREATE TABLE metrics (key TEXT, value REAL, timestamp INT, run_uuid TEXT, step INT, is_nan INT)",
    );
    made.exec(`INSERT INTO runs VALUES ('a', 'first', 'active'), ('b', '${"long ".repeat(150)}', 'active')`);
    made.exec("INSERT INTO params VALUES ('batch_size', '32', 'a')");
    for (let i = 0; i < 20; i++) {
      made.exec(`INSERT INTO metrics VALUES ('loss', ${1 / (i + 1)}, ${1000 * i}, 'a', ${i}, ${i % 2})`);
    }
  }
  return (made as unknown as { serialize(): Uint8Array }).serialize();
}

for (const reader of DATABASES) {
  const { format } = reader;
  Deno.test(`${format}: mutated databases are read or told, in time and memory`, () => {
    const whole = database(format);
    assert.equal(databaseLogs(whole, null, [reader]).format, format);
    let read = 0;
    fc.assert(
      fc.property(mutated([whole]), (bytes) => {
        within(bytes.length, () => {
          const { logs, warnings, format } = databaseLogs(bytes, null, [reader]);
          assert.ok(warnings.every(({ offset }) => offset === null));
          if (format !== null) read++;
          return [...logs];
        });
      }),
      search(DATABASE_RUNS),
    );
    assert.ok(read > DATABASE_RUNS / 10, `only ${read} of them were still databases of this format`);
  });
}

Deno.test("a mutated write-ahead log is followed as far as it holds", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const writer = new DatabaseSync(`${folder}/a.db`);
    writer.exec("PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    writer.exec("CREATE TABLE metrics (timestamp TEXT, run_name TEXT, step INT, metrics TEXT)");
    for (let i = 0; i < 8; i++) writer.exec(`INSERT INTO metrics VALUES ('', 'a', ${i}, '{"loss":${i}}')`);
    const [bytes, wal] = ["a.db", "a.db-wal"].map((name) => Deno.readFileSync(`${folder}/${name}`));
    writer.close();
    fc.assert(
      fc.property(mutated([wal]), (wal) => {
        within(bytes.length + wal.length, () => [...databaseLogs(bytes, wal, DATABASES).logs]);
      }),
      search(DATABASE_RUNS),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a folder of mutated files of all kinds, under the names of all kinds, is read as one", async () => {
  const names = [
    "metrics.csv",
    "a.csv",
    "a.jsonl",
    "trainer_state.json",
    "log.txt",
    "main.log",
    "events.out.tfevents.1.a",
    "run.wandb",
    "a.db",
    "hparams.yaml",
  ];
  const all = [...Object.values(SAMPLES).flat(), ...DATABASES.map(({ format }) => database(format))];
  const folder = Deno.makeTempDirSync(), sizes = new Map<string, number>();
  try {
    const files = fc.sample(mutated(all), { numRuns: 400, ...(asked > 0 ? {} : { seed: 6 }) });
    files.forEach((bytes, i) => {
      const path = `${i}/${names[i % names.length]}`;
      Deno.mkdirSync(`${folder}/${i}`);
      Deno.writeFileSync(`${folder}/${path}`, bytes);
      sizes.set(path, bytes.length);
    });
    const { runs, warnings } = await readLogs(folder);
    assert.ok(runs.length > 100);
    assert.equal(new Set(runs.map(({ name }) => name)).size, runs.length);
    for (const { file, offset } of [...runs.flatMap((run) => run.warnings), ...warnings]) {
      assert.ok(sizes.has(file) || offset === null, file);
      assert.ok(offset === null || offset <= sizes.get(file)!, `${file}, byte ${offset}`);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
