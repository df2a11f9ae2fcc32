/** The engines of XLA through a plug-in: compiled updates run on its device, all else on the wasm engine. */
import { fileFault } from "../checked_library.ts";
import { EngineMissing, type XlaDevice, type XlaName, xlaName } from "../engine_choice.ts";
import type { Library } from "../library.ts";
import { steadyMemory } from "../steady_memory.ts";
import { NoDevice, PjrtClient } from "./pjrt_client.ts";
import { PjrtPlugin } from "./pjrt_plugin.ts";
import { platformNames, platforms } from "./platforms.ts";

/** One plug-in a process, and one of its devices. */
let opened: { readonly name: XlaName; readonly client: PjrtClient } | null = null;

/**
 * Loads a plug-in; does nothing when that is done.
 *
 * @param library from `findPlugin`; null when none was found
 * @throws EngineMissing `xla:cpu not installed (deno task native --device cpu)` and its like
 */
export function openXla(device: XlaDevice, library: Library | null): PjrtClient {
  const name = xlaName(device), { packs: [{ device: pack }] } = platforms[device.platform];
  if (opened?.name === name) return opened.client;
  if (opened !== null) {
    throw new EngineMissing(name, `cannot start beside ${opened.name}`, "one device of XLA's in a process");
  }
  if (library === null) throw new EngineMissing(name, "not installed", `deno task native --device ${pack}`);
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new EngineMissing(name, "not permitted here", "needs --allow-ffi");
  }
  try {
    const fault = fileFault(library.file);
    if (fault !== null) throw new Error(fault);
    steadyMemory();
    const client = new PjrtClient(new PjrtPlugin(library.file), {}, device.number);
    checkPlatform(name, device, client, library);
    opened = { name, client };
    return client;
  } catch (error) {
    if (error instanceof EngineMissing) throw error;
    if (error instanceof NoDevice) {
      const [, reason, action] = /^(.*) \((.*)\)$/.exec(error.message)!;
      throw new EngineMissing(name, reason, action);
    }
    const reason = (error as Error).message.split("\n")[0];
    const action = `deno task native --device ${pack} installs one`;
    throw new EngineMissing(name, `cannot load ${library.file}: ${reason}`, action);
  }
}

/** A variable names one plug-in for all engines: it serves those of its own platform. */
function checkPlatform(name: XlaName, { platform }: XlaDevice, client: PjrtClient, library: Library): void {
  const is = client.platform.toLowerCase();
  if (is === platforms[platform].said) return;
  client.close();
  const own = platformNames.find((each) => platforms[each].said === is);
  const action = own === undefined ? "name another by PJRT_PLUGIN_PATH" : `--engine xla:${own} takes it`;
  throw new EngineMissing(name, `cannot take ${library.file}: a plug-in for ${is}`, action);
}

/** The client in use, or null before the engine was started. */
export const xlaClient = (): PjrtClient | null => opened?.client ?? null;

/** The device that programs run on, as `CPU`, `NVIDIA H100, 80 GB`. */
export function deviceText(client: PjrtClient): string {
  const { kind } = client.device, limit = client.memory()?.limit ?? null;
  const name = kind === "cpu" ? "CPU" : kind;
  return limit === null ? name : `${name}, ${Math.round(limit / 1e9)} GB`;
}
