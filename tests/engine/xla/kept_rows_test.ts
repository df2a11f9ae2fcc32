import assert from "node:assert/strict";
import type { LoopParts } from "../../../lib/engine/programs/loop_functions.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { rowsAt } from "../../../lib/engine/xla/kernels/gathers.ts";
import { keptRows } from "../../../lib/engine/xla/kept_rows.ts";
import { loopModule } from "../../../lib/engine/xla/loop_module.ts";
import { trace, tracingBackend } from "../../../lib/engine/xla/trace.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

await tf.setBackend("cpu");
const CAPACITY = 8;

function rows(table: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const backend = tracingBackend();
  return backend.made(rowsAt(backend.writing, backend.traceOf(table), backend.traceOf(places)));
}

/** A turn adds its rows of a table to the state, and logs their sum. */
function lookups(
  length: number,
  width: number,
  count: number,
  dtype: "float32" | "int32" = "float32",
): LoopParts {
  const sum = tf.zeros([count, width]), table = tf.zeros([length, width], dtype);
  const places = tf.zeros([count], "int32");
  const turn = trace({ sum, table, places }, (given) => {
    const found = tf.cast(rows(given.table, given.places), "float32");
    return [tf.reshape(tf.sum(found), [1]), tf.add(given.sum, found)];
  });
  return { turn, rows: ["places"], state: ["sum"], report: null, capacity: CAPACITY };
}

const cases: [string, LoopParts, number][] = [
  ["few rows of a large table", lookups(2048, 64, 32), 1],
  ["few rows of a small table", lookups(512, 64, 32), 0],
  ["many rows of a large table", lookups(2048, 64, 256), 0],
  ["rows of whole numbers", lookups(2048, 64, 32, "int32"), 0],
];
for (const [what, parts, count] of cases) {
  Deno.test(`${what}: ${count === 0 ? "as they were" : "written into memory that stays"}`, () => {
    const made = keptRows(parts);
    assert.equal(made.kept.length, count);
    assert.equal(made.turn.nodes.some(({ op }) => op === "stablehlo.dynamic_update_slice"), count > 0);
    if (count === 0) assert.equal(loopModule(made).text, loopModule(parts).text);
    else assert.match(loopModule(made).text, /%now_kept_0: tensor<33x64xf32>/);
  });
}

xlaTest("rows through memory that stays are the rows of the table, turn by turn", async () => {
  const parts = lookups(2048, 64, 32), program = xlaProgram(clientForTests(), parts);
  assert.equal(keptRows(parts).kept.length, 1);
  const table = tf.tensor2d(Float32Array.from({ length: 2048 * 64 }, (_, i) => Math.fround(Math.sin(i))), [
    2048,
    64,
  ]);
  const at = (turn: number, row: number) => (turn * 997 + row * 131) % 2048;
  const places = tf.tensor2d(
    Int32Array.from({ length: CAPACITY * 32 }, (_, i) => at(Math.floor(i / 32), i % 32)),
    [CAPACITY, 32],
    "int32",
  );
  for (const count of [0, 1, CAPACITY]) {
    const state = [tf.zeros([32, 64])];
    const result = await program.run({ count, report: false, rows: { places }, tables: { table }, state });
    const values = table.dataSync(), expected = new Float32Array(32 * 64);
    for (let turn = 0; turn < count; turn++) {
      for (let i = 0; i < expected.length; i++) expected[i] += values[at(turn, i >> 6) * 64 + i % 64];
    }
    assert.deepEqual(result.state[0].dataSync(), expected);
    tf.dispose([...state, ...result.state]);
  }
});
