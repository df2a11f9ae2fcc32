/** Why a file cannot be the libtensorflow of a machine, as far as its first bytes and its version tell. */
import { readElf, segmentsEnd } from "./elf.ts";

/** As in Deno.build. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** Numbers of processors in ELF (e_machine) and in Mach-O (cputype), by Deno's names. */
const processors = {
  elf: { x86_64: 62, aarch64: 183 },
  machO: { x86_64: 0x0100_0007, aarch64: 0x0100_000c },
} as const;
const machO64 = 0xfeed_facf;
/** Several programs in one file, one a processor: the loader picks. */
const universal = [0xcafe_babe, 0xcafe_babf];
const sharedLibrary = 3;

/** Releases whose C interface has every call that the binding makes begin here. */
const oldest = [2, 12] as const;

/**
 * What is wrong with a library, or null. Reading it comes before loading it: a file that is cut off loads, and
 * kills the process at the first touch of what is missing.
 *
 * @param head the file's first `ELF_HEAD` bytes, or all of it where it is shorter
 * @param size bytes of the whole file
 * @returns `is no shared library`, `is for aarch64, and this machine is x86_64`, `is cut off: 120 of 583 MB`
 * @example
 * ```ts
 * import { headFault } from "./library_fault.ts";
 * headFault(new Uint8Array(0), 0, { os: "linux", arch: "x86_64" }); // "is empty"
 * ```
 */
export function headFault(head: Uint8Array, size: number, platform: Platform): string | null {
  if (size === 0) return "is empty";
  if (platform.os === "linux") return elfFault(head, size, platform.arch);
  if (platform.os === "darwin") return machOFault(head, platform.arch);
  return null;
}

function elfFault(head: Uint8Array, size: number, arch: string): string | null {
  const elf = readElf(head);
  if (elf === null || elf.type !== sharedLibrary) return "is no shared library of 64 bits";
  const other = otherProcessor(processors.elf, elf.machine, arch);
  if (other !== null) return other;
  const end = segmentsEnd(elf);
  return size < end ? `is cut off: ${megabytes(size)} of ${megabytes(end)} MB` : null;
}

function machOFault(head: Uint8Array, arch: string): string | null {
  if (head.length < 8) return "is no shared library";
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (universal.includes(view.getUint32(0))) return null;
  if (view.getUint32(0, true) !== machO64) return "is no shared library of 64 bits";
  return otherProcessor(processors.machO, view.getUint32(4, true), arch);
}

function otherProcessor(known: Readonly<Record<string, number>>, found: number, arch: string): string | null {
  if (!(arch in known) || known[arch] === found) return null;
  const name = Object.keys(known).find((each) => known[each] === found) ?? "another processor";
  return `is for ${name}, and this machine is ${arch}`;
}

const megabytes = (bytes: number) => Math.floor(bytes / 1e6);

/**
 * Why a TensorFlow of this version does not serve, or null.
 *
 * @param version as TF_Version says it: `2.21.0`, `2.13.0-rc1`
 * @example
 * ```ts
 * import { versionFault } from "./library_fault.ts";
 * versionFault("2.9.1"); // "is TensorFlow 2.9.1, too old"
 * ```
 */
export function versionFault(version: string): string | null {
  const [major, minor] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (!Number.isInteger(major) || !Number.isInteger(minor)) return `has no version: ${version || "empty"}`;
  const old = major < oldest[0] || major === oldest[0] && minor < oldest[1];
  return old ? `is TensorFlow ${version}, too old` : null;
}
