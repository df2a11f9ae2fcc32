/** Takes away what `deno task native` installed, what was compiled with it, and what a killed installation left. */
import { join } from "node:path";
import { compiledFolder } from "../libraries/compile_cache.ts";
import { nativeFolder, userCache } from "../libraries/library.ts";
import { type PluginDevice, pluginPack, pluginPacks } from "../platforms.ts";
import { isHeld } from "./work_folder.ts";

/** How the folders are named that installations work in. */
export const UNFINISHED = "unfinished-";
const REMOVED = "removed-";
const DAY_MS = 86_400_000;

/**
 * Deletes the installed libtensorflow, the plug-ins of XLA, and the programs that XLA compiled and kept. A process that trains on it goes on: the system keeps its files until it ends.
 *
 * @param cache the folder that holds `libtensorflow-2.21.0/`. Default: the user's cache
 * @param device whose plug-in alone is deleted. Default: all of it
 * @returns bytes that were freed; null when there was neither
 * @example
 * ```ts ignore
 * import { removeNative } from "./remove_native.ts";
 * const freed = await removeNative();
 * ```
 */
export async function removeNative(
  cache: string | null = userCache(),
  device?: PluginDevice,
): Promise<number | null> {
  if (cache === null) return null;
  let freed: number | null = null;
  const plugins = pluginPacks.map(({ folder }) => join(cache, folder));
  const all = [nativeFolder(cache), ...plugins, compiledFolder(cache)];
  for (const folder of device === undefined ? all : [join(cache, pluginPack(device).folder)]) {
    const bytes = await removeFolder(folder);
    if (bytes !== null) freed = (freed ?? 0) + bytes;
  }
  return freed;
}

/** Renames a folder out of the way, so that nobody finds half of it, and deletes it; the bytes of its files, or null. */
export async function removeFolder(folder: string): Promise<number | null> {
  const away = join(folder, "..", `${REMOVED}${crypto.randomUUID()}`);
  try {
    await Deno.rename(folder, away);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const bytes = await bytesOf(away);
  await Deno.remove(away, { recursive: true });
  return bytes;
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    bytes += isDirectory ? await bytesOf(path) : (await Deno.lstat(path)).size;
  }
  return bytes;
}

/** Deletes what killed installations and removals left: at once where a lock tells that nobody holds it, else after a day. */
export async function sweepCache(cache: string, now: number = Date.now()): Promise<void> {
  for (const { name, isDirectory } of Array.from(Deno.readDirSync(cache))) {
    if (!isDirectory || !name.startsWith(UNFINISHED) && !name.startsWith(REMOVED)) continue;
    const folder = join(cache, name), held = await isHeld(folder);
    const changed = (await Deno.stat(folder).catch(() => null))?.mtime?.getTime() ?? now;
    const isLeft = held === false || held === null && now - changed > DAY_MS;
    if (isLeft) await Deno.remove(folder, { recursive: true }).catch(() => {}); // somebody else sweeps too
  }
}
