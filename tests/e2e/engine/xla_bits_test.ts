import assert from "node:assert/strict";
import { engineNow } from "../../../lib/engine/engine.ts";
import type { EngineName } from "../../../lib/engine/engine_choice.ts";
import { programsOf } from "../../../lib/engine/programs_of.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { libtensorflowForTests } from "../../engine/libtensorflow_for_tests.ts";
import { xlaTest } from "../../engine/xla/plugin_for_tests.ts";
import { startFor } from "../../training/compiled_updates_cases.ts";

type Work = (x: tf.Tensor) => tf.Tensor;
const rows: Readonly<Record<string, readonly [number, number]>> = {
  "few rows": [32, 128],
  "a row less than is large": [63, 512],
  "as many as is large": [64, 512],
  "rows of a large batch": [128, 512],
  "a number of rows that is odd": [131, 512],
  "more rows than are added in a row": [512, 512],
  "many short rows": [2048, 16],
  "few long rows": [16, 4096],
};
const columns: Readonly<Record<string, Work>> = {
  "as they are": (x) => x,
  "of a relu's gradient": (x) => tf.where(tf.greater(x, 0.1), x, tf.zerosLike(x)),
  "of products": (x) => tf.mul(x, tf.exp(x)),
  "of squares": (x) => tf.square(x),
  "of shares": (x) => tf.div(x, 3),
  "of products turned around": (x) => tf.neg(tf.mul(x, 0.7)),
  "of sums": (x) => tf.add(tf.square(x), x),
};
/** Operations, and the shape that they are tried on. */
const cases: Record<string, readonly [shape: readonly number[], of: Work]> = {
  "means of columns": [[128, 512], (x) => tf.mean(x, 0)],
  "variances of columns": [[512, 128], (x) => tf.moments(x, 0).variance],
  "sums of squares": [[784, 512], (x) => tf.sum(tf.square(x))],
  "sums of rows": [[128, 512], (x) => tf.sum(x, 1)],
  softmax: [[128, 512], (x) => tf.softmax(x)],
  ...Object.fromEntries(
    Object.entries({
      elu: tf.elu,
      exp: tf.exp,
      expm1: tf.expm1,
      sigmoid: tf.sigmoid,
      softplus: tf.softplus,
      tanh: tf.tanh,
    }).map(([what, of]) => [what, [[65, 33], (x: tf.Tensor) => of(tf.mul(x, 12))] as const]),
  ),
};
for (const [size, shape] of Object.entries(rows)) {
  for (const [what, of] of Object.entries(columns)) {
    // in one loop with its sum a square is rounded once, or twice, as each version of XLA has it
    if (what === "of squares" && shape[0] <= 32) continue;
    cases[`sums of columns ${what}, ${size}`] = [shape, (x) => tf.sum(of(x), 0)];
  }
}

/** Numbers between −1 and 1, the same each time. */
function numbers(shape: readonly number[]): tf.Tensor {
  let word = 7;
  const next = () => (word = (Math.imul(word, 1103515245) + 12345) >>> 0) / 2 ** 31 - 1;
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, next), [...shape]);
}

/** What all cases come to on an engine, as one program each. */
async function found(name: EngineName): Promise<Record<string, Float32Array>> {
  await startFor(name);
  const programs = (await programsOf(engineNow()!.name))!, all: Record<string, Float32Array> = {};
  const turn = programs.record({ s: tf.zeros([1]) }, ({ s }) => [tf.zeros([1]), tf.add(s, 1)]);
  for (const [what, [shape, of]] of Object.entries(cases)) {
    const x = numbers(shape), report = programs.record({ x }, ({ x }) => [of(x)]);
    const program = programs.program({ turn, rows: [], state: ["s"], report, capacity: 2 }, "xla");
    const state = [tf.zeros([1])];
    const ran = await program.run({ count: 0, report: true, rows: {}, tables: { x }, state });
    tf.dispose([x, ...state, ...ran.state]);
    all[what] = ran.report[0];
  }
  return all;
}

xlaTest("what networks compute has the bits of tensorflow, however many numbers are summed", async () => {
  if (libtensorflowForTests === null) return;
  const expected = await found("tensorflow"), mine = await found("xla:cpu");
  const differing = Object.keys(cases).flatMap((what) => {
    const count = mine[what].filter((value, i) => value !== expected[what][i]).length;
    return count === 0 ? [] : [`${what}: ${count} of ${mine[what].length}`];
  });
  assert.deepEqual(differing, []);
});
