import assert from "node:assert/strict";
import { runChild } from "../engine/run_child.ts";
import { gpuEngine, gpuTest, hasOwnMemory, startGpu } from "./gpu_for_tests.ts";
import { trained } from "./trained.ts";

/** The losses of M on an engine, and how many devices there are. */
const child = (engine: string) => `
import { startEngine } from "lib/engine/engine.ts";
import { xlaClient } from "lib/engine/xla/xla.ts";
import { trained } from "${new URL("trained.ts", import.meta.url)}";
await startEngine(${JSON.stringify(engine)});
const { losses } = await trained("M"), { device, devices } = xlaClient();
console.log(JSON.stringify({ losses, at: devices.indexOf(device) }));
Deno.exit(0);
`;

gpuTest("each device trains to the same bits, those of other numbers too", async () => {
  // a CPU is as many devices as it is told to be
  const env: Record<string, string> = hasOwnMemory
    ? {}
    : { XLA_FLAGS: "--xla_force_host_platform_device_count=2" };
  const client = await startGpu(), { losses } = await trained("M");
  const platform = gpuEngine!.split(":")[1], count = hasOwnMemory ? client.devices.length : 2;
  for (let number = 0; number < count; number++) {
    const { code, stdout, stderr } = await runChild(["--allow-all"], child(`xla:${platform}:${number}`), env);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout.split("\n").at(-1)!), { losses, at: number });
  }
});
