/** One engine on this machine: started and measured, or why not. */
import { EngineMissing, type EngineName, xlaDevice } from "./engine_choice.ts";
import { BadLibraryPath, type Library } from "./libraries/library.ts";
import { measureUpdate } from "./measure.ts";
import { ProgramFault } from "./program_fault.ts";
import { programsOf } from "./programs_of.ts";
import { type EngineSettings, startNamed } from "./start_named.ts";

/** A device of a plug-in's. Plain data. */
export interface DeviceFinding {
  /** as `NVIDIA H100 80GB HBM3` */
  readonly kind: string;
  /** bytes of its memory that are used, and that may be; null where its plug-in does not tell */
  readonly used: number | null;
  readonly limit: number | null;
}
/** A plug-in of XLA's that has started. Plain data. */
export interface PluginFinding extends Library {
  /** of PJRT's interface, as `0.116` */
  readonly interface: string;
  /** by their numbers, from 0 */
  readonly devices: readonly DeviceFinding[];
  /** libraries that it opens when it wants them, and that were not found */
  readonly lacks: readonly string[];
}
/** One engine: either it works, or `missing` says why not and what to do. Plain data. */
export interface EngineFinding {
  readonly name: EngineName;
  readonly version: string;
  readonly device: string;
  /** of a 64-128-128-10 network by Adam at batch 32; null when it does not work */
  readonly msPerUpdate: number | null;
  /** as `not installed (deno task native)`; null when it works */
  readonly missing: string | null;
  /** of an engine of XLA's that works */
  readonly plugin?: PluginFinding;
}

/** An engine that does not work. */
export const notWorking = (name: EngineName, missing: string): EngineFinding => ({
  name,
  version: "",
  device: "",
  msPerUpdate: null,
  missing,
});

/**
 * Starts and measures an engine in this process.
 * @param from where the library of the settings was found, as `cache`
 */
export async function examine(
  name: EngineName,
  settings: EngineSettings,
  from = "settings",
): Promise<EngineFinding> {
  try {
    const { version, device } = await startNamed(name, settings);
    const msPerUpdate = await measureUpdate(await programsOf(name));
    const plugin = xlaDevice(name) === null ? {} : { plugin: await pluginNow(from) };
    return { name, version, device, msPerUpdate, missing: null, ...plugin };
  } catch (error) {
    return notWorking(name, missingText(error));
  }
}

async function pluginNow(from: string): Promise<PluginFinding> {
  const { xlaStarted } = await import("./xla/xla.ts");
  const { client, missing } = xlaStarted()!, { plugin } = client;
  const devices = client.devices.map((device) => {
    const { used = null, limit = null } = client.memory(device) ?? {};
    return { kind: device.kind, used, limit };
  });
  return { file: plugin.file, from, interface: plugin.version, devices, lacks: missing };
}

/** What is missing, without the engine's name. Rethrows what is a fault of ours. */
export function missingText(error: unknown): string {
  if (error instanceof EngineMissing) return `${error.reason} (${error.action})`;
  if (error instanceof BadLibraryPath) return error.message;
  if (error instanceof ProgramFault) return error.message.replace(/^\w+: /, "");
  throw error;
}
