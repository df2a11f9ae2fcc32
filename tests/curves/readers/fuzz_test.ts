/**
 * 2,000 mutated files of each format (10,000 in e2e; PLATEAU_FUZZ=100000 for as many as that), a tenth of it for
 * databases, and files that are full of one thing.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DATABASES, READERS } from "../../../lib/curves/readers/formats.ts";
import { readLogs } from "../../../lib/curves/readers/read_logs.ts";
import { database, SAMPLES, text } from "./fuzz_samples.ts";
import {
  fuzzedDatabasesTest,
  fuzzedFilesTest,
  fuzzedFoldersTest,
  parsed,
  type Search,
  within,
} from "./fuzzed.ts";
import { mutated } from "./mutated.ts";

const asked = Number(Deno.env.get("PLATEAU_FUZZ") ?? 0);
const upTo: Search = (numRuns) => asked > 0 ? { numRuns } : { numRuns, seed: 6 };

const runs = asked || 2_000;
fuzzedFilesTest(runs, upTo);
fuzzedFoldersTest(runs, upTo);
fuzzedDatabasesTest(runs / 10, upTo);

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
