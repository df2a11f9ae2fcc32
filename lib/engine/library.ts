/** Where a libtensorflow is on this machine: named, in the Python environment, or unpacked in the cache. */
import { join } from "node:path";

/** The version that `deno task native` installs. */
export const nativeVersion = "2.21.0";

/** A library that was found, and how. */
export interface Library {
  readonly file: string;
  /** as `LIBTENSORFLOW_PATH`, `Python environment`, `cache` */
  readonly from: string;
}
/** What is looked at, so that tests need no real machine. `null` where permission is missing. */
export interface Surroundings {
  readonly os: string;
  readonly variable: (name: string) => string | undefined;
  readonly isFile: (path: string) => boolean;
  readonly list: (folder: string) => string[];
  /** the folder of Python's tensorflow package, without importing it */
  readonly askPython: (() => Promise<string | null>) | null;
}

/** LIBTENSORFLOW_PATH names something that is no libtensorflow: a wish that must not be passed over. */
export class BadLibraryPath extends Error {
  override readonly name = "BadLibraryPath";
  constructor(readonly path: string) {
    super(`no libtensorflow at LIBTENSORFLOW_PATH: ${path} (name the library or its folder, or unset it)`);
  }
}

/** File names of the C library, best first: of Python's package, then of the C release. */
export function libraryNames(os: string): readonly string[] {
  if (os === "darwin") return ["libtensorflow_cc.2.dylib", "libtensorflow.2.dylib", "libtensorflow.dylib"];
  return ["libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so"];
}

/**
 * The folder for what Plateau keeps between projects: `$XDG_CACHE_HOME/plateau`, else `~/.cache/plateau`;
 * null when neither variable can be read.
 */
export function userCache(variable: Surroundings["variable"] = thisMachine().variable): string | null {
  const cache = variable("XDG_CACHE_HOME");
  if (cache) return join(cache, "plateau");
  const home = variable("HOME");
  return home ? join(home, ".cache", "plateau") : null;
}

/** The folder in the cache that holds the two libraries. */
export function nativeFolder(cache: string): string {
  return join(cache, `libtensorflow-${nativeVersion}`);
}

/**
 * Finds a libtensorflow: first `LIBTENSORFLOW_PATH` (a file or a folder), then the Python environment's
 * TensorFlow (`VIRTUAL_ENV`, then `python3`, where processes may be run), then what `deno task native` left.
 *
 * @returns null when there is none, or nothing may be looked at
 * @throws BadLibraryPath when the variable is set and names none
 * @example
 * ```ts ignore
 * import { findLibrary } from "./library.ts";
 * const library = await findLibrary();
 * console.log(library?.file ?? "not installed (deno task native)");
 * ```
 */
export async function findLibrary(around: Surroundings = thisMachine()): Promise<Library | null> {
  const named = around.variable("LIBTENSORFLOW_PATH");
  if (named) {
    const file = around.isFile(named) ? named : libraryIn(named, around);
    if (file === null) throw new BadLibraryPath(named);
    return { file, from: "LIBTENSORFLOW_PATH" };
  }
  const python = inVirtualEnvironment(around) ?? await inPython(around);
  if (python !== null) return { file: python, from: "Python environment" };
  const cache = userCache(around.variable);
  const cached = cache === null ? null : libraryIn(nativeFolder(cache), around);
  return cached === null ? null : { file: cached, from: "cache" };
}

function libraryIn(folder: string, around: Surroundings): string | null {
  return libraryNames(around.os).map((name) => join(folder, name)).find(around.isFile) ?? null;
}
function inVirtualEnvironment(around: Surroundings): string | null {
  const root = around.variable("VIRTUAL_ENV");
  if (!root) return null;
  for (const version of around.list(join(root, "lib")).filter((name) => name.startsWith("python3"))) {
    const file = libraryIn(join(root, "lib", version, "site-packages", "tensorflow"), around);
    if (file !== null) return file;
  }
  return null;
}
async function inPython(around: Surroundings): Promise<string | null> {
  const folder = await around.askPython?.() ?? null;
  return folder === null ? null : libraryIn(folder, around);
}

/** This machine, as far as the process may look. */
export function thisMachine(): Surroundings {
  const may = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const mayRead = (path: string) => may({ name: "read", path });
  return {
    os: Deno.build.os,
    variable: (name) => may({ name: "env", variable: name }) ? Deno.env.get(name) : undefined,
    isFile: (path) => mayRead(path) && isFile(path),
    list: (folder) => mayRead(folder) ? namesIn(folder) : [],
    askPython: may({ name: "run", command: "python3" }) ? askPython : null,
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // absent or not ours to see: the search goes on
  }
}
function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name);
  } catch {
    return []; // as above
  }
}

/**
 * find_spec looks the package up without running any of it: importing TensorFlow takes seconds. The current folder, which
 * may be anybody's, is no place to look.
 */
const pythonProgram = `import importlib.util as u
s = u.find_spec("tensorflow")
print(s.submodule_search_locations[0] if s and s.submodule_search_locations else "")`;

async function askPython(): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("python3", {
      args: ["-c", pythonProgram],
      cwd: "/", // Python before 3.11 looks in the current folder whatever it is told
      env: { PYTHONSAFEPATH: "1" },
      stderr: "null",
      signal: AbortSignal.timeout(10_000),
    }).output();
    return success && new TextDecoder().decode(stdout).trim() || null;
  } catch {
    return null; // no python3, or a broken one: the search goes on
  }
}
