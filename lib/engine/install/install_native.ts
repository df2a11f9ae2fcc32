/** A libtensorflow, or a plug-in of XLA, for this user: unpacked from its wheels into the cache. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { fileFault } from "../libraries/checked_library.ts";
import { downloadWheel } from "./download_wheel.ts";
import type { Platform } from "../libraries/library_fault.ts";
import { userCache } from "../libraries/library.ts";
import { NativeError } from "./native_error.ts";
import type { Wheel } from "./pinned_wheel.ts";
import { removeFolder, sweepCache, UNFINISHED } from "./remove_native.ts";
import { placeOf, unpackedBytes, unpackWheel } from "./unpack_wheel.ts";
import { bytesToDownload, type NativeDevice, type NativePack, packFor } from "./wheel.ts";
import { workFolder } from "./work_folder.ts";

/** How far an installation is. Plain data. */
export interface InstallProgress {
  readonly doing: "downloading" | "unpacking";
  readonly bytes: number;
  readonly total: number;
}

export interface InstallOptions {
  /** takes each line for people. Default: standard error */
  readonly log?: (line: string) => void;
  /** takes every advance. Default: nobody */
  readonly progress?: (at: InstallProgress) => void;
  /** the folder that gets `libtensorflow-2.21.0/`. Default: the user's cache */
  readonly cache?: string | null;
  /** a wheel that is already here, or a folder of wheels, to be checked and unpacked instead of a download */
  readonly wheel?: string;
  /** ends the installation, which then leaves nothing behind. Default: it runs to its end */
  readonly signal?: AbortSignal;
  /** default: this machine's */
  readonly platform?: Platform;
  /** default: TensorFlow's own library */
  readonly device?: NativeDevice;
}

/** Filled options that the stages share. */
interface Stage {
  readonly log: (line: string) => void;
  readonly progress: (at: InstallProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Installs libtensorflow, or a plug-in of XLA: pip or uv downloads the wheels (274 MB for libtensorflow), their SHA-256
 * are compared with the pinned ones, the libraries are unpacked as far as the loader reads them (634 MB on Linux), and
 * moved into place in one step. Installed and whole already: it says so; installed and damaged: it is installed again.
 *
 * @returns the path of the library
 * @throws NativeError `no libtensorflow for windows x86_64 (…)` and its like
 * @example
 * ```ts ignore
 * import { installNative } from "./install_native.ts";
 * const library = await installNative();
 * ```
 */
export async function installNative(options: InstallOptions = {}): Promise<string> {
  const { log = console.error, progress = () => {}, cache = userCache(), platform = Deno.build } = options;
  const pack = packHere(platform, options.device);
  if (!cache) throw new NativeError("no folder for the library: set HOME or XDG_CACHE_HOME");
  const folder = join(cache, pack.folder), library = join(folder, placesOf(pack)[0]);
  if (await isWhole(folder, pack, platform, log)) {
    log(`${pack.title} is there: ${library}`);
    return library;
  }
  await Deno.mkdir(cache, { recursive: true }).catch(({ message }: Error) => {
    throw new NativeError(`cannot make ${cache}: ${message} (name another folder by XDG_CACHE_HOME)`);
  });
  await sweepCache(cache);
  const { path: work, remove } = await workFolder(cache, UNFINISHED);
  try {
    const stage: Stage = { log, progress, signal: options.signal };
    const files = options.wheel === undefined
      ? await download(pack, work, stage)
      : await wheelsIn(options.wheel, pack);
    for (const [i, wheel] of pack.wheels.entries()) await checkSum(files[i], wheel, stage);
    await unpack(files, pack, { work, isOurs: options.wheel === undefined }, stage);
    await moveInto(join(work, "ready"), folder, () => isWhole(folder, pack, platform, () => {}));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw isFull(error)
      ? new NativeError(`no space left in ${cache} (${pack.room} is needed for a while)`)
      : error;
  } finally {
    await remove();
  }
  log(`${pack.title} is ready: ${library}${pack.needs ? `; it needs ${pack.needs}` : ""}`);
  return library;
}

/**
 * What is installed on a platform. Default: this machine's.
 *
 * @throws NativeError where there is none
 */
export function packHere({ os, arch }: Platform = Deno.build, device?: NativeDevice): NativePack {
  const pack = packFor(os, arch, device);
  if (pack !== null) return pack;
  if (device !== undefined && device !== "tensorflow") {
    throw new NativeError(
      `no plug-in of XLA for ${os} ${arch} (Linux x86_64; elsewhere set PJRT_PLUGIN_PATH)`,
    );
  }
  throw new NativeError(
    `no libtensorflow for ${os} ${arch} (Linux x86_64 and macOS aarch64; elsewhere set LIBTENSORFLOW_PATH)`,
  );
}

/** Ours or pip's: it says so in words. */
const isFull = (error: unknown) =>
  (error as { code?: string } | null)?.code === "ENOSPC" ||
  error instanceof NativeError && /no space left on device/i.test(error.message);

/** All files in the folder, the library to load first. */
const placesOf = ({ wheels, inside }: NativePack): string[] =>
  wheels.flatMap(({ members }) => members.map((member) => placeOf(member, inside)));

/** Whether all files are there, and the libraries undamaged, as far as their first bytes and their lengths tell. */
async function isWhole(
  folder: string,
  pack: NativePack,
  platform: Platform,
  log: (line: string) => void,
): Promise<boolean> {
  if (await Deno.stat(folder).catch(() => null) === null) return false;
  for (const place of placesOf(pack)) {
    const file = join(folder, place), facts = await Deno.stat(file).catch(() => null);
    const fault = !facts?.isFile ? "is missing" : facts.size === 0 ? "is empty" : faultOf(file, platform);
    if (fault === null) continue;
    log(`${file} ${fault}: it is installed again`);
    return false;
  }
  return true;
}
const faultOf = (file: string, platform: Platform) =>
  /\.(so|dylib)(\.|$)/.test(basename(file)) ? fileFault(file, platform) : null;

/** The wheels in their order, each in a folder of its own. */
async function download(pack: NativePack, work: string, stage: Stage): Promise<string[]> {
  const { log, progress, signal } = stage, total = bytesToDownload(pack), files: string[] = [];
  const [{ requirement }, ...others] = pack.wheels;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  log(`downloading ${requirement}${more} (${Math.round(total / 1e6)} MB) with pip or uv`);
  let before = 0;
  for (const wheel of pack.wheels) {
    const into = join(work, `wheel-${files.length}`), from = before;
    await Deno.mkdir(into);
    const at = (bytes: number) =>
      progress({ doing: "downloading", bytes: from + Math.min(bytes, wheel.bytes), total });
    files.push(await downloadWheel(wheel, into, { progress: at, signal }));
    before += wheel.bytes;
  }
  return files;
}

/** The wheels in their order, of those that are here: one file, or a folder of them. */
async function wheelsIn(path: string, { wheels }: NativePack): Promise<string[]> {
  const isFolder = (await Deno.stat(path).catch(() => null))?.isDirectory ?? false;
  if (!isFolder && wheels.length > 1) {
    throw new NativeError(`invalid wheel: ${path} (${wheels.length} are needed: name a folder of them)`);
  }
  if (!isFolder) return [path];
  const names = Array.from(Deno.readDirSync(path), ({ name }) => name);
  return wheels.map(({ requirement }) => {
    const [name, version] = requirement.split("=="), begin = `${name.replaceAll("-", "_")}-${version}-`;
    const file = names.find((each) => each.startsWith(begin) && each.endsWith(".whl"));
    if (file === undefined) throw new NativeError(`missing wheel: ${requirement} in ${path}`);
    return join(path, file);
  });
}

async function checkSum(file: string, wheel: Wheel, { signal }: Stage): Promise<void> {
  const hash = createHash("sha256");
  const missing = () => {
    throw new NativeError(`missing file: ${file}`);
  };
  if (!(await Deno.stat(file).catch(missing)).isFile) throw new NativeError(`not a file: ${file}`);
  for await (const block of createReadStream(file, { highWaterMark: 1 << 20, signal })) hash.update(block);
  const found = hash.digest("hex");
  if (found === wheel.sha256) return;
  throw new NativeError(`wrong SHA-256 of ${basename(file)}: ${found} (expected ${wheel.sha256}; try again)`);
}

/** Unpacks all; wheels of ours go as soon as they are unpacked, so that less room is needed. */
async function unpack(
  files: readonly string[],
  { wheels, inside }: NativePack,
  { work, isOurs }: { readonly work: string; readonly isOurs: boolean },
  { log, progress, signal }: Stage,
): Promise<void> {
  const sizes = await Promise.all(files.map((file, i) => unpackedBytes(file, wheels[i])));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  log(`unpacking ${Math.round(total / 1e6)} MB`);
  let before = 0;
  for (const [i, wheel] of wheels.entries()) {
    const at = (bytes: number) => progress({ doing: "unpacking", bytes: before + bytes, total });
    await unpackWheel(files[i], wheel, join(work, "ready"), { inside, progress: at, signal });
    if (isOurs) await Deno.remove(files[i]);
    before += sizes[i];
  }
}

/** One rename: the folder is there whole or not at all. Who lost a race takes the winner's. */
async function moveInto(ready: string, folder: string, isThere: () => Promise<boolean>): Promise<void> {
  if (await isThere()) return;
  await removeFolder(folder);
  try {
    await Deno.rename(ready, folder);
  } catch (error) {
    if (!await isThere()) throw error;
  }
}
