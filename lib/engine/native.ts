/** `deno task native`: a libtensorflow for this user, unpacked from the tensorflow-cpu wheel into the cache. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { libraryNames, nativeFolder, nativeVersion, userCache } from "./library.ts";
import { progressLine } from "./progress_line.ts";
import { unzipMember, zipMembers } from "./unzip.ts";
import { downloadCommands, type Wheel, wheelFor } from "./wheel.ts";

export interface NativeOptions {
  /** takes each line and, where a terminal shows it, the progress. Default: standard error */
  readonly log?: (line: string) => void;
  /** the folder that gets `libtensorflow-2.21.0/`. Default: the user's cache */
  readonly cache?: string | null;
  /** a wheel that is already here, to be checked and unpacked instead of a download */
  readonly wheel?: string;
  /** default: this machine's */
  readonly platform?: { readonly os: string; readonly arch: string };
}

/** It cannot be installed; one line that says why and what to do. */
export class NativeError extends Error {
  override readonly name = "NativeError";
}

/**
 * Installs libtensorflow: pip or uv downloads the wheel (274 MB), its SHA-256 is compared with the pinned one,
 * the two libraries (853 MB) are unpacked and moved into place in one step. Installed already: it says so.
 *
 * @returns the path of the library
 * @throws NativeError `no libtensorflow for windows x86_64 (…)` and its like
 * @example
 * ```ts ignore
 * import { installNative } from "./native.ts";
 * const library = await installNative();
 * ```
 */
export async function installNative(options: NativeOptions = {}): Promise<string> {
  const { log = console.error, cache = userCache(), platform = Deno.build } = options;
  const wheel = wheelFor(platform.os, platform.arch);
  if (wheel === null) throw new NativeError(unsupported(platform));
  if (!cache) throw new NativeError("no folder for the library: set HOME or XDG_CACHE_HOME");
  const folder = nativeFolder(cache);
  const library = join(folder, libraryNames(platform.os)[0]);
  if (await exists(library)) {
    log(`libtensorflow ${nativeVersion} is there: ${library}`);
    return library;
  }
  await Deno.mkdir(cache, { recursive: true });
  const work = await Deno.makeTempDir({ dir: cache, prefix: "unfinished-" });
  try {
    const file = options.wheel ?? await download(wheel, work, log);
    await checkSum(file, wheel);
    await unpack(file, wheel, join(work, "ready"), log);
    await moveInto(join(work, "ready"), folder, library);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  log(`libtensorflow ${nativeVersion} is ready: ${library}`);
  return library;
}

function unsupported({ os, arch }: { os: string; arch: string }): string {
  return `no libtensorflow for ${os} ${arch} (Linux x86_64 and macOS aarch64; elsewhere set LIBTENSORFLOW_PATH)`;
}
async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

/** Tries pip, then uv. Their temporary files are kept within `folder`, whose growth is the progress. */
async function download(wheel: Wheel, folder: string, log: (line: string) => void): Promise<string> {
  log(`downloading ${wheel.requirement} (${Math.round(wheel.bytes / 1e6)} MB) with pip or uv`);
  const line = progressLine("downloaded", wheel.bytes);
  const watch = setInterval(() => line.at(sizeOf(folder)), 250);
  try {
    let said = "";
    for (const [command, ...flags] of downloadCommands(wheel, folder)) {
      const { code, text } = await runs(command, flags, { TMPDIR: folder });
      said = text || said;
      const file = Array.from(Deno.readDirSync(folder)).find(({ name }) => name.endsWith(".whl"));
      if (code === 0 && file) return join(folder, file.name);
    }
    const why = said ? `: ${said}` : "";
    throw new NativeError(
      `cannot download ${wheel.requirement}${why} (install pip or uv, and check the network)`,
    );
  } finally {
    clearInterval(watch);
    line.end();
  }
}

/** Runs a command to its end; `text` is the last line that it complained with, code -1 when there is no such command. */
function runs(command: string, flags: string[], extra: Record<string, string>) {
  return new Promise<{ code: number; text: string }>((resolve) => {
    const child = spawn(command, flags, {
      env: { ...process.env, ...extra },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => said = (said + text).slice(-4_000));
    child.on("error", () => resolve({ code: -1, text: "" }));
    child.on("close", (code) => {
      const lines = said.trim().split("\n");
      resolve({
        code: code ?? -1,
        text: (lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1)!).trim(),
      });
    });
  });
}

/** Bytes of all files under a folder; pip may remove one while we look. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    try {
      bytes += entry.isDirectory ? sizeOf(path) : Deno.lstatSync(path).size;
    } catch {
      continue;
    }
  }
  return bytes;
}

async function checkSum(file: string, wheel: Wheel): Promise<void> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(block);
  const found = hash.digest("hex");
  if (found === wheel.sha256) return;
  throw new NativeError(`wrong SHA-256 of ${basename(file)}: ${found} (expected ${wheel.sha256}; try again)`);
}

async function unpack(file: string, wheel: Wheel, ready: string, log: (line: string) => void): Promise<void> {
  const members = (await zipMembers(file)).filter(({ name }) => wheel.members.includes(name));
  if (members.length !== wheel.members.length) throw new NativeError(`missing in wheel: ${wheel.members}`);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  log(`unpacking ${Math.round(total / 1e6)} MB`);
  await Deno.mkdir(ready);
  const line = progressLine("unpacked", total);
  let bytes = 0;
  for (const member of members) {
    const target = join(ready, basename(member.name));
    await unzipMember(file, member, target, (more) => line.at(bytes += more));
    const written = await Deno.open(target, { read: true, write: true });
    await written.sync();
    written.close();
  }
  line.end();
}

/** One rename: the folder is there whole or not at all. Who lost a race takes the winner's. */
async function moveInto(ready: string, folder: string, library: string): Promise<void> {
  try {
    await Deno.rename(ready, folder);
  } catch (error) {
    if (!await exists(library)) throw error;
  }
}

if (import.meta.main) {
  try {
    await installNative();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
