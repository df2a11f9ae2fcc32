import assert from "node:assert/strict";
import { lastWords } from "../../lib/engine/last_words.ts";
import { libtensorflowForTests, nativeTest } from "./libtensorflow_for_tests.ts";
import { runChild } from "./run_child.ts";
import { pluginForTests, xlaTest } from "./xla/plugin_for_tests.ts";

const head = "F0000 00:00:1795362436.889323   19625 parse_flags_from_env.cc";
const cases: [string, string, string][] = [
  ["nothing", "", ""],
  ["its last line", "one\ntwo\n", "two"],
  [
    "its fatal error",
    `W0000 1 2 a.cc:1] slow\nF0000 1 2 b.cc:9] no [memory] left\n  @ 0x1 main`,
    "no [memory] left",
  ],
  ["what a terminal would obey, not", "\x1b[31mred", "\uFFFD[31mred"],
  [
    "an unknown flag",
    `WARNING: early\n${head}:234] Unknown flag in XLA_FLAGS: --xla_nonsense=1`,
    "invalid XLA_FLAGS: --xla_nonsense=1 (mend or unset that variable)",
  ],
  [
    "a flag's value, out of the usage of all flags",
    `${head}:220] Check failed: Flag parsing failed.\nusage: --xla_a=maybe\nFlags:\n\t--xla_hlo=1`,
    "invalid XLA_FLAGS: --xla_a=maybe (mend or unset that variable)",
  ],
  [
    "what is taken as a file of flags",
    `${head}:171] Could not open file "garbage" to read flags for environment variable "XLA_FLAGS". (We assumed`,
    "invalid XLA_FLAGS: garbage (mend or unset that variable)",
  ],
];
for (const [title, stderr, says] of cases) {
  Deno.test(`the last words of a process: ${title}`, () => assert.equal(lastWords(stderr), says));
}

/** What is missing of an engine under flags. */
async function missingUnder(flags: string, engine: string, env: Record<string, string>): Promise<string> {
  const program = `import { examineApart } from "lib/engine/examine_apart.ts";
console.log((await examineApart(${JSON.stringify(engine)}, {})).missing);`;
  return (await runChild(["--allow-all"], program, { XLA_FLAGS: flags, ...env })).stdout;
}
const wrongFlags = (flags: string) =>
  `does not start: invalid XLA_FLAGS: ${flags} (mend or unset that variable)`;

xlaTest("flags that the plug-in does not take are one line with what to do", async () => {
  for (const wrong of ["--xla_nonsense=1", "--xla_cpu_use_thunk_runtime=maybe", "garbage"]) {
    const missing = await missingUnder(wrong, "xla:cpu", { PJRT_PLUGIN_PATH: pluginForTests!.file });
    assert.equal(missing, wrongFlags(wrong));
  }
});

nativeTest("flags that TensorFlow does not take are the same line, and end nobody else", async () => {
  const env = { LIBTENSORFLOW_PATH: libtensorflowForTests!.file };
  const missing = await missingUnder("--xla_nonsense=1", "tensorflow", env);
  assert.equal(missing, wrongFlags("--xla_nonsense=1"));
});
