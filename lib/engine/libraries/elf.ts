/** What a shared library says of itself in its first bytes: the head of an ELF file (64 bit, low byte first). */

/** A stretch of the file that the loader reads. */
export interface ElfSegment {
  /** 1: mapped into memory (PT_LOAD) */
  readonly type: number;
  readonly at: number;
  readonly bytes: number;
}
/** Plain data. */
export interface Elf {
  /** 3: a shared library */
  readonly type: number;
  /** the processor's number, as 62 for x86_64 */
  readonly machine: number;
  readonly segments: readonly ElfSegment[];
}

/** Bytes from the start of a file that hold all that is read of it: more program headers than any linker makes. */
export const ELF_HEAD = 4096;

const magic = 0x7f454c46;
const headerBytes = 64;
const segmentBytes = 56;

/**
 * Reads the head of an ELF file, as the System V ABI (chapters 4 and 5) lays it out.
 *
 * @param head the file's first `ELF_HEAD` bytes, or all of it where it is shorter
 * @returns null for what is no ELF file of 64 bits in little-endian order, or has its program headers elsewhere
 * @example
 * ```ts
 * import { readElf } from "./elf.ts";
 * readElf(new Uint8Array(64)); // null
 * ```
 */
export function readElf(head: Uint8Array): Elf | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < headerBytes || view.getUint32(0) !== magic) return null;
  const wide = head[4] === 2, lowFirst = head[5] === 1;
  if (!wide || !lowFirst) return null;
  const number = (at: number) => Number(view.getBigUint64(at, true));
  const start = number(32), size = view.getUint16(54, true), count = view.getUint16(56, true);
  if (size !== segmentBytes || start < headerBytes || start + count * size > view.byteLength) return null;
  return {
    type: view.getUint16(16, true),
    machine: view.getUint16(18, true),
    segments: Array.from({ length: count }, (_, index) => {
      const at = start + index * size;
      return { type: view.getUint32(at, true), at: number(at + 8), bytes: number(at + 32) };
    }),
  };
}

/** Where the last segment ends: a shorter file is cut off, and touching what it lacks kills the process. */
export function segmentsEnd({ segments }: Elf): number {
  return Math.max(0, ...segments.map(({ at, bytes }) => at + bytes));
}
