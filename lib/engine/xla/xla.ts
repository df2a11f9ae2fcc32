/** The engines of XLA through a plug-in: compiled updates run on its device, all else on the wasm engine. */
import { EngineMissing, type XlaDevice, type XlaName, xlaName } from "../engine_choice.ts";
import { fileFault } from "../libraries/checked_library.ts";
import { gpuSurroundings } from "../libraries/gpu_surroundings.ts";
import type { Library } from "../libraries/library.ts";
import { steadyMemory } from "../libraries/steady_memory.ts";
import { platformNames, platforms } from "../platforms.ts";
import { setCpuThreads } from "./cpu_threads.ts";
import { driverFault, gpuFault, packToInstall } from "./gpu_driver.ts";
import { clientOptions, FLOAT32, type GpuSettings, TF32 } from "./gpu_options.ts";
import type { Missing } from "./missing.ts";
import { openLibraries } from "./open_libraries.ts";
import { PjrtClient } from "./pjrt_client.ts";
import { PjrtPlugin } from "./pjrt_plugin.ts";
import { startFault } from "./start_fault.ts";
import { targetOf, type XlaTarget } from "./target.ts";

/** One plug-in a process, and one of its devices. */
let opened: XlaStarted | null = null;

/** What a device is told. */
export interface XlaSettings extends GpuSettings {
  /** threads of a CPU. Default: one a core */
  readonly threads?: number;
}

/** An engine of XLA's that has started. */
export interface XlaStarted {
  readonly name: XlaName;
  readonly client: PjrtClient;
  /** what programs for its device are like */
  readonly target: XlaTarget;
  /** libraries that its plug-in opens when it wants them, and that were not found */
  readonly missing: readonly string[];
  /** that share an operation on a CPU */
  readonly threads: number;
}

/**
 * Loads a plug-in; does nothing when that is done.
 *
 * @param library from `findPlugin`; null when none was found
 * @throws EngineMissing `xla:cpu not installed (deno task native --device cpu)` and its like
 */
export function openXla(device: XlaDevice, library: Library | null, settings: XlaSettings = {}): XlaStarted {
  const name = xlaName(device), { packs: [{ device: pack }] } = platforms[device.platform];
  const { threads = navigator.hardwareConcurrency } = settings;
  const missing = ({ reason, action }: Missing) => new EngineMissing(name, reason, action);
  if (opened?.name === name) return opened;
  if (opened !== null) {
    throw new EngineMissing(name, `cannot start beside ${opened.name}`, "one device of XLA's in a process");
  }
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    const action = library === null ? `deno task native --device ${pack}` : "needs --allow-ffi";
    throw missing({ reason: library === null ? "not installed" : "not permitted here", action });
  }
  const around = gpuSurroundings();
  if (library === null) {
    const fault = gpuFault(device.platform, around);
    const { device: best } = packToInstall(device.platform, around);
    throw missing(fault ?? { reason: "not installed", action: `deno task native --device ${best}` });
  }
  const lacks: string[] = [];
  let client: PjrtClient;
  try {
    const fault = fileFault(library.file);
    if (fault !== null) throw new Error(fault);
    steadyMemory();
    if (platforms[device.platform].gpu === null) setCpuThreads(threads);
    lacks.push(...openLibraries(device.platform, library.file, around));
    const plugin = new PjrtPlugin(library.file), old = driverFault(plugin.facts().cuda_version, around);
    if (old !== null) throw missing(old);
    client = new PjrtClient(plugin, clientOptions(device.platform, settings), device.number);
  } catch (error) {
    if (error instanceof EngineMissing) throw error;
    throw missing(startFault(error, device, library.file, around, lacks));
  }
  checkPlatform(name, device, client, library);
  const target = targetOf(client.platform.toLowerCase(), settings.tf32 ?? false);
  return opened = { name, client, target, missing: lacks, threads };
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

/** The engine in use, or null before one was started. */
export const xlaStarted = (): XlaStarted | null => opened;
/** Its client. */
export const xlaClient = (): PjrtClient | null => opened?.client ?? null;

/** The device that programs run on, as `CPU`, `NVIDIA H100, 80 GB`. */
export function deviceText(client: PjrtClient): string {
  const limit = client.memory()?.limit ?? null,
    { device } = client,
    name = device.kind === "cpu" ? "CPU" : device.kind;
  return limit === null ? name : `${name}, ${Math.round(limit / 1e9)} GB`;
}

/** What its numbers depend on: the interface of the plug-in, and on a GPU how precise products are. */
export function versionText({ client, target }: XlaStarted): string {
  if (client.platform === platforms.cpu.said) return client.plugin.version;
  return `${client.plugin.version} ${target.precision === "highest" ? FLOAT32 : TF32}`;
}
