/** This machine, as `gpuMissing` looks at it: through libc, as a kernel is given no right to look. Needs `--allow-ffi`. */
import type { GpuSurroundings } from "./gpu_missing.ts";
import { libc } from "./libc.ts";
import { entriesOf, factsOf, partsOf } from "./libc_files.ts";
import { cName, textAt } from "./c_text.ts";

/** tensorflow::IsGoogleCudaEnabled() (tensorflow/core/util/port.h), as the compiler names it. */
const cudaEnabled = "_ZN10tensorflow19IsGoogleCudaEnabledEv";
const driverVersion = { cuDriverGetVersion: { parameters: ["buffer"], result: "i32" } } as const;

/** The real one; nothing is loaded before a question asks for it. */
export function gpuSurroundings(): GpuSurroundings {
  return {
    exists: (path) => factsOf(path) !== null,
    list: entriesOf,
    variable(name) {
      const value = libc().getenv(cName(name));
      return value === null ? undefined : textAt(value);
    },
    loads: (name) => answer(() => Deno.dlopen(name, {}).close()) !== null,
    hasCuda: (library) =>
      answer(() => Deno.dlopen(library, { [cudaEnabled]: { parameters: [], result: "bool" } }))
        ?.symbols[cudaEnabled]() ?? null,
    text(path) {
      for (const part of partsOf(path)) return new TextDecoder().decode(part); // files of /proc have no length
      return null;
    },
    cudaVersion() {
      const version = new Int32Array(1), bytes = new Uint8Array(version.buffer);
      const asked = answer(() =>
        Deno.dlopen("libcuda.so.1", driverVersion).symbols.cuDriverGetVersion(bytes)
      );
      return asked === 0 ? version[0] : null;
    },
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
