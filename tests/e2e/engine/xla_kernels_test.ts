import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import { CPU, targetOf, type XlaTarget } from "../../../lib/engine/xla/target.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { libtensorflowForTests, startNative } from "../../engine/libtensorflow_for_tests.ts";
import { type KernelCase, kernelCases } from "../../engine/xla/kernel_cases.ts";
import { clientForTests, xlaTest } from "../../engine/xla/plugin_for_tests.ts";

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

/** null for what the backend is no reference for. */
const onBackend = (cases: readonly KernelCase[]): (number[][] | null)[] =>
  cases.map((each) =>
    each.only !== undefined && each.only !== tf.getBackend()
      ? null
      : tf.tidy(() => made(each, inputsOf(each)).map((tensor) => [...tensor.dataSync()]))
  );

/** All cases as one program: compiling takes the most of the time. */
async function onXla(cases: readonly KernelCase[], target: XlaTarget): Promise<number[][][]> {
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
  const program = xlaProgram(clientForTests(), { turn, rows: [], state: ["s"], report, capacity: 2 });
  const ran = await program.run({ count: 0, report: true, rows: {}, tables, state: [tf.zeros([1])] });
  let at = 0;
  return counts.map((count) => ran.report.slice(at, at += count).map((values) => [...values]));
}

function close(found: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what);
  found.forEach((value, i) => {
    const tolerance = 2e-5 * Math.max(1, Math.abs(expected[i]));
    const same = Object.is(value, expected[i]) || Math.abs(value - expected[i]) <= tolerance;
    assert.ok(same, `${what}: ${value} at ${i}, expected ${expected[i]}`);
  });
}

/** Those of a CPU, and where others are written differently theirs too. */
const targets = Object.entries(kernelCases).flatMap(([group, table]) => {
  const products = group === "matrices" || group === "convolutions";
  const other = [[group, table, "an accelerator", targetOf("cuda", false)]] as const;
  return [[group, table, "a CPU", CPU] as const, ...(products ? other : [])];
});
for (const [group, table, device, target] of targets) {
  xlaTest(`${group} as for ${device}: values and gradients are those of cpu and of tensorflow`, async () => {
    const titles = Object.keys(table), cases = Object.values(table);
    await tf.setBackend("cpu");
    const found = await onXla(cases, target);
    const references: Record<string, (number[][] | null)[]> = { cpu: onBackend(cases) };
    if (libtensorflowForTests !== null) {
      await startNative();
      await tf.setBackend("tensorflow");
      references.tensorflow = onBackend(cases);
      await tf.setBackend("cpu");
    }
    for (const [backend, expected] of Object.entries(references)) {
      titles.forEach((title, i) =>
        expected[i]?.forEach((values, j) =>
          close(
            found[i][j],
            values,
            `${title}, ${j === 0 ? "value" : `gradient ${j}`}, against ${backend}`,
          )
        )
      );
    }
  });
}
