/** What a run found where it read: the content of a file, the names in a folder, or that nothing was there. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, statSync } from "node:fs";

/** How a path was found. Two that are the same gave a reader the same; times of files count as little as clocks do. */
export interface FileRead {
  /** absolute */
  readonly path: string;
  /** `closed`: it may not be read; `other`: a device, a socket, a pipe */
  readonly kind: "file" | "folder" | "missing" | "closed" | "other";
  readonly size: number;
  /** nanoseconds since 1970, as a decimal number */
  readonly modified: string;
  /** of a file its content's, of a folder its names'; empty for a file above 1 GB, and for what has no content */
  readonly hash: string;
}

/** A path as it was found, before its content is looked at. */
export type FileState = Omit<FileRead, "hash">;

const HASHED = 2 ** 30;
const CHUNK = 2 ** 20;

/**
 * The same file by a path that a kernel's account of reads and writes passes over: what is looked at in this way is no
 * read of a cell. Nothing may normalise it.
 */
export const quiet = (path: string): string => path.startsWith("/") && !isQuiet(path) ? `//${path}` : path;
export const isQuiet = (path: string): boolean => path.startsWith("///");

/** How a path is found now. */
export function fileState(path: string): FileState {
  const none = { path, size: 0, modified: "" };
  try {
    const stat = statSync(quiet(path), { bigint: true });
    const found = { path, size: Number(stat.size), modified: String(stat.mtimeNs) };
    return { ...found, kind: stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other" };
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    if (name === "NotCapable" || code === "EACCES" || code === "EPERM") return { ...none, kind: "closed" };
    if (code === "ENOENT" || code === "ENOTDIR") return { ...none, kind: "missing" };
    return { ...none, kind: "other" };
  }
}

export const sameState = (a: FileState, b: FileState): boolean =>
  a.kind === b.kind && a.size === b.size && a.modified === b.modified;

/** A state with its content's hash; null when it is no longer that state, or cannot be told. */
export async function withHash(state: FileState): Promise<FileRead | null> {
  if (state.kind === "other") return null;
  const hash = await contentHash(state);
  return hash !== null && sameState(state, fileState(state.path)) ? { ...state, hash } : null;
}

/**
 * Whether a path is found now as a run found it: by size and time first, and where these differ by content.
 * @example
 * ```ts
 * import { fileState, stillSame, withHash } from "./kernel_reads_file.ts";
 * const read = await withHash(fileState(new URL(import.meta.url).pathname));
 * const same = read !== null && await stillSame(read);
 * ```
 */
export async function stillSame(read: FileRead): Promise<boolean> {
  const now = fileState(read.path);
  if (now.kind !== read.kind) return false;
  if (sameState(now, read)) return true;
  if (read.hash === "" || now.kind === "file" && now.size !== read.size) return false;
  return await contentHash(now) === read.hash;
}

async function contentHash({ path, kind, size }: FileState): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    if (kind === "folder") hash.update(JSON.stringify(namesIn(path)));
    else if (kind !== "file" || size > HASHED) return "";
    else {
      using file = await Deno.open(quiet(path));
      const part = new Uint8Array(CHUNK);
      for (let n = await file.read(part); n !== null; n = await file.read(part)) {
        hash.update(part.subarray(0, n));
      }
    }
  } catch {
    return null; // gone meanwhile, or closed to this process
  }
  return hash.digest("hex").slice(0, 32);
}

/** The names in a folder, folders marked, in an order that does not depend on the disk. */
const namesIn = (folder: string): string[] =>
  readdirSync(quiet(folder)).map((name) =>
    lstatSync(quiet(`${folder}/${name}`)).isDirectory() ? `${name}/` : name
  ).sort();
