import assert from "node:assert/strict";
import { runChild } from "../engine/run_child.ts";
import { gpuEngine, gpuMemoryTest } from "./gpu_for_tests.ts";

/** Bytes that the plug-in lets be used, and whatever else a program prints of a started engine. */
async function limitOf(deviceMemory: number, then: string): Promise<number[]> {
  const { code, stdout, stderr } = await runChild(
    ["--allow-all"],
    `
import { setEngineChoice, startEngine } from "lib/engine/engine.ts";
import { xlaClient } from "lib/engine/xla/xla.ts";
setEngineChoice(${JSON.stringify(gpuEngine)}, { deviceMemory: ${deviceMemory} });
await startEngine();
const { limit } = xlaClient().memory();
${then}
Deno.exit(0);
`,
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout.split("\n").at(-1)!);
}

/** MiB in use on all of NVIDIA's GPUs, by the driver's own count. */
const driverCount = `
const { stdout } = await new Deno.Command("nvidia-smi", {
  args: ["--query-gpu=memory.used", "--format=csv,noheader,nounits"],
}).output();
const used = new TextDecoder().decode(stdout).trim().split("\\n").reduce((sum, line) => sum + Number(line), 0);
`;

gpuMemoryTest("the option bounds what is used of the device", async () => {
  const [tenth] = await limitOf(0.1, "console.log(JSON.stringify([limit]));");
  const [half] = await limitOf(0.5, "console.log(JSON.stringify([limit]));");
  assert.ok(Math.abs(half / tenth - 5) < 0.1, `${tenth} of a tenth, ${half} of a half`);
});

gpuMemoryTest("nothing is taken of the device's memory before it is needed", async () => {
  const [limit, used] = await limitOf(
    0.75,
    `${driverCount} console.log(JSON.stringify([limit, used * 2 ** 20]));`,
  );
  assert.ok(used < limit / 2, `${used} bytes are in use when the engine has started, ${limit} may be`);
});
