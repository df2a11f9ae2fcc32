/** The engine of XLA through a plug-in: compiled updates run on its device, all else on the wasm engine. */
import { fileFault } from "../checked_library.ts";
import { EngineMissing } from "../engine_choice.ts";
import type { Library } from "../library.ts";
import { steadyMemory } from "../steady_memory.ts";
import { PjrtClient } from "./pjrt_client.ts";
import { PjrtPlugin } from "./pjrt_plugin.ts";

/** One plug-in a process. */
let opened: PjrtClient | null = null;

/**
 * Loads a plug-in; does nothing when that is done.
 *
 * @param library from `findPlugin`; null when none was found
 * @throws EngineMissing `xla:cpu not installed (deno task native --device cpu)` and its like
 */
export function openXla(library: Library | null): PjrtClient {
  if (opened !== null) return opened;
  if (library === null) throw new EngineMissing("xla:cpu", "not installed", "deno task native --device cpu");
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new EngineMissing("xla:cpu", "not permitted here", "needs --allow-ffi");
  }
  try {
    const fault = fileFault(library.file);
    if (fault !== null) throw new Error(fault);
    steadyMemory();
    return opened = new PjrtClient(new PjrtPlugin(library.file));
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    const action = "deno task native --device cpu installs one";
    throw new EngineMissing("xla:cpu", `cannot load ${library.file}: ${reason}`, action);
  }
}

/** The client in use, or null before the engine was started. */
export const xlaClient = (): PjrtClient | null => opened;

/** The device that programs run on, as `CPU`, `NVIDIA H100, 80 GB`. */
export function deviceText(client: PjrtClient): string {
  const [{ kind }] = client.devices, limit = client.memory()?.limit ?? null;
  const name = kind === "cpu" ? "CPU" : kind;
  return limit === null ? name : `${name}, ${Math.round(limit / 1e9)} GB`;
}
