/** The files that cells of a run read: which they were, and what of them a report carries. */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isQuiet } from "../notebook/kernel_reads_file.ts";
import { AccessLog } from "../notebook/kernel_reads_log.ts";
import { OWN_LIBRARY, OWN_ROOT } from "../notebook/modules_project.ts";
import type { DataFile, ListedFolder } from "./manifest.ts";
import { pathsFault } from "./source_paths.ts";

export interface ReadFiles {
  /** absolute, of files and folders */
  readonly paths: readonly string[];
  /** whether these are all */
  readonly whole: boolean;
}

/** Files and names in a folder that a report lists: what goes beyond is not followed. */
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
 * @example
 * ```ts ignore
 * const reads = readFilesIn(join(folder, "run"), project);
 * const sources = await collectSources({ file, project, reads });
 * ```
 */
export function readFilesIn(runFolder: string, project: string): ReadFiles {
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
      !path.includes(`${sep}node_modules${sep}`) && !apart.some((each) => path.startsWith(each))
    );
  return { paths: [...new Set(paths)].sort(), whole };
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
  readonly whole: boolean;
}

/** What was read as it is on the disk now, small files first; what is no more is left out. */
export async function readFound(reads: ReadFiles, options: FoundOptions): Promise<FoundFiles> {
  const { named, taken, one, all } = options;
  const there = reads.paths.flatMap((path) => stateOf(path) ?? []);
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
      data.push({ path: shown, bytes: bytes.length, sha256: await fileHash(path), inside: true });
      contents[shown] = bytes.toBase64();
      carried += bytes.length;
    }
  }
  const folders = there.filter(({ folder }) => folder).flatMap(({ path }) => listed(path, named) ?? []);
  data.sort((a, b) => a.path < b.path ? -1 : 1);
  const whole = reads.whole && files.length <= MOST && folders.length <= MOST_FOLDERS;
  return { data, folders: folders.slice(0, MOST_FOLDERS), contents, whole };
}

function stateOf(path: string): { path: string; size: number; folder: boolean } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() && !stat?.isDirectory()) return undefined;
  return { path, size: stat.size, folder: stat.isDirectory() };
}

/** The names in a folder of the project that another system can have too. */
function listed(path: string, named: FoundOptions["named"]): ListedFolder | undefined {
  const folder = named(path);
  if (folder === undefined || pathsFault([folder]) !== null) return undefined;
  const names = readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => pathsFault([`${folder}/${name}`]) === null)
    .map((entry) => entry.isDirectory() ? `${entry.name}/` : entry.name);
  return { path: folder, names: names.sort().slice(0, MOST) };
}

/** SHA-256 of a file in hexadecimal, however large it is. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const part = new Uint8Array(2 ** 20);
  for (let n = await file.read(part); n !== null; n = await file.read(part)) hash.update(part.subarray(0, n));
  return hash.digest("hex");
}
