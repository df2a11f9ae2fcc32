import assert from "node:assert/strict";
import { join } from "node:path";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { examineApart } from "../../lib/engine/examine_apart.ts";
import { pluginPack } from "../../lib/engine/platforms.ts";
import { enginesForAuto } from "../../lib/engine/report.ts";
import { inFolder } from "../in_folder.ts";
import { runChild } from "./run_child.ts";
import { faultyTest } from "./xla/faulty_plugin.ts";
import { pluginForTests, xlaTest } from "./xla/plugin_for_tests.ts";

xlaTest("an engine of XLA's is measured in a process of its own, with its plug-in and devices", async () => {
  const { name, missing, msPerUpdate, plugin } = await examineApart("xla:cpu", {
    library: "/another/engine's.so",
  });
  assert.deepEqual([name, missing], ["xla:cpu", null]);
  assert.ok(msPerUpdate! > 0);
  assert.equal(plugin!.file, pluginForTests!.file);
  assert.ok(plugin!.devices.every(({ kind }) => kind === "cpu") && plugin!.devices.length > 0);
});

/** What is found of an engine whose plug-in a variable names. */
const found = async (engine: string, plugin: string) =>
  JSON.parse(
    (await runChild(
      ["--allow-all"],
      `import { examineApart } from "lib/engine/examine_apart.ts";
console.log(JSON.stringify(await examineApart(${JSON.stringify(engine)}, {})));`,
      { PJRT_PLUGIN_PATH: plugin },
    )).stdout,
  );

faultyTest(
  "a plug-in that crashes is missing, and who asked goes on",
  { in: "PJRT_Client_Create", how: "CRASHES" },
  async (plugin) => {
    const { missing } = await found("xla:cpu", plugin);
    assert.equal(missing, "crashed: signal SIGSEGV (train on another engine)");
  },
);

Deno.test("a variable that names no plug-in is what is missing", async () => {
  const { missing } = await found("xla:cpu", "/nowhere.so");
  const line =
    "no plug-in of XLA at PJRT_PLUGIN_PATH: /nowhere.so (name the library or its folder, or unset it)";
  assert.equal(missing, line);
});

/** What auto chooses from in a home of its own, with variables. */
const auto = async (env: Record<string, string>) =>
  (await runChild(
    ["--allow-all"],
    `import { enginesForAuto } from "lib/engine/report.ts";
console.log((await enginesForAuto({})).join());`,
    { XDG_CACHE_HOME: "/nowhere", DENO_DIR: await denoDir(), PATH: "/nowhere", VIRTUAL_ENV: "", ...env },
  )).stdout;
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

xlaTest("auto takes a third party's plug-in where it was named and TensorFlow is not there", async () => {
  const plugin = pluginForTests!.file;
  assert.equal(await auto({ PJRT_PLUGIN_PATH: "", LIBTENSORFLOW_PATH: "" }), "tensorflow,wasm,cpu");
  assert.equal(
    await auto({ PJRT_PLUGIN_PATH: plugin, LIBTENSORFLOW_PATH: "" }),
    "tensorflow,xla:cpu,wasm,cpu",
  );
  assert.equal(await auto({ PJRT_PLUGIN_PATH: plugin, LIBTENSORFLOW_PATH: plugin }), "tensorflow,wasm,cpu");
});

Deno.test("auto tries a plug-in that a variable names, is it there or not, so that it is told", async () => {
  const wished = await auto({ PJRT_PLUGIN_PATH: "/nowhere.so", LIBTENSORFLOW_PATH: "" });
  assert.equal(wished, "tensorflow,xla:cpu,wasm,cpu");
});

Deno.test("auto has the embedded engine", async () => {
  setEngineChoice("cpu");
  assert.ok((await enginesForAuto({})).includes("wasm"));
});

const signs = ["/dev/nvidia0", "/dev/kfd", "/proc/driver/nvidia/version"];
const shown = await Promise.all(signs.map((path) => Deno.stat(path).then(() => true, () => false)));

Deno.test({
  name: "engines of GPUs are told where a GPU is, or a plug-in for one was installed",
  ignore: shown.includes(true),
  fn: () =>
    inFolder(async (cache) => {
      const pack = pluginPack("rocm"), folder = join(cache, "plateau", pack.folder, pack.below);
      const file = join(folder, pack.file);
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(file, "");
      const gpus = async (env: Record<string, string>) =>
        (await runChild(
          ["--allow-all"],
          `import { enginesHere } from "lib/engine/report.ts";
console.log((await enginesHere()).filter((name) => /cuda|rocm/.test(name)).join());`,
          { XDG_CACHE_HOME: cache, DENO_DIR: await denoDir(), VIRTUAL_ENV: "", PJRT_PLUGIN_PATH: "", ...env },
        )).stdout;
      assert.equal(await gpus({}), "xla:rocm");
      assert.equal(await gpus({ PJRT_PLUGIN_PATH: file }), "");
      assert.equal(await gpus({ XDG_CACHE_HOME: "/nowhere" }), "");
    }),
});
