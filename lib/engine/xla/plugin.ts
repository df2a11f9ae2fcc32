/** Where a plug-in of XLA is on this machine: named, in the Python environment, or unpacked in the cache. */
import { join } from "node:path";
import { findSought, type Library, type Surroundings } from "../libraries/library.ts";
import {
  type PlatformName,
  platforms,
  type PluginDevice,
  type PluginPack,
  pluginPack,
} from "../platforms.ts";

/**
 * Finds a plug-in for a kind of device: first `PJRT_PLUGIN_PATH` (a file or a folder), then the one of `VIRTUAL_ENV`,
 * then what `deno task native --device …` left, then that of `python3`, where processes may be run.
 *
 * @returns null when there is none, or nothing may be looked at
 * @throws BadLibraryPath when the variable is set and names none
 * @example
 * ```ts ignore
 * import { findPlugin } from "./plugin.ts";
 * console.log((await findPlugin("cuda"))?.file ?? "not installed");
 * ```
 */
export const findPlugin = (platform: PlatformName, around?: Surroundings): Promise<Library | null> =>
  findAmong(platforms[platform].packs, around);

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
