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
/** A library that is looked for. */
export interface Sought {
  /** as `libtensorflow` */
  readonly what: string;
  /** variable that names it or its folder */
  readonly variable: string;
  /** the packages that hold it, best first */
  readonly packs: readonly SoughtPack[];
  /** whether what the cache holds is taken before `python3` is asked, which takes a tenth of a second. Default: after */
  readonly cacheFirst?: boolean;
}
/** A package that holds a library. */
export interface SoughtPack {
  /** its folder among Python's packages, as `tensorflow` */
  readonly pack: string;
  /** file names, best first */
  readonly names: readonly string[];
  /** folder in the cache that `deno task native` fills */
  readonly folder: string;
}
/** What is looked at, so that tests need no real machine. `null` where permission is missing. */
export interface Surroundings {
  readonly os: string;
  readonly variable: (name: string) => string | undefined;
  readonly isFile: (path: string) => boolean;
  readonly list: (folder: string) => string[];
  /** the folder of a Python package by its path among packages, without importing it */
  readonly askPython: ((pack: string) => Promise<string | null>) | null;
}

/** A variable names something that is not what it should: a wish that must not be passed over. */
export class BadLibraryPath extends Error {
  override readonly name = "BadLibraryPath";
  constructor(readonly path: string, { what, variable }: Sought) {
    super(`no ${what} at ${variable}: ${path} (name the library or its folder, or unset it)`);
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
export function findLibrary(around: Surroundings = thisMachine()): Promise<Library | null> {
  return findSought(
    {
      what: "libtensorflow",
      variable: "LIBTENSORFLOW_PATH",
      packs: [{ pack: "tensorflow", names: libraryNames(around.os), folder: nativeFolder("") }],
    },
    around,
  );
}

/**
 * Finds a library where its variable says, in the Python environment, or in the cache.
 * @throws BadLibraryPath
 */
export async function findSought(
  sought: Sought,
  around: Surroundings = thisMachine(),
): Promise<Library | null> {
  const named = around.variable(sought.variable), { packs } = sought;
  const first = async (find: (pack: SoughtPack) => string | null | Promise<string | null>) => {
    for (const pack of packs) {
      const file = await find(pack);
      if (file !== null) return file;
    }
    return null;
  };
  if (named) {
    const file = around.isFile(named) ? named : await first((pack) => fileIn(named, pack, around));
    if (file === null) throw new BadLibraryPath(named, sought);
    return { file, from: sought.variable };
  }
  const python = async (find: (pack: SoughtPack) => string | null | Promise<string | null>) =>
    found(await first(find), "Python environment");
  const cached = async () => found(await first((pack) => inCache(pack, around)), "cache");
  return await python((pack) => inVirtualEnvironment(pack, around)) ??
    (sought.cacheFirst ? await cached() : null) ??
    await python((pack) => inPython(pack, around)) ??
    await cached();
}

const found = (file: string | null, from: string): Library | null => file === null ? null : { file, from };
function inCache(sought: SoughtPack, around: Surroundings): string | null {
  const cache = userCache(around.variable);
  return cache === null ? null : fileIn(join(cache, sought.folder), sought, around);
}

function fileIn(folder: string, { names }: SoughtPack, around: Surroundings): string | null {
  return names.map((name) => join(folder, name)).find(around.isFile) ?? null;
}
function inVirtualEnvironment(sought: SoughtPack, around: Surroundings): string | null {
  const root = around.variable("VIRTUAL_ENV");
  if (!root) return null;
  for (const version of around.list(join(root, "lib")).filter((name) => name.startsWith("python3"))) {
    const file = fileIn(join(root, "lib", version, "site-packages", sought.pack), sought, around);
    if (file !== null) return file;
  }
  return null;
}
async function inPython(sought: SoughtPack, around: Surroundings): Promise<string | null> {
  const folder = await around.askPython?.(sought.pack) ?? null;
  return folder === null ? null : fileIn(folder, sought, around);
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
const pythonProgram = `import importlib.util as u, sys
s = u.find_spec(sys.argv[1])
print(s.submodule_search_locations[0] if s and s.submodule_search_locations else "")`;

async function askPython(pack: string): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("python3", {
      args: ["-c", pythonProgram, pack.replaceAll("/", ".")],
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
