import assert from "node:assert/strict";
import { runChild } from "../../engine/run_child.ts";
import { pluginForTests, xlaTest } from "../../engine/xla/plugin_for_tests.ts";

xlaTest("auto trains on XLA where it is the fastest, and says why", async () => {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
  const { stdout } = await runChild(
    ["--allow-all"],
    `import { engineText, startEngine } from "lib/engine/engine.ts";
console.log(engineText(await startEngine("auto")));
Deno.exit(0);`,
    {
      ...{ XDG_CACHE_HOME: "/nowhere", DENO_DIR: denoDir, PATH: "/nowhere", VIRTUAL_ENV: "" },
      ...{ PJRT_PLUGIN_PATH: pluginForTests!.file, LIBTENSORFLOW_PATH: "" },
    },
  );
  assert.match(
    stdout,
    /^xla:cpu \d+\.\d+ on CPU: fastest of xla:cpu [\d.]+, .* ms an update; tensorflow not installed \(/,
  );
});
