import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { steadyMemory } from "../../../lib/engine/libraries/steady_memory.ts";
import type { Programs } from "../../../lib/engine/programs/programs.ts";
import { tensorflowPrograms } from "../../../lib/engine/programs/tensorflow_programs.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { tracingBackend } from "../../../lib/engine/xla/trace.ts";
import { xlaPrograms } from "../../../lib/engine/xla/xla_programs.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";
import { clientForTests, xlaTest } from "../xla/plugin_for_tests.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const CHUNKS = 10_000;

/** @param held how many tensors the engine has */
async function runsWithoutLeak(programs: Programs, held: () => number): Promise<void> {
  const capacity = 4;
  const given = {
    w: tf.zeros([32, 8]),
    m: tf.zeros([32, 8]),
    x: tf.ones([capacity, 32]),
    table: tf.ones([8]),
  };
  const first = { ...given, x: tf.ones([32]) };
  const turn = programs.record(first, ({ w, m, x, table }) => {
    const loss = (w: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(tf.dot(x as tf.Tensor1D, w as tf.Tensor2D), table))) as tf.Scalar;
    const moved = tf.add(tf.mul(m, 0.9), tf.grad(loss)(w));
    return [tf.reshape(loss(w), [1]), tf.sub(w, tf.mul(moved, 0.001)), moved];
  });
  const report = programs.record({ w: given.w }, ({ w }) => [tf.sum(w, 0)]);
  const program = programs.program({ turn, rows: ["x"], state: ["w", "m"], report, capacity }, "xla");
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
      donate: chunk % 2 === 0,
    });
    tf.dispose([x, ...state]);
    state = result.state;
    if (chunk === 1) before = held();
    if (chunk % 500 > 0) continue;
    collect(); // JavaScript's heap grows until it has to
    resident.push(Deno.memoryUsage().rss);
  }
  assert.equal(held(), before);
  const settled = resident.slice(resident.length / 5),
    mean = (all: number[]) => all.reduce((a, b) => a + b) / all.length;
  const quarter = settled.length / 4,
    [early, late] = [settled.slice(0, quarter), settled.slice(-quarter)].map(mean);
  // less is no leak: the process frees what tests before left
  assert.ok(late / early < 1.05, `${early / 1e6} to ${late / 1e6} MB`);
  tf.dispose([...state, given.x, given.table, first.x]);
}

const sentence = "ten thousand chunks leave no tensor, and memory as it was after the first fifth";

nativeTest(`${sentence}, on tensorflow`, async () => {
  const binding = await startNative();
  await runsWithoutLeak(tensorflowPrograms(binding), () => binding.getNumOfTensors());
});

xlaTest(`${sentence}, on xla`, async () => {
  steadyMemory(); // as the engine does
  await tf.setBackend("cpu");
  await runsWithoutLeak(xlaPrograms(clientForTests()), () => tracingBackend().numDataIds());
});
