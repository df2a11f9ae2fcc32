/** Where XLA keeps what it compiled, for the next process that trains the same network. */
import { createHash } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { libc } from "./libc.ts";
import { entriesOf, factsOf, removeFile } from "./libc_files.ts";
import { userCache } from "./library.ts";
import { cName, textAt } from "./c_text.ts";

const READ_ONLY = 0;
const WRITE_AND_ENTER = 3;
const PRIVATE = 0o700;
const OTHERS_WRITE = 0o022;
const MOST_CPUINFO = 1 << 16;
/** Bytes that are kept; a program of a small network takes some 0.3 MB. */
const MOST_KEPT = 256e6;

/** The folder that XLA was told in this process, or null. */
let told: string | null = null;
let forgotten = 0;

/** The folder in the user's cache for all that was compiled. */
export const compiledFolder = (cache: string): string => join(cache, "compiled");

/** A path and what leads to it, the outermost first. */
const ancestors = (path: string): string[] =>
  path === dirname(path) ? [] : [...ancestors(dirname(path)), path];

/** A value as TensorFlow and XLA read it from their variables, where spaces part flags. */
export const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

const variable = (name: string) => textAt(libc().getenv(cName(name)));

/**
 * Tells XLA, by TF_XLA_FLAGS of this process, to keep and find compiled programs in the user's cache: a folder for each
 * processor and version of TensorFlow, as they hold machine code. A user who has set that variable keeps it.
 *
 * What is found there is run, so the folder has to be this user's and nobody else may write it. Of what was kept, the
 * newest 256 MB stay.
 *
 * To be called after the library is loaded and before its context is made, which reads the variable. It goes through
 * libc, as a kernel is given no right to environment and files beyond its own: with `--allow-ffi` it has both.
 *
 * @param version of TensorFlow
 * @returns the folder; null where none is kept: no home, one that is not this user's alone or cannot be written, or a
 *   system whose processor it cannot tell
 */
export function keepCompiled(version: string): string | null {
  told = null;
  const folder = ownFolder(version);
  if (folder === null) return null;
  boundKept(folder); // TensorFlow does not say when it keeps one
  const flags = `--tf_xla_persistent_cache_directory=${
    quoted(folder)
  } --tf_xla_persistent_cache_prefix=plateau`;
  // a parent process may have been told the same, and hands it on
  const before = variable("TF_XLA_FLAGS");
  if (before !== "" && before !== flags) return null;
  libc().setenv(cName("TF_XLA_FLAGS"), cName(flags), 1);
  return told = folder;
}

/**
 * A folder in the user's cache for what one compiler makes for this processor, made where it is not there. What is found
 * there is run, so it has to be this user's and nobody else may write it. Who writes there calls `boundKept` then.
 *
 * @param compiler which tells it from all others, as a version
 * @returns null where none can be kept
 */
export function ownFolder(compiler: string): string | null {
  if (Deno.build.os !== "linux") return null;
  const cache = userCache(variable), processor = processorOf(cpuinfo());
  if (cache === null || !isAbsolute(cache) || processor === null) return null;
  const all = compiledFolder(cache);
  const folder = join(
    all,
    createHash("sha256").update(`${processor} ${compiler}`).digest("hex").slice(0, 16),
  );
  for (const path of ancestors(folder)) libc().mkdir(cName(path), PRIVATE);
  if (!isOurs(cache) || ![all, folder].every(isOursAlone) || !isWritable(folder)) return null;
  return folder;
}

/** Of what all folders of `ownFolder` hold, the newest 256 MB stay. Other folders are left alone. */
export function boundKept(folder: string): void {
  const cache = userCache(variable), all = dirname(folder);
  if (cache !== null && all === compiledFolder(cache)) keepNewest(all, MOST_KEPT);
}

/**
 * Deletes what XLA kept for this processor and this TensorFlow. XLA refuses every program whose file is torn, and every
 * one that it has no space to keep; without the files it compiles anew. Needs `--allow-ffi` and nothing else.
 *
 * @returns whether something was deleted, so that another try may go better
 * @example
 * ```ts
 * import { forgetCompiled } from "./compile_cache.ts";
 * forgetCompiled(); // false: no engine has started
 * ```
 */
export function forgetCompiled(): boolean {
  const folder = told;
  if (folder === null) return false;
  const removed = entriesOf(folder).filter((name) => removeFile(join(folder, name)));
  if (removed.length > 0) forgotten++;
  return removed.length > 0;
}

/** How often that was. */
export const timesForgotten = (): number => forgotten;

/** Deletes the oldest files of the folders in a folder beyond so many bytes. */
export function keepNewest(all: string, most: number): void {
  const files = entriesOf(all)
    .flatMap((key) => entriesOf(join(all, key)).map((name) => join(all, key, name)))
    .flatMap((path) => {
      const facts = factsOf(path);
      return facts === null ? [] : [{ path, ...facts }];
    })
    .toSorted((a, b) => b.changed - a.changed);
  let bytes = 0;
  for (const { path, size } of files) if ((bytes += size) > most) removeFile(path);
}

const isOurs = (path: string) => factsOf(path)?.owner === libc().geteuid();
function isOursAlone(path: string): boolean {
  const facts = factsOf(path);
  return facts !== null && isOurs(path) && (facts.mode & OTHERS_WRITE) === 0;
}
/** XLA would refuse every program that it cannot keep. */
const isWritable = (folder: string) => libc().access(cName(folder), WRITE_AND_ENTER) === 0;

function cpuinfo(): string {
  const { open, read, close } = libc(), file = open(cName("/proc/cpuinfo"), READ_ONLY);
  if (file < 0) return "";
  const bytes = new Uint8Array(MOST_CPUINFO), length = Number(read(file, bytes, BigInt(bytes.length)));
  close(file);
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, length)));
}

/**
 * Model and instruction set of the first processor in /proc/cpuinfo; null where it does not name both, as on ARM.
 * @example
 * ```ts
 * import { processorOf } from "./compile_cache.ts";
 * processorOf("model name\t: EPYC\nMHz\t: 2000\nflags\t: avx2 fma\n\n"); // "EPYC; avx2 fma"
 * ```
 */
export function processorOf(cpuinfo: string): string | null {
  const fields = cpuinfo.split("\n\n")[0].split("\n").map((line) =>
    line.split(":").map((part) => part.trim())
  );
  const [model, flags] = ["model name", "flags"].map((name) => fields.find(([field]) => field === name)?.[1]);
  return model && flags ? `${model}; ${flags}` : null;
}
