import assert from "node:assert/strict";
import fc from "fast-check";
import type { NativeBinding } from "../../../lib/engine/native/binding.ts";
import type { LoopParts, ProgramMode } from "../../../lib/engine/programs/loop_functions.ts";
import { loopProgram, type LoopResult } from "../../../lib/engine/programs/loop_program.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

const MODES: ProgramMode[] = ["xla", "graph"];
const CAPACITY = 8;

/** A turn adds its row to `x` and multiplies `y` by the table; it logs the sum of `x` before. A report is their product. */
function sums(binding: NativeBinding): LoopParts {
  const [x, y, add, table] = [tf.zeros([2]), tf.ones([2]), tf.zeros([2]), tf.zeros([2])];
  const turn = record(binding, { x, y, add, table }, ({ x, y, add, table }) => [
    tf.reshape(tf.sum(x), [1]),
    tf.add(x, add),
    tf.mul(y, table),
  ]);
  const report = record(binding, { x, y, shown: table }, ({ x, y, shown }) => [tf.mul(x, y), tf.sum(shown)]);
  tf.dispose([x, y, add, table]);
  return { turn, rows: ["add"], state: ["x", "y"], report, capacity: CAPACITY };
}
const adds = Array.from({ length: CAPACITY }, (_, i) => [i + 1, -i]);

/** Runs turns from 1 + 1 and 1 × 1, and gives what comes of it as plain numbers. */
async function run(mode: ProgramMode, count: number, report: boolean, table = [2, 3]) {
  const binding = await startNative(), before = binding.getNumOfTensors();
  const program = loopProgram(binding, sums(binding), mode);
  const given = { add: tf.tensor2d(adds), table: tf.tensor1d(table), x: tf.ones([2]), y: tf.ones([2]) };
  const result = await program.run({
    count,
    report,
    rows: { add: given.add },
    tables: { table: given.table, shown: given.table },
    state: [given.x, given.y],
  });
  const values = { ...result, state: result.state.map((tensor) => [...tensor.dataSync()]) };
  assert.deepEqual([...given.x.dataSync()], [1, 1], "the state given stays as it is");
  tf.dispose([...result.state, ...Object.values(given)]);
  assert.equal(binding.getNumOfTensors(), before);
  return values;
}

/** What JavaScript makes of the same turns. */
function expected(count: number) {
  const x = [1, 1], y = [1, 1], log: number[] = [];
  for (const [a, b] of adds.slice(0, count)) {
    log.push(x[0] + x[1]);
    [x[0], x[1], y[0], y[1]] = [x[0] + a, x[1] + b, y[0] * 2, y[1] * 3];
  }
  return { log, state: [x, y], product: [x[0] * y[0], x[1] * y[1]] };
}

for (const mode of MODES) {
  for (const count of [0, 1, 5, CAPACITY]) {
    nativeTest(`${mode}: ${count} of ${CAPACITY} turns log each, and end in their state`, async () => {
      const { log, state, finite, report } = await run(mode, count, false), made = expected(count);
      assert.deepEqual([...log.subarray(0, count)], made.log);
      assert.deepEqual([log.length, state, finite], [CAPACITY, made.state, true]);
      assert.deepEqual(report.map((values) => [...values]), [[0, 0], [0]], "no report was asked for");
    });
    nativeTest(`${mode}: a report after ${count} turns is of the state then`, async () => {
      const { report, state } = await run(mode, count, true), made = expected(count);
      assert.deepEqual(report.map((values) => [...values]), [made.product, [5]]);
      assert.deepEqual(state, made.state);
    });
  }
  for (const odd of [NaN, Infinity, -Infinity]) {
    nativeTest(`${mode}: a state that comes to hold ${odd} is told`, async () => {
      assert.equal((await run(mode, 3, false, [2, odd])).finite, false);
      assert.equal((await run(mode, 0, false, [2, odd])).finite, true, "no turn has been");
    });
  }
}

/** One update of descent by a batch of a table, with slots: enough arithmetic that an order of sums would show. */
function descent(binding: NativeBinding): LoopParts {
  const [w, m, x] = [tf.zeros([16, 4]), tf.zeros([16, 4]), tf.ones([8, 16])];
  const turn = record(binding, { w, m, x }, ({ w, m, x }) => {
    const loss = (w: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)), 1)));
    const moved = tf.add(tf.mul(m, 0.9), tf.grad(loss)(w));
    return [tf.reshape(loss(w) as tf.Scalar, [1]), tf.sub(w, tf.mul(moved, 0.1)), moved];
  });
  tf.dispose([w, m, x]);
  return { turn, rows: ["x"], state: ["w", "m"], report: null, capacity: 16 };
}
for (const mode of MODES) {
  nativeTest(`${mode}: however turns are divided into calls, they end in the same bits`, async () => {
    const binding = await startNative(), program = loopProgram(binding, descent(binding), mode);
    const turns = 16, rows = tf.randomNormal([turns, 8, 16], 0, 1, "float32", 3);
    const first = [tf.randomNormal([16, 4], 0, 1, "float32", 4), tf.zeros([16, 4])];
    const ended = async (calls: readonly number[]) => {
      let state: readonly tf.Tensor[] = first, at = 0;
      const losses: number[] = [];
      for (const count of calls) {
        const x = tf.tidy(() => tf.pad(tf.slice(rows, at, turns - at), [[0, at], [0, 0], [0, 0]]));
        const result: LoopResult = await program.run({
          count,
          report: false,
          rows: { x },
          tables: {},
          state,
        });
        x.dispose();
        if (state !== first) tf.dispose([...state]);
        losses.push(...result.log.subarray(0, count));
        state = result.state;
        at += count;
      }
      const bits = state.map((tensor) => [...new Int32Array((tensor.dataSync() as Float32Array).buffer)]);
      if (state !== first) tf.dispose([...state]);
      return { losses, bits };
    };
    const uncut = await ended([turns]), before = binding.getNumOfTensors();
    const cuts = fc.subarray(Array.from({ length: turns - 1 }, (_, i) => i + 1));
    await fc.assert(
      fc.asyncProperty(cuts, async (cuts) => {
        const calls = [...cuts, turns].map((cut, i) => cut - (cuts[i - 1] ?? 0));
        assert.deepEqual(await ended(calls), uncut);
      }),
      { numRuns: 25 },
    );
    assert.equal(binding.getNumOfTensors(), before);
    tf.dispose([rows, ...first]);
  });
}

/** A loop whose turn does `work` to a vector of four. */
async function loopOf(mode: ProgramMode, work: (x: tf.Tensor1D) => tf.Tensor) {
  const binding = await startNative(), zeros = tf.zeros([4]), x = tf.tensor1d([4, 3, 2, 1]);
  const turn = record(binding, { x: zeros }, ({ x }) => [tf.zeros([1]), work(x as tf.Tensor1D)]);
  zeros.dispose();
  const parts = { turn, rows: [], state: ["x"], report: null, capacity: 2 };
  const tensors = tf.memory().numTensors;
  try {
    const program = loopProgram(binding, parts, mode);
    const { state } = await program.run({ count: 2, report: false, rows: {}, tables: {}, state: [x] });
    const values = [...state[0].dataSync()];
    tf.dispose([...state]);
    return values;
  } finally {
    assert.equal(tf.memory().numTensors, tensors);
    x.dispose();
  }
}
/** The larger of neighbours, by an operation that XLA has none of. */
const dilated = (x: tf.Tensor1D) =>
  tf.reshape(tf.dilation2d(tf.reshape(x, [1, 4, 1, 1]) as tf.Tensor4D, tf.zeros([2, 1, 1]), 1, "same"), [4]);

nativeTest("what XLA refuses is one line, leaves no tensor, and runs as a graph", async () => {
  await assert.rejects(loopOf("xla", dilated), (error: Error) => {
    assert.match(error.message, /^tensorflow: compiled program: .+$/);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  assert.deepEqual(await loopOf("graph", dilated), [4, 3, 2, 1]);
  assert.deepEqual(await loopOf("xla", (x) => tf.add(x, 1)), [6, 5, 4, 3], "the engine lives on");
});

nativeTest("a function that no context knows is one line", async () => {
  const binding = await startNative(), before = binding.getNumOfTensors();
  await assert.rejects(binding.call("no_such_function", [], 1), {
    name: "TensorflowError",
    message: /^tensorflow: compiled program: [^\n]+$/,
  });
  assert.equal(binding.getNumOfTensors(), before);
});

nativeTest("equal programs share their functions, and others have their own", async () => {
  const binding = await startNative();
  let added = 0;
  const counting = new Proxy(binding, {
    get(target, name) {
      if (name === "addFunction") {
        return (bytes: Uint8Array<ArrayBuffer>) => (added++, target.addFunction(bytes));
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const parts = { ...sums(binding), capacity: 3 };
  loopProgram(counting, parts, "xla");
  const first = added;
  assert.ok(first > 0);
  loopProgram(counting, { ...sums(binding), capacity: 3 }, "xla");
  assert.equal(added, first);
});

nativeTest("a call runs beside the event loop", async () => {
  const binding = await startNative();
  const x = tf.randomNormal([300, 300], 0, 0.01, "float32", 1) as tf.Tensor2D;
  const turn = record(
    binding,
    { x },
    ({ x }) => [tf.zeros([1]), tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D)],
  );
  const program = loopProgram(
    binding,
    { turn, rows: [], state: ["x"], report: null, capacity: 512 },
    "graph",
  );
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const { state } = await program.run({ count: 300, report: false, rows: {}, tables: {}, state: [x] });
  clearInterval(timer);
  assert.ok(ticks > 10, `${ticks} turns of the event loop`);
  tf.dispose([x, ...state]);
});

for (const mode of MODES) {
  nativeTest(
    `${mode}: a gather out of range ${
      mode === "graph" ? "says so in one line" : "is why programs that gather are graphs"
    }`,
    async () => {
      const beyond = (x: tf.Tensor1D) => tf.gather(x, tf.cast(x, "int32"));
      if (mode === "xla") return assert.equal((await loopOf(mode, beyond)).length, 4);
      await assert.rejects(
        loopOf(mode, beyond),
        /^TensorflowError: tensorflow: compiled program: .*indices\[0\] = 4 is not in \[0, 4\)[^\n]*$/,
      );
    },
  );
}

nativeTest("a gather out of range is one line at once, too", async () => {
  await startNative();
  const x = tf.tensor1d([1, 2]);
  assert.throws(
    () => tf.gather(x, tf.tensor1d([2], "int32")).dataSync(),
    /^TensorflowError: tensorflow: GatherV2: INVALID_ARGUMENT: indices\[0\] = 2 is not in \[0, 2\)[^\n]*$/,
  );
  assert.deepEqual([...tf.gather(x, tf.tensor1d([1, 0], "int32")).dataSync()], [2, 1]);
  const rows = tf.tensor2d([[1, 2], [3, 4]]);
  assert.deepEqual(tf.gather(rows, tf.tensor2d([[1], [0]], [2, 1], "int32"), 1, 1).arraySync(), [[2], [3]]);
});
