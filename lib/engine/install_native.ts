/** A libtensorflow, or a plug-in of XLA, for this user: unpacked from its wheel into the cache. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { fileFault } from "./checked_library.ts";
import { downloadWheel } from "./download_wheel.ts";
import { ELF_HEAD } from "./elf.ts";
import type { Platform } from "./library_fault.ts";
import { userCache } from "./library.ts";
import { loadedPart } from "./loaded_part.ts";
import { NativeError } from "./native_error.ts";
import { removeFolder, sweepCache } from "./remove_native.ts";
import { unzipMember, zipMembers } from "./unzip.ts";
import { type Wheel, type WheelDevice, wheelFor } from "./wheel.ts";

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
  /** a wheel that is already here, to be checked and unpacked instead of a download */
  readonly wheel?: string;
  /** ends the installation, which then leaves nothing behind. Default: it runs to its end */
  readonly signal?: AbortSignal;
  /** default: this machine's */
  readonly platform?: Platform;
  /** default: TensorFlow's own library */
  readonly device?: WheelDevice;
}

/** Filled options that the stages share. */
interface Stage {
  readonly log: (line: string) => void;
  readonly progress: (at: InstallProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Installs libtensorflow: pip or uv downloads the wheel (274 MB), its SHA-256 is compared with the pinned one,
 * the two libraries are unpacked as far as the loader reads them (634 MB on Linux), and moved into place in one
 * step. Installed and whole already: it says so; installed and damaged: it is installed again.
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
  const wheel = wheelHere(platform, options.device);
  if (!cache) throw new NativeError("no folder for the library: set HOME or XDG_CACHE_HOME");
  const folder = join(cache, wheel.folder), library = join(folder, basename(wheel.members[0]));
  if (await isWhole(folder, wheel, platform, log)) {
    log(`${wheel.title} is there: ${library}`);
    return library;
  }
  await Deno.mkdir(cache, { recursive: true });
  await sweepCache(cache);
  const work = await Deno.makeTempDir({ dir: cache, prefix: "unfinished-" });
  try {
    const stage: Stage = { log, progress, signal: options.signal };
    const file = options.wheel ?? await download(wheel, work, stage);
    await checkSum(file, wheel, stage);
    await unpack(file, wheel, join(work, "ready"), stage);
    await moveInto(join(work, "ready"), folder, () => isWhole(folder, wheel, platform, () => {}));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw isFull(error)
      ? new NativeError(`no space left in ${cache} (${wheel.room} is needed for a while)`)
      : error;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  log(`${wheel.title} is ready: ${library}`);
  return library;
}

/**
 * The wheel of a platform. Default: this machine's.
 *
 * @throws NativeError where there is none
 */
export function wheelHere({ os, arch }: Platform = Deno.build, device?: WheelDevice): Wheel {
  const wheel = wheelFor(os, arch, device);
  if (wheel !== null) return wheel;
  if (device === "cpu") {
    throw new NativeError(
      `no plug-in of XLA for ${os} ${arch} (Linux x86_64; elsewhere set PJRT_PLUGIN_PATH)`,
    );
  }
  throw new NativeError(
    `no libtensorflow for ${os} ${arch} (Linux x86_64 and macOS aarch64; elsewhere set LIBTENSORFLOW_PATH)`,
  );
}

const isFull = (error: unknown) => (error as { code?: string } | null)?.code === "ENOSPC";

/** Whether all libraries are there and undamaged, as far as their first bytes and their lengths tell. */
async function isWhole(
  folder: string,
  wheel: Wheel,
  platform: Platform,
  log: (line: string) => void,
): Promise<boolean> {
  if (await Deno.stat(folder).catch(() => null) === null) return false;
  for (const name of wheel.members.map((member) => basename(member))) {
    const file = join(folder, name);
    const there = (await Deno.stat(file).catch(() => null))?.isFile ?? false;
    const fault = there ? fileFault(file, platform) : "is missing";
    if (fault === null) continue;
    log(`${file} ${fault}: it is installed again`);
    return false;
  }
  return true;
}

async function download(wheel: Wheel, folder: string, { log, progress, signal }: Stage): Promise<string> {
  log(`downloading ${wheel.requirement} (${Math.round(wheel.bytes / 1e6)} MB) with pip or uv`);
  return await downloadWheel(wheel, folder, {
    progress: (bytes) =>
      progress({ doing: "downloading", bytes: Math.min(bytes, wheel.bytes), total: wheel.bytes }),
    signal,
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

async function unpack(file: string, wheel: Wheel, ready: string, stage: Stage): Promise<void> {
  const members = (await zipMembers(file)).filter(({ name }) => wheel.members.includes(name));
  if (members.length !== wheel.members.length) throw new NativeError(`missing in wheel: ${wheel.members}`);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  stage.log(`unpacking ${Math.round(total / 1e6)} MB`);
  await Deno.mkdir(ready);
  let bytes = 0;
  for (const member of members) {
    const target = join(ready, basename(member.name));
    await unzipMember(file, member, target, {
      progress: (more) => stage.progress({ doing: "unpacking", bytes: bytes += more, total }),
      signal: stage.signal,
    });
    using written = await Deno.open(target, { read: true, write: true });
    await cutToLoadedPart(written);
    await written.sync();
  }
}

/** Leaves of an ELF library what the loader reads; anything else stays as it is. */
async function cutToLoadedPart(library: Deno.FsFile): Promise<void> {
  const head = new Uint8Array(ELF_HEAD);
  const length = await library.read(head) ?? 0;
  const part = loadedPart(head.subarray(0, length), (await library.stat()).size);
  if (part === null) return;
  await library.seek(0, Deno.SeekMode.Start);
  if (await library.write(part.head) < part.head.length) {
    throw new NativeError("cannot write the library's head");
  }
  await library.truncate(part.bytes);
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
