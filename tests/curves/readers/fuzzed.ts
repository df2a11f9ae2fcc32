/** Whatever is in a file, a reader neither throws nor hangs nor takes more memory than the file warrants, and says where the damage lies. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { FileHead, LogReader, ParsedLog } from "../../../lib/curves/logged.ts";
import { databaseLogs } from "../../../lib/curves/readers/database_reader.ts";
import { DATABASES, READERS } from "../../../lib/curves/readers/formats.ts";
import { mlflowFiles } from "../../../lib/curves/readers/mlflow_files.ts";
import { plateauFiles } from "../../../lib/curves/readers/plateau_files.ts";
import { BINARY, database, SAMPLES, text, TEXTS } from "./fuzz_samples.ts";
import { allocatedBy, mutated } from "./mutated.ts";

/** Bytes of columns for one byte of a file, beside what a parser takes however small the file is. */
const PER_BYTE = 32, AT_LEAST = 64 * 1024;
/** Milliseconds for one file. */
const LONGEST = 1000;

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
export function within(length: number, act: () => readonly ParsedLog[], tries = 3): void {
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
export function parsed(reader: LogReader, file: FileHead, bytes: Uint8Array): ParsedLog[] {
  const parser = reader.parser(file), cut = bytes.length >> 1;
  parser.push(bytes.subarray(0, cut));
  if (cut % 4 === 0) parser.result();
  parser.push(bytes.subarray(cut));
  return parser.result();
}

/** The suite meets the same files each time; a longer search looks for new ones. */
export type Search = (runs: number) => { numRuns: number; seed?: number };

/** @param runs files of each format */
export function fuzzedFilesTest(runs: number, upTo: Search): void {
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
        upTo(runs),
      );
      assert.ok(read > runs / 20, `only ${read} of them still held values`);
    });
  }

  Deno.test("every reader can tell whether any mutated file is its own", () => {
    const all = [...new Set(Object.values(SAMPLES).flat())];
    fc.assert(
      fc.property(mutated(all), (head) => {
        for (const reader of READERS) assert.equal(typeof reader.recognises({ path: "a", head }), "boolean");
      }),
      upTo(runs / 10),
    );
  });
}

/** @param runs runs of each kind that is a folder of files */
export function fuzzedFoldersTest(runs: number, upTo: Search): void {
  Deno.test("mlflow: mutated files of a run are read or told, in time and memory", () => {
    const files = ["1000 1.5 1", "2000 nan 2", "3000 -inf 3", "1000 0.5"].map((line) =>
      text(line, line, line)
    );
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
      upTo(runs),
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
      upTo(runs),
    );
  });
}

/** @param runs files of each format: they cost ten times as much to open */
export function fuzzedDatabasesTest(runs: number, upTo: Search): void {
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
        upTo(runs),
      );
      assert.ok(read > runs / 10, `only ${read} of them were still databases of this format`);
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
        upTo(runs),
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}
