/** Cases of kernels on the backends that run one by one, and as one program of XLA. */
import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import type { PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import type { XlaTarget } from "../../../lib/engine/xla/target.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import type { KernelCase } from "./kernel_cases.ts";

/** Numbers without ties, the same each time. */
function numbers(size: number, seed: number, from: number, to: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => from + (to - from) * (((i + 1) * 0.618034 + seed * 0.37) % 1),
  );
}
const inputsOf = ({ shapes, from = -2, to = 2 }: KernelCase) =>
  shapes.map((shape, i) => tf.tensor(numbers(tf.util.sizeFromShape([...shape]), i, from, to), [...shape]));

/** The value, then the gradient of its weighted sum by each input. */
function made({ of, gradient = true }: KernelCase, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const value = of(...inputs);
  if (!gradient) return [value];
  const weighted = (...given: tf.Tensor[]) => {
    const y = of(...given), weights = tf.reshape(tf.range(1, y.size + 1), y.shape);
    return tf.sum(tf.mul(y, tf.cos(weights)));
  };
  return [value, ...tf.grads(weighted)([...inputs])];
}

/** On the backend that is current; null for what it is no reference for. */
export const onBackend = (cases: readonly KernelCase[]): (number[][] | null)[] =>
  cases.map((each) =>
    each.only !== undefined && each.only !== tf.getBackend()
      ? null
      : tf.tidy(() => made(each, inputsOf(each)).map((tensor) => [...tensor.dataSync()]))
  );

/** All cases as one program: compiling takes the most of the time. */
export async function onXla(
  cases: readonly KernelCase[],
  client: PjrtClient,
  target: XlaTarget,
): Promise<number[][][]> {
  const given = cases.map(inputsOf);
  const tables = Object.fromEntries(
    given.flatMap((list, i) => list.map((tensor, j) => [`x${i}_${j}`, tensor])),
  );
  const turn = trace({ s: tf.zeros([1]) }, ({ s }) => [s, tf.add(s, 1)]);
  const counts: number[] = [];
  const report = trace(tables, (inputs) =>
    cases.flatMap((each, i) => {
      const results = made(each, given[i].map((_, j) => inputs[`x${i}_${j}`]));
      counts.push(results.length);
      return results;
    }), target);
  const program = xlaProgram(client, { turn, rows: [], state: ["s"], report, capacity: 2 });
  const ran = await program.run({ count: 0, report: true, rows: {}, tables, state: [tf.zeros([1])] });
  let at = 0;
  return counts.map((count) => ran.report.slice(at, at += count).map((values) => [...values]));
}

/** @param within share of a number, and of 1 where it is smaller */
export function close(
  found: readonly number[],
  expected: readonly number[],
  what: string,
  within = 2e-5,
): void {
  assert.equal(found.length, expected.length, what);
  found.forEach((value, i) => {
    const tolerance = within * Math.max(1, Math.abs(expected[i]));
    const same = Object.is(value, expected[i]) || Math.abs(value - expected[i]) <= tolerance;
    assert.ok(same, `${what}: ${value} at ${i}, expected ${expected[i]}`);
  });
}
