/** Ends with 1 and one line where the checks of a GPU have none to run on: all of them would be ignored. */
import { gpuSurroundings } from "../../lib/engine/libraries/gpu_surroundings.ts";
import { platformNames } from "../../lib/engine/platforms.ts";
import { gpuFault } from "../../lib/engine/xla/gpu_driver.ts";
import { gpuEngine } from "./gpu_for_tests.ts";

if (gpuEngine === null) {
  const around = gpuSurroundings();
  const faults = platformNames.flatMap((name) => {
    const fault = gpuFault(name, around);
    return fault === null ? [] : [`xla:${name} ${fault.reason} (${fault.action})`];
  });
  console.error(`no GPU to check: ${faults.join(", ")}; PLATEAU_GPU_ENGINE=xla:cpu checks the CPU plug-in`);
  Deno.exit(1);
}
