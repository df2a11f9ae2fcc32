import assert from "node:assert/strict";
import { hostDraws } from "../../../lib/engine/draws.ts";
import { drawNumbers } from "../../../lib/engine/programs/recorded_draws.ts";
import type { LoopParts } from "../../../lib/engine/programs/loop_functions.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { tracedDraws } from "../../../lib/engine/xla/philox.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";
import { xlaPrograms } from "../../../lib/engine/xla/xla_programs.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

await tf.setBackend("cpu");
const CAPACITY = 8;

/** A turn adds its row to `x` and multiplies `y` by the table; it logs the sum of `x` before. A report is their product. */
function sums(): LoopParts {
  const one = tf.ones([2]);
  const turn = trace({ x: one, y: one, add: one, table: one }, ({ x, y, add, table }) => [
    tf.reshape(tf.sum(x), [1]),
    tf.add(x, add),
    tf.mul(y, table),
  ]);
  const report = trace({ x: one, y: one, shown: one }, ({ x, y, shown }) => [tf.mul(x, y), tf.sum(shown)]);
  return { turn, rows: ["add"], state: ["x", "y"], report, capacity: CAPACITY };
}

xlaTest("turns log each and end in their state, and a report is of the state then", async () => {
  const program = xlaProgram(clientForTests(), sums());
  for (const count of [0, 1, 5, CAPACITY]) {
    for (const report of [false, true]) {
      const before = tf.memory().numTensors;
      const add = tf.tensor2d(Array.from({ length: CAPACITY }, (_, i) => [i + 1, -i])),
        table = tf.tensor1d([2, 3]);
      const given = [tf.ones([2]), tf.ones([2])];
      const running = program.run({
        count,
        report,
        rows: { add },
        tables: { table, shown: table },
        state: given,
      });
      add.dispose(); // as trainings do, which make the next rows meanwhile
      const result = await running;
      const x = [1, 1], y = [1, 1], log: number[] = [];
      for (let i = 0; i < count; i++) {
        log.push(x[0] + x[1]);
        [x[0], x[1], y[0], y[1]] = [x[0] + i + 1, x[1] - i, y[0] * 2, y[1] * 3];
      }
      assert.deepEqual([...result.log.subarray(0, count)], log);
      assert.deepEqual(result.state.map((tensor) => [...tensor.dataSync()]), [x, y]);
      assert.deepEqual(
        given.map((tensor) => [...tensor.dataSync()]),
        [[1, 1], [1, 1]],
        "they stay as they are",
      );
      const shown = report ? [[x[0] * y[0], x[1] * y[1]], [5]] : [[0, 0], [0]];
      assert.deepEqual(result.report.map((values) => [...values]), shown);
      tf.dispose([table, ...given, ...result.state]);
      assert.equal(tf.memory().numTensors, before);
    }
  }
});

xlaTest("a count that the program has no rows for is refused, and nothing runs", async () => {
  const program = xlaProgram(clientForTests(), sums()), table = tf.ones([2]);
  const request = {
    report: false,
    rows: { add: tf.ones([CAPACITY, 2]) },
    tables: { table, shown: table },
    state: [tf.ones([2]), tf.ones([2])],
  };
  for (const count of [CAPACITY + 1, -1, 1.5, NaN]) {
    await assert.rejects(program.run({ ...request, count }), {
      name: "RangeError",
      message: `invalid count: ${count} (0 to 8, the program's capacity)`,
    });
  }
});

xlaTest("turns that are known when it is compiled are those that would be given, to the bit", async () => {
  const program = xlaProgram(clientForTests(), sums());
  const add = tf.randomNormal([CAPACITY, 2], 0, 1, "float32", 5), table = tf.tensor1d([0.3, 0.7]);
  for (const count of [0, 1, 2, 5, CAPACITY]) {
    const request = {
      count,
      report: true,
      rows: { add },
      tables: { table, shown: table },
      state: [tf.ones([2]), tf.ones([2])],
    };
    const known = xlaProgram(clientForTests(), sums(), count);
    const [given, same] = [await program.run(request), await known.run(request)];
    assert.deepEqual(same.log.subarray(0, count), given.log.subarray(0, count));
    assert.deepEqual([same.report, same.finite], [given.report, given.finite]);
    assert.deepEqual(same.state.map((each) => each.dataSync()), given.state.map((each) => each.dataSync()));
    await assert.rejects(known.run({ ...request, count: count + 1 }), {
      name: "RangeError",
      message: `invalid count: ${count + 1} (the program was made for ${count})`,
    });
  }
});

xlaTest("a table is as long as it is, whatever was recorded", async () => {
  const turn = trace(
    { s: tf.zeros([1]), places: tf.zeros([2], "int32"), all: tf.zeros([1, 3]) },
    (inputs) => {
      const rows = xlaPrograms(clientForTests()).rows(inputs.all, inputs.places);
      return [tf.reshape(tf.sum(rows, 1), [2]), inputs.s];
    },
  );
  const parts = { turn, rows: ["places"], state: ["s"], report: null, capacity: 2 };
  const program = xlaProgram(clientForTests(), parts);
  for (const length of [5, 9]) {
    const all = tf.reshape(tf.range(0, 3 * length), [length, 3]);
    const places = tf.tensor2d([[length - 1, 0], [2, 2]], [2, 2], "int32");
    const request = { count: 2, report: false, rows: { places }, tables: { all }, state: [tf.zeros([1])] };
    const sum = (row: number) => 9 * row + 3;
    assert.deepEqual([...(await program.run(request)).log], [length - 1, 0, 2, 2].map(sum));
  }
});

for (const odd of [NaN, Infinity, -Infinity]) {
  xlaTest(`a state on a device that comes to hold ${odd} is told`, async () => {
    const program = xlaProgram(clientForTests(), sums()), add = tf.zeros([CAPACITY, 2]);
    const request = { report: false, rows: { add }, state: [tf.ones([2]), tf.ones([2])] };
    const table = tf.tensor1d([2, odd]), tables = { table, shown: table };
    assert.equal((await program.run({ ...request, tables, count: 3 })).finite, false);
    assert.equal((await program.run({ ...request, tables, count: 0 })).finite, true, "no turn has been");
  });
}

xlaTest("the state of a call is the next one's, however turns are divided into calls", async () => {
  const w = tf.zeros([16, 4]), x = tf.ones([8, 16]);
  const turn = trace({ w, m: w, x }, ({ w, m, x }) => {
    const loss = (w: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)), 1)));
    const moved = tf.add(tf.mul(m, 0.9), tf.grad(loss)(w));
    return [tf.reshape(loss(w) as tf.Scalar, [1]), tf.sub(w, tf.mul(moved, 0.1)), moved];
  });
  const parts = { turn, rows: ["x"], state: ["w", "m"], report: null, capacity: 16 };
  const program = xlaProgram(clientForTests(), parts),
    rows = tf.randomNormal([16, 8, 16], 0, 1, "float32", 3);
  const ended = async (calls: readonly number[]) => {
    let state: readonly tf.Tensor[] = [tf.randomNormal([16, 4], 0, 1, "float32", 4), tf.zeros([16, 4])],
      at = 0;
    for (const count of calls) {
      const own = tf.pad(tf.slice(rows, at, 16 - at), [[0, at], [0, 0], [0, 0]]);
      ({ state } = await program.run({ count, report: false, rows: { x: own }, tables: {}, state }));
      at += count;
    }
    return state.map((tensor) => [...new Int32Array((tensor.dataSync() as Float32Array).buffer)]);
  };
  const uncut = await ended([16]);
  for (const calls of [[1, 15], [5, 5, 6], new Array(16).fill(1)]) {
    assert.deepEqual(await ended(calls), uncut);
  }
});

xlaTest("random numbers on a device are those of JavaScript, to the bit", async () => {
  const cases: [seed: number, update: number, purpose: string, size: number, rate: number][] = [
    [7, 1, "dropout", 10, 0.5],
    [2 ** 40 + 3, 2 ** 33 + 5, "dropout of layer 1 in batch 0", 33, 0.1],
    [0, 0, "", 4, 0],
    [2 ** 53 - 1, 3, "other", 7, 0.999],
  ];
  for (const [seed, update, purpose, size, rate] of cases) {
    const numbers = tf.tensor1d([...drawNumbers(seed, update)], "int32");
    const turn = trace({ s: tf.zeros([1]), numbers }, ({ s, numbers }) => [
      tracedDraws(numbers as tf.Tensor1D).kept(purpose, [size], rate),
      s,
    ]);
    const parts = { turn, rows: [], state: ["s"], report: null, capacity: 2 };
    const { log } = await xlaProgram(clientForTests(), parts)
      .run({ count: 1, report: false, rows: {}, tables: { numbers }, state: [tf.zeros([1])] });
    assert.deepEqual([...log.subarray(0, size)], [
      ...hostDraws(seed, update).kept(purpose, [size], rate).dataSync(),
    ]);
  }
});
