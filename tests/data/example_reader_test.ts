import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import type { Batch, BatchSource } from "../../lib/data/batch.ts";
import { ExampleReader } from "../../lib/data/example_reader.ts";
import { streamed } from "../../lib/data/streamed.ts";

const LOSS = "softmaxCrossEntropy";
const held = { x: [0, 1], y: [0, 1] };

/** A stream of 20 rows, of which one may be bad, and how often it was opened. */
function counted(bad: number) {
  const seen = { opened: 0 };
  const open = () => {
    seen.opened++;
    return Array.from({ length: 20 }, (_, i) => ({ x: [i === bad ? NaN : i], y: i % 2 }));
  };
  const classes = ["even", "odd"];
  const data = streamed({ open, count: 20, passes: 1, features: 1, classes, validation: held, test: held });
  return { seen, reader: new ExampleReader(batchSource(data, LOSS, 3, batchPlan(20, 2))) };
}

Deno.test("a stream is opened once, whatever is asked again of what was read last", async () => {
  const { seen, reader } = counted(-1);
  const all = await reader.read(0, 8);
  assert.deepEqual(await reader.read(3, 5), all.slice(3), "as after updates that were skipped");
  assert.deepEqual((await reader.read(5, 20)).length, 5, "and on to its end");
  assert.deepEqual(await reader.read(10, 1), []);
  assert.equal(seen.opened, 1);
});

Deno.test("what comes before a row that is none is read, and then that row is told", async () => {
  const { reader } = counted(13);
  assert.equal((await reader.read(0, 10)).length, 6);
  await assert.rejects(() => reader.read(6, 4), /NaN/);
});

Deno.test("slow data does with less: a read takes about 50 ms", async () => {
  const batch: Batch = { count: 1, x: new Float32Array(1), target: new Float32Array(1) };
  const slow: BatchSource = {
    at: () => new Promise((resolve) => setTimeout(() => resolve([batch]), 20)),
    close: () => {},
  };
  const began = performance.now(), read = await new ExampleReader(slow).read(0, 1000);
  assert.ok(read.length >= 1 && read.length <= 4, `${read.length} updates`);
  assert.ok(performance.now() - began < 1000);
});
