/** The SHA-256 of large files, which are read once: what was found is kept by what the system says of the file. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { boundKept, ownFolder } from "./compile_cache.ts";
import { factsOf, partsOf, readFile, writeFile } from "./libc_files.ts";

const HEX = /^[0-9a-f]{64}$/;

/**
 * The SHA-256 of a file, as hex. Kept beside what compilers keep, by path, inode, size and the times of its last
 * changes, so that the next process reads nothing of the file. Needs `--allow-ffi` and no other right.
 *
 * @returns null where the file cannot be read, or changes meanwhile
 * @example
 * ```ts
 * import { fileHash } from "./file_hash.ts";
 * fileHash("/gone"); // null
 * ```
 */
export function fileHash(path: string): string | null {
  const facts = factsOf(path);
  if (facts === null) return null;
  const folder = ownFolder("hashes of files");
  const name = createHash("sha256").update(`${path} ${facts.identity}`).digest("hex");
  const place = folder === null ? null : join(folder, name);
  const kept = place === null ? null : readFile(place),
    told = kept === null ? "" : new TextDecoder().decode(kept);
  if (HEX.test(told)) return told;
  const hash = createHash("sha256");
  for (const part of partsOf(path)) hash.update(part);
  const made = hash.digest("hex");
  if (factsOf(path)?.identity !== facts.identity) return null;
  if (place !== null && writeFile(place, new TextEncoder().encode(made))) boundKept(folder!);
  return made;
}
