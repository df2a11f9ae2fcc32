import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import { loopModule } from "../../../lib/engine/xla/loop_module.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";

await tf.setBackend("cpu");
const x = tf.tensor1d([1, 2]);

Deno.test("what is traced is written, the same of the same once, and the backend stays", () => {
  const { nodes, results } = trace({ x }, ({ x }) => [tf.mul(tf.exp(x), tf.exp(x)), x]);
  assert.deepEqual(nodes.map(({ op }) => op), ["stablehlo.exponential", "stablehlo.multiply"]);
  assert.deepEqual(results.map(({ from }) => from), ["n1:0", "x"]);
  assert.equal(tf.getBackend(), "cpu");
  assert.deepEqual([...x.dataSync()], [1, 2]);
});

const refused: [string, (x: tf.Tensor) => tf.Tensor, string][] = [
  [
    "values that are read",
    (x) => tf.scalar(x.dataSync()[0]),
    "the values of a tensor are read while it is computed (use tensor operations)",
  ],
  [
    "a kernel that is missing",
    (x) => tf.acosh(x),
    "xla has no kernel for Acosh (the engine tensorflow has more of them)",
  ],
  [
    "strings",
    (x) => tf.add(x, tf.concat([tf.tensor1d(["a"]), tf.tensor1d(["b"])])),
    "xla has no tensors of string (encode them as numbers)",
  ],
];
for (const [title, work, message] of refused) {
  Deno.test(`${title} are one line, and the backend stays`, () => {
    assert.throws(() => trace({ x }, ({ x }) => [work(x)]), { name: "NotRecordable", message });
    assert.equal(tf.getBackend(), "cpu");
    assert.deepEqual([...tf.square(x).dataSync()], [1, 4]);
  });
}

Deno.test("a trace leaves no tensor behind, but for those from before", () => {
  const before = tf.memory().numTensors, outside = tf.tensor1d([3, 4]);
  const { nodes } = trace({ x }, ({ x }) => [tf.keep(tf.add(x, outside)), tf.variable(x)]);
  assert.deepEqual(nodes.map(({ op }) => op), ["Const", "stablehlo.add"]);
  assert.deepEqual([...outside.dataSync()], [3, 4]);
  outside.dispose();
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("a loop is one module: rows by turn, tables as they are, state from turn to turn", () => {
  const turn = trace({ x, row: tf.zeros([2]), table: tf.zeros([2]) }, ({ x, row, table }) => [
    tf.reshape(tf.sum(x), [1]),
    tf.add(tf.mul(x, table), row),
  ]);
  const { text, turnTables, reportTables, made } = loopModule({
    turn,
    rows: ["row"],
    state: ["x"],
    report: trace({ x, all: tf.zeros([3]) }, ({ x, all }) => [tf.concat([x, all])]),
    capacity: 8,
  });
  assert.deepEqual([turnTables, reportTables], [["table"], ["all"]]);
  assert.deepEqual(made.map(({ shape }) => [...shape]), [[8, 1], [], [5], [2]]);
  assert.match(text, /^module @plateau \{\nfunc\.func @main\(%count: tensor<i32>, %reporting: tensor<i1>, /);
  assert.match(
    text,
    /%in_row: tensor<8x2xf32>, %in_table: tensor<2xf32>, %in_x: tensor<2xf32> \{tf.aliasing_output = 3 : i32\}, %in_all: tensor<3xf32>/,
  );
});
