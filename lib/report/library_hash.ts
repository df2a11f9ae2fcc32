/** One name for this very library: two machines on which it is the same run the same code. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { OWN_ROOT } from "../notebook/modules_project.ts";

/** What a run and its page are made with: files and folders, from the library's root. */
const PARTS = [
  "lib/",
  "server/assets.ts",
  "server/client/",
  "server/pages/",
  "server/report/",
  "deno.json",
  "deno.lock",
];

let known: Promise<string> | undefined;

/**
 * SHA-256 over the names and contents of the library's files, of what draws its reports, and of the lock of packages, in
 * hexadecimal. Looked at once in a process: what is loaded stays what it is.
 * @example
 * ```ts
 * import { libraryHash } from "./library_hash.ts";
 * const hash = await libraryHash(); // 64 digits
 * ```
 */
export function libraryHash(): Promise<string> {
  return known ??= hashed(fileURLToPath(OWN_ROOT));
}

async function hashed(root: string): Promise<string> {
  const files: string[] = [];
  for (const part of PARTS) {
    if (!part.endsWith("/")) files.push(part);
    else {
      const entries = await readdir(root + part, { recursive: true, withFileTypes: true });
      const inside = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) =>
        `${parentPath}/${name}`
      );
      files.push(
        ...inside.map((path) => path.slice(root.length).replaceAll("\\", "/").replaceAll("//", "/")),
      );
    }
  }
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    const content = await readFile(root + file);
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
