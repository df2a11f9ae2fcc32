/** What of a wheel is used, as files in a folder. */
import { chmod, mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ELF_HEAD } from "../libraries/elf.ts";
import { loadedPart } from "./loaded_part.ts";
import { NativeError } from "./native_error.ts";
import type { Wheel } from "./pinned_wheel.ts";
import { unzipMember, zipMembers } from "./unzip.ts";

export interface UnpackOptions {
  /** the beginning of each member's path that the folder stands for. Default: nothing, so that folders stay folders */
  readonly inside?: string;
  /** called with the bytes that are written so far */
  progress(bytes: number): void;
  /** ends it; the folder is then half written. Default: it runs to its end */
  readonly signal?: AbortSignal;
}

/** A member's path in the folder. */
export const placeOf = (member: string, inside = ""): string => member.slice(inside.length);

/**
 * Unpacks the members of a wheel; of libraries what the loader reads.
 *
 * @throws NativeError when one is missing; BadZip
 * @example
 * ```ts ignore
 * await unpackWheel("numpy.whl", wheel, "here", { progress() {} });
 * ```
 */
export async function unpackWheel(
  file: string,
  wheel: Wheel,
  into: string,
  { inside, progress, signal }: UnpackOptions,
): Promise<void> {
  let bytes = 0;
  for (const member of await membersOf(file, wheel)) {
    const target = join(into, placeOf(member.name, inside));
    await mkdir(dirname(target), { recursive: true });
    await unzipMember(file, member, target, {
      progress: (more) => progress(bytes += more),
      signal,
    });
    if (basename(dirname(target)) === "bin") await chmod(target, 0o755);
    using written = await Deno.open(target, { read: true, write: true });
    await cutToLoadedPart(written);
    await written.sync();
  }
}

/** The bytes that the members of a wheel unpack to. @throws NativeError when one is missing; BadZip */
export async function unpackedBytes(file: string, wheel: Wheel): Promise<number> {
  return (await membersOf(file, wheel)).reduce((sum, { size }) => sum + size, 0);
}

async function membersOf(file: string, wheel: Wheel) {
  const members = (await zipMembers(file)).filter(({ name }) => wheel.members.includes(name));
  if (members.length === wheel.members.length) return members;
  throw new NativeError(`missing in wheel: ${wheel.members}`);
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
