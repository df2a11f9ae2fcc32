/**
 * The engine that the checks of a GPU run on: the one of `PLATEAU_GPU_ENGINE`, else that of the machine's GPU. With
 * `xla:cpu` they run on any machine that has that plug-in.
 */
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { asEngineChoice } from "../../lib/engine/engine_choice.ts";
import { gpuSurroundings } from "../../lib/engine/libraries/gpu_surroundings.ts";
import { platformNames, platforms } from "../../lib/engine/platforms.ts";
import { gpuFault } from "../../lib/engine/xla/gpu_driver.ts";
import type { PjrtClient } from "../../lib/engine/xla/pjrt_client.ts";
import { xlaClient } from "../../lib/engine/xla/xla.ts";

const found = platformNames.find((name) =>
  platforms[name].gpu !== null && gpuFault(name, gpuSurroundings()) === null
);
const asked = Deno.env.get("PLATEAU_GPU_ENGINE") || (found === undefined ? null : `xla:${found}`);

/** null where there is none: such tests are ignored. */
export const gpuEngine = asked === null ? null : asEngineChoice(asked);

/** Whether it has memory of its own, which its plug-in counts. */
export const hasOwnMemory = gpuEngine !== null && !gpuEngine.startsWith("xla:cpu");

/** Starts the engine; what trains afterwards trains there. */
export async function startGpu(): Promise<PjrtClient> {
  setEngineChoice(gpuEngine!);
  await startEngine();
  return xlaClient()!;
}

/** Registers a test that needs the engine. */
export function gpuTest(name: string, fn: () => void | Promise<void>): void {
  register(name, gpuEngine === null ? "no GPU" : null, fn);
}

/** Registers a test that needs memory that is counted. */
export function gpuMemoryTest(name: string, fn: () => void | Promise<void>): void {
  register(name, gpuEngine === null ? "no GPU" : hasOwnMemory ? null : "no memory of its own", fn);
}

function register(name: string, lacks: string | null, fn: () => void | Promise<void>): void {
  // the plug-in keeps its threads and its file open for the length of the process
  const options = { ignore: lacks !== null, sanitizeOps: false, sanitizeResources: false };
  Deno.test({ name: lacks === null ? name : `${name} (${lacks})`, fn, ...options });
}
