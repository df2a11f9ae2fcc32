/** Where a plug-in of XLA is on this machine: named, in the Python environment, or unpacked in the cache. */
import { findSought, type Library, type Surroundings } from "../library.ts";

/** The package, published by a third party, that `deno task native --device cpu` unpacks. */
export const PLUGIN_PACK = "fastatomstruct_xla_cpu";
export const PLUGIN_VERSION = "2026.6.23";
export const PLUGIN_FILE = "libpjrt_cpu.so";
/** In the cache. */
export const PLUGIN_FOLDER = `xla-cpu-${PLUGIN_VERSION}`;

/**
 * Finds the plug-in for CPUs: first `PJRT_PLUGIN_PATH` (a file or a folder), then the one of `VIRTUAL_ENV`, then what
 * `deno task native --device cpu` left, then that of `python3`, where processes may be run.
 *
 * @returns null when there is none, or nothing may be looked at
 * @throws BadLibraryPath when the variable is set and names none
 * @example
 * ```ts ignore
 * import { findPlugin } from "./plugin.ts";
 * console.log((await findPlugin())?.file ?? "not installed");
 * ```
 */
export function findPlugin(around?: Surroundings): Promise<Library | null> {
  const sought = {
    what: "plug-in of XLA",
    variable: "PJRT_PLUGIN_PATH",
    pack: PLUGIN_PACK,
    names: [PLUGIN_FILE],
    folder: PLUGIN_FOLDER,
    cacheFirst: true,
  };
  return findSought(sought, around);
}
