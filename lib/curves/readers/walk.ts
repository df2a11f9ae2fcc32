/** The files under a path, in an order that does not depend on the disk. */
import { basename, dirname, join, resolve } from "node:path";
import { countText } from "../../durations.ts";
import type { LogWarning } from "../logged.ts";

/** A file as it lies there now. */
export interface FoundFile {
  /** relative to what was opened, with slashes */
  readonly path: string;
  /** where it is opened */
  readonly full: string;
  readonly size: number;
  /** milliseconds since 1970 */
  readonly modified: number;
}

export interface Walked {
  /** whether the path names a file: then the others are what belongs to it */
  readonly single: boolean;
  readonly files: readonly FoundFile[];
  readonly warnings: readonly LogWarning[];
}

export interface WalkOptions {
  /** folders inside each other; default 16 */
  readonly depth?: number;
  /** default 50,000 */
  readonly files?: number;
  readonly signal?: AbortSignal;
}

/** What belongs to a file that is opened alone: settings, and what SQLite has not moved into it yet. */
const companions = (name: string): string[] => ["hparams.yaml", `${name}-wal`, `${name}-journal`];

const PASSED = new Set([".plateau", ".git", "node_modules"]);

const { compare } = new Intl.Collator("en", { numeric: true });
/** By name, numbers by their size: `version_2` before `version_10`. */
const byName = (a: string, b: string): number => compare(a, b) || (a < b ? -1 : 1);

/**
 * The files of a folder and of the folders in it, by name; or one file with what belongs to it. Links inside a folder
 * are not followed, and `.plateau`, `.git` and `node_modules` are passed over. What cannot be listed, and where the
 * bounds end the search, is a warning.
 *
 * @param path a file or a folder
 * @throws Error `missing file: runs`
 *
 * @example
 * ```ts ignore
 * const { files } = await walk("runs");
 * ```
 */
export async function walk(path: string, options: WalkOptions = {}): Promise<Walked> {
  const full = resolve(path);
  const info = await Deno.stat(full).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw new Error(`missing file: ${path}`);
    throw notOpened(path, error);
  });
  if (!info.isFile && !info.isDirectory) throw new Error(`neither a file nor a folder: ${path}`);
  if (info.isFile) {
    const name = basename(full), folder = dirname(full);
    const beside = await Promise.all(companions(name).map((each) => found(join(folder, each), each)));
    const itself = await found(full, name);
    if (itself === null) throw new Error(`missing file: ${path}`); // it went while it was looked at
    return { single: true, files: [itself, ...beside].filter((file) => file !== null), warnings: [] };
  }
  const files: FoundFile[] = [], warnings: LogWarning[] = [], { depth = 16, files: most = 50_000 } = options;
  await fill(full, "", depth, most, options.signal, files, warnings);
  if (files.length > most) {
    const message = `not all files were looked at: there are more than ${countText(most)}`;
    warnings.push({ file: files.pop()!.path, offset: null, message });
  }
  return { single: false, files, warnings };
}

/** Lists one file more than asked for, when there are as many. */
async function fill(
  full: string,
  path: string,
  depth: number,
  most: number,
  signal: AbortSignal | undefined,
  files: FoundFile[],
  warnings: LogWarning[],
): Promise<void> {
  signal?.throwIfAborted();
  const warn = (message: string) => void warnings.push({ file: path || ".", offset: null, message });
  const entries: Deno.DirEntry[] = [];
  try {
    for await (const entry of Deno.readDir(full)) entries.push(entry);
  } catch (error) {
    return warn(`folder passed over: ${reason(error)}`);
  }
  entries.sort((a, b) => byName(a.name, b.name));
  const here = entries.filter(({ isFile }) => isFile).slice(0, most - files.length + 1);
  const stats = await Promise.all(here.map(({ name }) => found(join(full, name), within(path, name))));
  files.push(...stats.filter((file) => file !== null));
  for (const { name, isDirectory } of entries) {
    if (!isDirectory || PASSED.has(name)) continue;
    if (files.length > most) return;
    if (depth > 0) {
      await fill(join(full, name), within(path, name), depth - 1, most, signal, files, warnings);
    } else return warn("folders inside it passed over: they lie too deep");
  }
}

const within = (folder: string, name: string): string => folder === "" ? name : `${folder}/${name}`;

/** null for what is gone, and for what is no file. */
async function found(full: string, path: string): Promise<FoundFile | null> {
  const info = await Deno.stat(full).catch(() => null);
  if (!info?.isFile) return null;
  return { path, full, size: info.size, modified: info.mtime?.getTime() ?? 0 };
}

/** What is thrown where a named path cannot be opened: a lack of rights as it is, for it says what to allow. */
export const notOpened = (path: string, error: unknown): Error =>
  error instanceof Deno.errors.NotCapable ? error : new Error(`cannot be opened: ${path} (${reason(error)})`);

/** Why something could not be opened, in words of its own. */
export const reason = (error: unknown): string =>
  error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable
    ? "no right to read it"
    : (error as Error).message.replace(/ \(os error \d+\).*$/, "").toLowerCase();
