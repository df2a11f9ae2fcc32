import assert from "node:assert/strict";
import { loopProgram } from "../../lib/engine/loop_program.ts";
import { record } from "../../lib/engine/record.ts";
import { tf } from "../../lib/engine/tf.ts";
import { nativeTest, startNative } from "./libtensorflow_for_tests.ts";

const CHUNKS = 10_000;

nativeTest("ten thousand chunks leave no tensor, and memory as it was after the first fifth", async () => {
  const binding = await startNative(), capacity = 4;
  const given = {
    w: tf.zeros([32, 8]),
    m: tf.zeros([32, 8]),
    x: tf.ones([capacity, 32]),
    table: tf.ones([8]),
  };
  const first = { ...given, x: tf.ones([32]) };
  const turn = record(binding, first, ({ w, m, x, table }) => {
    const loss = (w: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(tf.dot(x as tf.Tensor1D, w as tf.Tensor2D), table))) as tf.Scalar;
    const moved = tf.add(tf.mul(m, 0.9), tf.grad(loss)(w));
    return [tf.reshape(loss(w), [1]), tf.sub(w, tf.mul(moved, 0.001)), moved];
  });
  const report = record(binding, { w: given.w }, ({ w }) => [tf.sum(w, 0)]);
  const program = loopProgram(binding, { turn, rows: ["x"], state: ["w", "m"], report, capacity }, "xla");
  let state: readonly tf.Tensor[] = [given.w, given.m], before = 0;
  const resident: number[] = [];
  for (let chunk = 1; chunk <= CHUNKS; chunk++) {
    const x = tf.fill([capacity, 32], chunk % 7);
    const result = await program.run({
      count: 1 + chunk % capacity,
      report: chunk % 5 === 0,
      rows: { x },
      tables: { table: given.table },
      state,
    });
    tf.dispose([x, ...state]);
    state = result.state;
    if (chunk === 1) before = binding.getNumOfTensors();
    if (chunk % 100 === 0) resident.push(Deno.memoryUsage().rss);
  }
  assert.equal(binding.getNumOfTensors(), before);
  const settled = resident.slice(resident.length / 5),
    mean = (all: number[]) => all.reduce((a, b) => a + b) / all.length;
  const quarter = settled.length / 4,
    [early, late] = [settled.slice(0, quarter), settled.slice(-quarter)].map(mean);
  // less is no leak: the process frees what tests before left
  assert.ok(late / early < 1.05, `${early / 1e6} to ${late / 1e6} MB`);
  tf.dispose([...state, given.x, given.table, first.x]);
});
