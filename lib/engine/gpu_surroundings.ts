/** This machine, as `gpuMissing` looks at it. Needs `--allow-ffi`. */
import type { GpuSurroundings } from "./gpu_missing.ts";

/** tensorflow::IsGoogleCudaEnabled() (tensorflow/core/util/port.h), as the compiler names it. */
const cudaEnabled = "_ZN10tensorflow19IsGoogleCudaEnabledEv";

/** The real one; nothing is loaded before a question asks for it. */
export function gpuSurroundings(): GpuSurroundings {
  return {
    exists: (path) => answer(() => Deno.statSync(path)) !== null,
    list: (folder) => answer(() => Array.from(Deno.readDirSync(folder), ({ name }) => name)) ?? [],
    variable: (name) => Deno.env.get(name),
    loads: (name) => answer(() => Deno.dlopen(name, {}).close()) !== null,
    hasCuda: (library) =>
      answer(() => Deno.dlopen(library, { [cudaEnabled]: { parameters: [], result: "bool" } }))
        ?.symbols[cudaEnabled]() ?? null,
  };
}

/** What a question answers; null where it fails, because the thing is not there. */
function answer<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
