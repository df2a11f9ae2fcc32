/** The files that cells of a run read: which they were, and what of them a report carries. */
import { createHash } from "node:crypto";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isQuiet } from "../notebook/kernel_reads_file.ts";
import { AccessLog } from "../notebook/kernel_reads_log.ts";
import { OWN_LIBRARY, OWN_ROOT } from "../notebook/modules_project.ts";
import { type DataFile, type ListedFolder, MOST_NAMES } from "./manifest.ts";
import { printable } from "../printable.ts";
import { hashOf } from "./seal.ts";
import { pathsFault } from "./source_paths.ts";

export interface ReadFiles {
  /** absolute, of files and folders */
  readonly paths: readonly string[];
  /** whether these are all */
  readonly whole: boolean;
  /** milliseconds since 1970 when the run began: what was written later may be another than what was read; default 0: not looked at */
  readonly since?: number;
}

/** A file that is not any more what a cell read. */
export class DataChanged extends Error {
  override readonly name = "DataChanged";
  constructor(readonly path: string) {
    super(`changed while it was recorded: ${path} (record it again)`);
  }
}

/** Files and folders that a report lists: what goes beyond is not followed. */
const MOST = 10_000;
const MOST_FOLDERS = 1000;
/** What a process finds there is the machine's. */
const SYSTEM = ["/proc/", "/sys/", "/dev/"];
const OWN = [OWN_LIBRARY, ...["deno.json", "deno.lock", "node_modules/"].map((name) => OWN_ROOT + name)]
  .map((url) => fileURLToPath(url));

/**
 * What the cells of a run read, from the account that Deno gave of it in the folder that their kernel could write. Code
 * is left out, and what the kernel itself reads there.
 *
 * @param runFolder of a kernel that keeps, which has ended
 * @param project folder from which its paths count
 * @param library path of the native engine, where it may have been used: what lies beside it is no data
 * @example
 * ```ts ignore
 * const reads = readFilesIn(join(folder, "run"), project);
 * const sources = await collectSources({ file, project, reads });
 * ```
 */
export function readFilesIn(runFolder: string, project: string, library?: string): ReadFiles {
  const file = join(runFolder, "accesses.jsonl");
  try {
    statSync(file);
  } catch {
    return { paths: [], whole: true }; // no kernel was needed
  }
  const log = new AccessLog(resolve(file)), whole = !beginsWithHole(file);
  const accesses = log.take();
  log.close();
  const apart = [...OWN, dirname(resolve(runFolder)) + sep, ...SYSTEM];
  const paths = accesses.filter(({ kind, path }) => kind === "read" && !isQuiet(path))
    .map(({ path }) => resolve(project, path))
    .filter((path) =>
      !path.includes(`${sep}node_modules${sep}`) && !apart.some((each) => path.startsWith(each)) &&
      !isEngine(path, library)
    );
  return { paths: [...new Set(paths)].sort(), whole };
}

/** Whether a file is of the native engine: its library, or one that lies beside it. */
function isEngine(path: string, library: string | undefined): boolean {
  if (library === undefined) return false;
  const folders = [dirname(resolve(library)), dirname(realPath(library))];
  return folders.includes(dirname(path)) && /\.(so|dylib|dll)(\.\d+)*$/.test(path);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The kernel lets go of what it has looked at, when that is much. */
function beginsWithHole(file: string): boolean {
  using log = Deno.openSync(file);
  const first = new Uint8Array(1);
  return log.readSync(first) === 1 && first[0] === 0;
}

export interface FoundOptions {
  /** the path in a report; undefined for one outside of the project */
  named(path: string): string | undefined;
  /** paths that are in the report already */
  readonly taken: ReadonlySet<string>;
  /** bytes of one file, and of all, that the report carries */
  readonly one: number;
  readonly all: number;
}

export interface FoundFiles {
  readonly data: readonly DataFile[];
  readonly folders: readonly ListedFolder[];
  /** base64 by path */
  readonly contents: Readonly<Record<string, string>>;
  /** why not all of it is there; undefined: all is */
  readonly unfollowed: string | undefined;
}

/**
 * What was read as it is on the disk now, small files first; what is no more is left out.
 * @throws DataChanged for a file that was written after the run began
 */
export async function readFound(reads: ReadFiles, options: FoundOptions): Promise<FoundFiles> {
  const { named, taken, one, all } = options;
  const there = reads.paths.flatMap((path) => stateOf(path, reads.since) ?? []);
  const files = there.filter(({ path, folder }) => !folder && !taken.has(named(path) ?? ""));
  const data: DataFile[] = [], contents: Record<string, string> = {};
  let carried = 0;
  for (const { path, size } of files.sort((a, b) => a.size - b.size).slice(0, MOST)) {
    const name = named(path),
      fault = name === undefined ? "it is outside of the project" : pathsFault([name]);
    const why = fault ?? (size > one ? `it has more than ${one / 1e6} MB` : null) ??
      (carried + size > all ? `all that was read has more than ${all / 1e6} MB` : null);
    const shown = name ?? path;
    if (why !== null) {
      data.push({ path: shown, bytes: size, sha256: await fileHash(path), inside: false, why });
    } else {
      const bytes = await Deno.readFile(path);
      data.push({ path: shown, bytes: bytes.length, sha256: hashOf(bytes), inside: true });
      contents[shown] = bytes.toBase64();
      carried += bytes.length;
    }
  }
  // while they were read here they may have been written too
  for (const { path } of files) stateOf(path, reads.since);
  const looked = there.filter(({ folder }) => folder).flatMap(({ path }) => listed(path, named) ?? []);
  const folders = fewNames(looked.slice(0, MOST_FOLDERS));
  data.sort((a, b) => a.path < b.path ? -1 : 1);
  return { data, folders, contents, unfollowed: whyNotAll(reads, files.length, looked, folders) };
}

function stateOf(path: string, since = 0): { path: string; size: number; folder: boolean } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() && !stat?.isDirectory()) return undefined;
  const written = Math.max(stat.mtimeMs, stat.ctimeMs); // one that took its place may have kept its time
  if (since > 0 && stat.isFile() && written > since) throw new DataChanged(path);
  return { path, size: stat.size, folder: stat.isDirectory() };
}

/** In words, what of all that was read is not listed. */
function whyNotAll(
  reads: ReadFiles,
  files: number,
  looked: readonly ListedFolder[],
  listed: readonly ListedFolder[],
): string | undefined {
  const many = (count: number) => count.toLocaleString("en-US");
  const left = looked.filter((folder) => !listed.includes(folder)).map(({ path, names }) =>
    `${printable(path, 200)} with ${many(names.length)} names`
  );
  const others = left.length > 1 ? ` and ${many(left.length - 1)} more folders` : "";
  const reasons = [
    !reads.whole && "more was read than the account of it holds",
    files > MOST && `${many(files)} files were read, and ${many(MOST)} are listed`,
    left.length > 0 && `the names in ${left[0]}${others} are not listed`,
  ].filter((reason) => reason !== false);
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** The names in a folder of the project that another system can have too. */
function listed(path: string, named: FoundOptions["named"]): ListedFolder | undefined {
  const folder = named(path);
  if (folder === undefined || pathsFault([folder]) !== null) return undefined;
  const names = readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => pathsFault([`${folder}/${name}`]) === null)
    .map((entry) => entry.isDirectory() ? `${entry.name}/` : entry.name);
  return { path: folder, names: names.sort() };
}

/** The folders whose names are few enough, all together. */
function fewNames(folders: readonly ListedFolder[]): ListedFolder[] {
  let sum = 0;
  return folders.filter(({ names }) => sum + names.length <= MOST_NAMES && (sum += names.length, true));
}

/** SHA-256 of a file in hexadecimal, however large it is. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const part = new Uint8Array(2 ** 20);
  for (let n = await file.read(part); n !== null; n = await file.read(part)) hash.update(part.subarray(0, n));
  return hash.digest("hex");
}
