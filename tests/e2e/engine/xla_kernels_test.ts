import { tf } from "../../../lib/engine/tf.ts";
import { CPU, targetOf } from "../../../lib/engine/xla/target.ts";
import { libtensorflowForTests, startNative } from "../../engine/libtensorflow_for_tests.ts";
import { kernelCases } from "../../engine/xla/kernel_cases.ts";
import { close, onBackend, onXla } from "../../engine/xla/kernel_runs.ts";
import { clientForTests, xlaTest } from "../../engine/xla/plugin_for_tests.ts";

/** Those of a CPU, and where others are written differently theirs too. */
const targets = Object.entries(kernelCases).flatMap(([group, table]) => {
  const differs = ["matrices", "convolutions", "reductions"].includes(group);
  const other = [[group, table, "an accelerator", targetOf("cuda", false)]] as const;
  return [[group, table, "a CPU", CPU] as const, ...(differs ? other : [])];
});
for (const [group, table, device, target] of targets) {
  xlaTest(`${group} as for ${device}: values and gradients are those of cpu and of tensorflow`, async () => {
    const titles = Object.keys(table), cases = Object.values(table);
    await tf.setBackend("cpu");
    const found = await onXla(cases, clientForTests(), target);
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
