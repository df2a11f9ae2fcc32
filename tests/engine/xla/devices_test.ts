import assert from "node:assert/strict";
import { heldText, PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import { PjrtPlugin } from "../../../lib/engine/xla/pjrt_plugin.ts";
import type { PjrtBuffer } from "../../../lib/engine/xla/pjrt_buffer.ts";
import { runChild } from "../run_child.ts";
import { faultyTest } from "./faulty_plugin.ts";
import { clientForTests, pluginForTests, xlaTest } from "./plugin_for_tests.ts";

const addition = new TextEncoder().encode(`module @sum { func.func @main(
  %a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.add %a, %b : tensor<2xf32>
  return %c : tensor<2xf32> } }`);
const made = [{ shape: [2], type: "float32" as const }];

xlaTest(
  "programs and buffers are of the device that was chosen, and no other's buffers are taken",
  async () => {
    const { plugin, devices } = clientForTests();
    if (devices.length < 3) return; // as many as the plug-in has by itself
    const client = new PjrtClient(plugin, {}, 2);
    const placed = ({ handle }: PjrtBuffer) => plugin.call("PJRT_Buffer_Device", [handle, 0]).at(1);
    assert.deepEqual(client.devices.map(({ id }) => id), devices.map((_, i) => i));
    assert.equal(client.device, client.devices[2]);
    const two = client.buffer(Float32Array.of(1, 2), [2], "float32");
    const none = client.buffer(Float32Array.of(1, 2), [2], "float32", client.devices[0]);
    const adds = await client.compile(addition), [sum] = await adds.run([two, two], made);
    assert.deepEqual(sum.readNow(), Float32Array.of(2, 4));
    assert.deepEqual([two, sum, none].map(placed), [2, 2, 0].map((i) => client.devices[i].handle));
    await assert.rejects(adds.run([none, none], made), { name: "PjrtError", code: 3 });
    for (const buffer of [two, none, sum]) buffer.free();
    adds.close();
    client.close();
  },
);

/** A process that starts an engine of XLA's, then perhaps another. */
const starting = (names: readonly string[], env: Record<string, string> = {}) =>
  runChild(
    ["--allow-all"],
    `import { startNamed } from "lib/engine/start_named.ts";
for (const name of ${JSON.stringify(names)}) {
  await startNamed(name, {}).then(({ name, device }) => console.log(name, device), ({ message }) => console.log(message));
}
Deno.exit(0);`,
    { PJRT_PLUGIN_PATH: pluginForTests!.file, ...env },
  );

xlaTest(
  "a device by its number starts; one that is not there, and a second one, are one line each",
  async () => {
    const { stdout } = await starting(["xla:cpu:1", "xla:cpu:0", "xla:cpu:0", "xla:cuda"]);
    const [none, first, again, second] = stdout.split("\n");
    assert.deepEqual([none, first, again, second], [
      "xla:cpu:1 is no device of this machine (has xla:cpu)",
      "xla:cpu CPU",
      "xla:cpu CPU",
      "xla:cuda cannot start beside xla:cpu (one device of XLA's in a process)",
    ]);
  },
);

xlaTest("a CPU has as many threads as it is told, and code for each number of them of its own", async () => {
  const { stdout } = await runChild(
    ["--allow-all"],
    `import process from "node:process";
import { startNamed } from "lib/engine/start_named.ts";
import { executablesFolder } from "lib/engine/xla/executable_cache.ts";
import { xlaClient } from "lib/engine/xla/xla.ts";
const { threads } = await startNamed("xla:cpu", { threads: 3 });
const own = [...Deno.readDirSync("/proc/self/task")].map(({ name }) =>
  Deno.readTextFileSync(\`/proc/self/task/\${name}/comm\`).trim()
).filter((name) => name === "tf_XLAEigen");
const folder = executablesFolder(xlaClient());
process.env.PJRT_NPROC = "4";
console.log(JSON.stringify([threads, own.length, folder !== executablesFolder(xlaClient())]));
Deno.exit(0);`,
    { PJRT_PLUGIN_PATH: pluginForTests!.file },
  );
  assert.deepEqual(JSON.parse(stdout), [{ intra: 3, inter: 1 }, 3, true]);
});

xlaTest("a plug-in that is named for another kind of device is one line", async () => {
  const { stdout } = await starting(["xla:rocm"]);
  const text = `xla:rocm cannot take ${pluginForTests!.file}: a plug-in for cpu (--engine xla:cpu takes it)`;
  assert.equal(stdout, text);
});

Deno.test("a device says how full it is, where it tells", () => {
  const texts = [
    null,
    { used: 1e9, peak: null, limit: null },
    { used: 5.91e10, peak: 6e10, limit: 6e10 },
  ].map(heldText);
  assert.deepEqual(texts, [null, null, "59.1 of its 60.0 GB are in use"]);
});

faultyTest(
  "what lacks memory says how full the device is",
  { in: "PJRT_LoadedExecutable_Execute", code: 8, message: "Out of memory" },
  async (file) => {
    const plugin = new PjrtPlugin(file), client = new PjrtClient(plugin);
    assert.equal(plugin.held(), null, "a CPU does not tell");
    plugin.held = () => "59.1 of its 60.0 GB are in use";
    const two = client.buffer(Float32Array.of(1, 2), [2], "float32");
    await assert.rejects((await client.compile(addition)).run([two, two], made), {
      name: "PjrtError",
      reason: "Out of memory; 59.1 of its 60.0 GB are in use",
    });
  },
);
