/**
 * The folder in which one open notebook keeps what it writes. A process holds it by a lock that the system lets go of
 * when the process ends, however it ends; a second process on the same notebook gets a folder of its own inside it.
 */
import { createHash } from "node:crypto";
import { join, relative, resolve, sep } from "node:path";
import { onStorage } from "../checkpoints/storage_fault.ts";

export interface SessionFolder {
  /** absolute; holds the events and the compiled modules */
  readonly folder: string;
  /** the folder in it that the kernel may write */
  readonly run: string;
  /** for people: who else has the notebook open, when someone has */
  readonly note?: string;
  /** lets go of the folder, which stays */
  close(): void;
}

/** Folders that one notebook may have at once: further processes are refused. */
const AT_ONCE = 100;
/** Characters of a slug: longer ones end in a hash. */
const LONGEST = 120;
/** Where the notebooks of a project are, so that their slugs are their names. */
const NOTEBOOKS = "notebooks";

/**
 * The name under which a notebook's folders are found: another one for every path of a project. A notebook right in
 * `notebooks/` has its own name, any other its path from the project, one outside of the project a hash of its path.
 * @example
 * ```ts
 * import { notebookSlug } from "./session_folder.ts";
 * notebookSlug("/home/a/digits", "/home/a/digits/notebooks/rates.ts"); // "rates"
 * notebookSlug("/home/a/digits", "/home/a/digits/old/rates.ts"); // "~old~rates"
 * ```
 */
export function notebookSlug(project: string, file: string): string {
  const path = resolve(file), parts = relative(resolve(project), path).split(sep);
  if (parts[0] === ".." || parts[0].includes(":")) return `~..~${partSlug(parts.at(-1)!)}-${hashOf(path)}`;
  const way = parts[0] === NOTEBOOKS && parts.length > 1 ? parts.slice(1) : ["", ...parts];
  const slug = way.map(partSlug).join("~");
  return slug.length <= LONGEST ? slug : `${slug.slice(0, LONGEST)}~..~${hashOf(path)}`;
}

/** What stands between the parts is written otherwise within one. */
const partSlug = (part: string, i = 0, all: readonly string[] = [part]): string =>
  (i === all.length - 1 ? part.replace(/\.ts$/, "") : part).replaceAll("%", "%25").replaceAll("~", "%7E");

const hashOf = (path: string): string => createHash("sha256").update(path).digest("hex").slice(0, 8);

/**
 * Takes the folder of a notebook, or, when another process has it, the first that is free inside it.
 *
 * @param project folder that holds `.plateau`
 * @param file path of the notebook; it need not exist
 * @throws StorageFault where the folder cannot be made
 * @example
 * ```ts ignore
 * import { openSessionFolder } from "./session_folder.ts";
 * const { folder, note, close } = openSessionFolder(Deno.cwd(), "notebooks/rates.ts");
 * close();
 * ```
 */
export function openSessionFolder(project: string, file: string): SessionFolder {
  const first = join(resolve(project), ".plateau", "notebooks", notebookSlug(project, file));
  for (let n = 1; n <= AT_ONCE; n++) {
    const folder = n === 1 ? first : join(first, String(n)), run = join(folder, "run");
    const lock = onStorage(folder, () => {
      Deno.mkdirSync(run, { recursive: true });
      return takeLock(join(folder, "lock"));
    });
    if (lock === null) continue;
    const note = n === 1 ? {} : { note: noteOf(holderOf(join(first, "lock"))) };
    return { folder, run, ...note, close: () => lock.close() };
  }
  throw new Error(`too many processes: ${AT_ONCE} have ${file} open`);
}

/** The open file that holds the lock, with this process in it; null where another one holds it. */
function takeLock(path: string): Deno.FsFile | null {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    if (!file.tryLockSync(true)) {
      file.close();
      return null;
    }
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}`));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function holderOf(path: string): number {
  try {
    return Number(Deno.readTextFileSync(path));
  } catch {
    return 0; // it was removed since
  }
}

function noteOf(pid: number): string {
  const where = pid === Deno.pid ? "in this process" : pid > 0 ? `in process ${pid}` : "in another process";
  return `also open ${where}: this page has a session of its own`;
}
