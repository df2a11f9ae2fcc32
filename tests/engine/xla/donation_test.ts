import assert from "node:assert/strict";
import type { LoopParts } from "../../../lib/engine/programs/loop_functions.ts";
import type { LoopProgram } from "../../../lib/engine/programs/loop_program.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { trace, tracingBackend } from "../../../lib/engine/xla/trace.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

await tf.setBackend("cpu");
const CAPACITY = 4;

/** Two vectors that move each other; the sum of one is logged, and both are reported. */
function moving(size: number): LoopParts {
  const vector = tf.zeros([size]), one = tf.scalar(0);
  const turn = trace({ w: vector, m: vector, rate: one }, ({ w, m, rate }) => {
    const moved = tf.add(tf.mul(m, 0.9), tf.sin(w));
    return [tf.reshape(tf.sum(w), [1]), tf.sub(w, tf.mul(moved, rate)), moved];
  });
  const report = trace({ w: vector, m: vector }, ({ w, m }) => [tf.sum(tf.mul(w, m))]);
  return { turn, rows: ["rate"], state: ["w", "m"], report, capacity: CAPACITY };
}
const rate = tf.tensor1d([0.5, 0.25, 0.125, 0.1]);

/** Some calls one after another: all that they log and report, and the last state. */
async function bits(program: LoopProgram, size: number, donate: boolean): Promise<number[]> {
  let state: readonly tf.Tensor[] = [tf.randomNormal([size], 0, 1, "float32", 3), tf.zeros([size])];
  const told: number[] = [];
  for (const count of [4, 1, 0, 3]) {
    const result = await program.run({ count, report: true, rows: { rate }, tables: {}, state, donate });
    tf.dispose([...state]);
    state = result.state;
    told.push(...result.log.subarray(0, count), ...result.report[0]);
  }
  for (const tensor of state) told.push(...await tensor.data());
  tf.dispose([...state]);
  return [...new Int32Array(Float32Array.from(told).buffer)];
}

xlaTest("a state that is donated ends in the same bits as one that is kept", async () => {
  const program = xlaProgram(clientForTests(), moving(33)), before = tf.memory().numTensors;
  assert.deepEqual(await bits(program, 33, true), await bits(program, 33, false));
  assert.equal(tf.memory().numTensors, before);
});

xlaTest("a state that was donated is of no use afterwards; one that somebody else holds stays", async () => {
  const program = xlaProgram(clientForTests(), moving(2));
  const w = tf.tensor1d([1, 2]), m = tf.zeros([2]), held = tf.clone(m);
  const run = (state: readonly tf.Tensor[]) =>
    program.run({ count: 2, report: false, rows: { rate }, tables: {}, state, donate: true });
  const { state } = await run([w, m]);
  assert.throws(() => w.dataSync(), { name: "PjrtError", reason: "it was freed or donated" });
  await assert.rejects(run([w, m]), { name: "PjrtError", reason: "it was freed or donated" });
  assert.deepEqual([...held.dataSync()], [0, 0]);
  const [same] = state, kept = [...same.dataSync()];
  tf.dispose((await run([same, same])).state as tf.Tensor[]);
  assert.deepEqual([...same.dataSync()], kept, "it was given as two");
  tf.dispose([w, m, held, ...state]);
});

/** Where the values of a tensor are. */
function placeOf(tensor: tf.Tensor): bigint {
  const { plugin } = clientForTests(), { handle } = tracingBackend().bufferOf(tensor, clientForTests());
  return plugin.call("PJRT_Buffer_UnsafePointer", [handle, 0]).at(1);
}

xlaTest("a state that is donated takes no memory beside the next one, which is in its place", async () => {
  const size = 100_000, program = xlaProgram(clientForTests(), moving(size));
  for (const donate of [true, false]) {
    const state = [tf.zeros([size]), tf.ones([size])], places = state.map(placeOf);
    const next = await program.run({ count: 3, report: false, rows: { rate }, tables: {}, state, donate });
    assert.deepEqual(next.state.map((tensor, i) => placeOf(tensor) === places[i]), [donate, donate]);
    tf.dispose([...state, ...next.state]);
  }
});
