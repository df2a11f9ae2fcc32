/** The part of a shared library that the loader reads: names for debuggers and the list of sections lie behind it. */
import { readElf, segmentsEnd } from "../libraries/elf.ts";

/** How to cut a library. Plain data. */
export interface LoadedPart {
  /** the length that is left */
  readonly bytes: number;
  /** the first bytes of the file as they must become: without the list of sections that is cut off */
  readonly head: Uint8Array;
}

const sharedLibrary = 3;
/** The ELF header's fields for the list of sections: e_shoff (8 bytes); e_shnum and e_shstrndx (2 and 2). */
const sections = [[40, 48], [60, 64]] as const;
const headerEnd = 64;

/**
 * What is left of a shared library when all that no segment holds is cut from its end: 583 of 788 MB for
 * libtensorflow_cc 2.21, whose symbol table for debuggers nobody asks for. The dynamic linker reads segments
 * only (System V ABI, chapter 5), so it loads the same program.
 *
 * @param head the file's first `ELF_HEAD` bytes
 * @param size bytes of the whole file
 * @returns null when nothing can be cut: it is no such library, or ends with its last segment
 * @example
 * ```ts
 * import { loadedPart } from "./loaded_part.ts";
 * loadedPart(new Uint8Array(64), 64); // null: no library
 * ```
 */
export function loadedPart(head: Uint8Array, size: number): LoadedPart | null {
  const elf = readElf(head);
  if (elf === null || elf.type !== sharedLibrary) return null;
  const bytes = segmentsEnd(elf);
  if (bytes < headerEnd || bytes >= size) return null;
  const kept = head.slice(0, bytes);
  for (const [from, to] of sections) kept.fill(0, from, to);
  return { bytes, head: kept };
}
