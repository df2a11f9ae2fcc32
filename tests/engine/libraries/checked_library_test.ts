import assert from "node:assert/strict";
import { join } from "node:path";
import { loadedPart } from "../../../lib/engine/install/loaded_part.ts";
import { ELF_HEAD } from "../../../lib/engine/libraries/elf.ts";
import { chooseEngine } from "../../../server/engine_process.ts";
import { inFolder } from "../../in_folder.ts";
import { runChild } from "../run_child.ts";
import { pluginForTests, xlaTest } from "../xla/plugin_for_tests.ts";
import { madeLibrary } from "./made_library.ts";

const cut = () => {
  const whole = madeLibrary({ behind: 9_000 }), part = loadedPart(whole.subarray(0, ELF_HEAD), whole.length)!;
  const left = whole.slice(0, part.bytes);
  left.set(part.head);
  return left;
};

interface Case {
  title: string;
  library: Uint8Array;
  /** what lies beside it as libtensorflow_framework.so.2 */
  beside?: Uint8Array;
  reason: RegExp;
}
const cases: Case[] = [
  { title: "an empty library", library: new Uint8Array(0), reason: /: is empty \(/ },
  {
    title: "a library for another processor",
    library: madeLibrary({ machine: 183 }),
    reason: /: is for aarch64, and this machine is x86_64 \(/,
  },
  {
    title: "a library that is cut off",
    library: madeLibrary().subarray(0, 400),
    reason: /: is cut off: 0 of 0 MB \(/,
  },
  {
    title: "a library whose companion is cut off",
    library: madeLibrary(),
    beside: madeLibrary().subarray(0, 400),
    reason: /: libtensorflow_framework\.so\.2 beside it is cut off: 0 of 0 MB \(/,
  },
  {
    title: "a library that is too old",
    library: madeLibrary({ version: "2.9.1" }),
    reason: /: is TensorFlow 2\.9\.1, too old \(any TensorFlow 2\.12 to /,
  },
  {
    // it was loaded and asked: its version is new enough, and only then are its other calls missed
    title: "a library without TensorFlow's calls",
    library: cut(),
    reason: /: .*symbol.* \(any TensorFlow 2\.12 to /,
  },
];
const options = { ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64" };

/** Which one is faster is measured: on a machine that is busy either may be. */
const EMBEDDED = /^(wasm|cpu) 4\.22\.0 on CPU.*: fastest of /;

for (const { title, library, beside, reason } of cases) {
  Deno.test(
    `${title} is one line, and auto trains on an engine that is embedded`,
    options,
    () =>
      inFolder(async (folder) => {
        const file = join(folder, "libtensorflow_cc.so.2");
        await Deno.writeFile(file, library);
        if (beside) await Deno.writeFile(join(folder, "libtensorflow_framework.so.2"), beside);
        const program = `
        import { engineText, startEngine } from "lib/engine/engine.ts";
        await startEngine("tensorflow").catch((error) => console.log(error.message));
        console.log(engineText(await startEngine("auto")));`;
        const { code, stdout, stderr } = await runChild(["--allow-all"], program, {
          LIBTENSORFLOW_PATH: folder,
        });
        assert.deepEqual([code, stderr], [0, ""]);
        const [named, auto, ...rest] = stdout.split("\n");
        assert.match(named, /^tensorflow cannot load .*libtensorflow_cc\.so\.2: /);
        assert.match(named, reason);
        assert.match(auto, EMBEDDED);
        assert.match(auto, reason);
        assert.deepEqual(rest, []);
      }),
  );
}

Deno.test(
  "a library that kills the process which tries it is told, and auto trains on an engine that is embedded",
  options,
  () =>
    inFolder(async (folder) => {
      await Deno.writeFile(join(folder, "libtensorflow_cc.so.2"), madeLibrary({ traps: true }));
      await withVariables({ LIBTENSORFLOW_PATH: folder }, async () => {
        const { name, why, offer } = await chooseEngine("auto", join(folder, "engines.json"));
        assert.ok(["wasm", "cpu"].includes(name), name);
        assert.equal(offer, null);
        assert.match(why, /; tensorflow crashed: signal SIGILL \(train on another engine\)$/);
        await assert.rejects(chooseEngine("tensorflow", join(folder, "engines.json")), {
          message: "the engine tensorflow crashed: signal SIGILL (train on another, as --engine wasm)",
        });
      });
    }),
);

/** Acts with variables of this process, which those that it starts inherit. */
async function withVariables(values: Record<string, string>, act: () => Promise<void>): Promise<void> {
  const before = Object.keys(values).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
  try {
    await act();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

xlaTest(
  "an engine that worked, and ends the process that starts it, is told, and auto trains on wasm",
  () =>
    inFolder(async (folder) => {
      const cache = join(folder, "engines.json");
      await withVariables(
        { LIBTENSORFLOW_PATH: "/nowhere", PJRT_PLUGIN_PATH: pluginForTests!.file },
        async () => {
          assert.equal((await chooseEngine("auto", cache)).name, "xla:cpu");
          await withVariables({ XLA_FLAGS: "--xla_nonsense=1" }, async () => {
            const { name, why, settings } = await chooseEngine("auto", cache);
            const line =
              "the native engine ended its process: invalid XLA_FLAGS: --xla_nonsense=1 (mend or unset that " +
              "variable); deno task plateau engines says which one";
            assert.deepEqual([name, why, settings.why], ["wasm", line, line]);
          });
        },
      );
    }),
);
