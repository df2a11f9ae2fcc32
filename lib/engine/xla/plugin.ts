/** Where a plug-in of XLA is on this machine: named, in the Python environment, or unpacked in the cache. */
import { join } from "node:path";
import type { GpuSurroundings } from "../libraries/gpu_missing.ts";
import { gpuSurroundings } from "../libraries/gpu_surroundings.ts";
import { findSought, type Library, type Surroundings } from "../libraries/library.ts";
import {
  type PlatformName,
  platforms,
  type PluginDevice,
  type PluginPack,
  pluginPack,
} from "../platforms.ts";
import { packToInstall } from "./gpu_driver.ts";

/**
 * Finds a plug-in for a kind of device: first `PJRT_PLUGIN_PATH` (a file or a folder), then the one of `VIRTUAL_ENV`,
 * then what `deno task native --device …` left, then that of `python3`, where processes may be run. Of several in one
 * place it is the one for the driver's version of CUDA, else the newest.
 *
 * @returns null when there is none, or nothing may be looked at
 * @throws BadLibraryPath when the variable is set and names none
 * @example
 * ```ts ignore
 * import { findPlugin } from "./plugin.ts";
 * console.log((await findPlugin("cuda"))?.file ?? "not installed");
 * ```
 */
export function findPlugin(
  platform: PlatformName,
  around?: Surroundings,
  driver: Driver = driverHere(),
): Promise<Library | null> {
  const packs: readonly PluginPack[] = platforms[platform].packs;
  if (packs.length === 1) return findAmong(packs, around);
  const best = packToInstall(platform, driver);
  return findAmong([best, ...packs.filter((pack) => pack !== best)], around);
}

/** What is asked of a driver: which of several plug-ins it serves. */
type Driver = Pick<GpuSurroundings, "cudaVersion">;

/** The driver of this machine, where it may be asked. */
const driverHere = (): Driver =>
  Deno.permissions.querySync({ name: "ffi" }).state === "granted"
    ? gpuSurroundings()
    : { cudaVersion: () => null };

/**
 * Finds the plug-in that `deno task native` installs by a name, as `findPlugin` does: training may use another one of
 * the same platform.
 *
 * @throws BadLibraryPath
 */
export const findPluginOf = (device: PluginDevice, around?: Surroundings): Promise<Library | null> =>
  findAmong([pluginPack(device)], around);

function findAmong(packs: readonly PluginPack[], around?: Surroundings): Promise<Library | null> {
  const sought = {
    what: "plug-in of XLA",
    variable: "PJRT_PLUGIN_PATH",
    packs: packs.map(({ pack, file, folder, below }) => ({
      pack,
      names: [file],
      folder: join(folder, below),
    })),
    cacheFirst: true,
  };
  return findSought(sought, around);
}
