/** Where XLA keeps what it compiled, for the next process that trains the same network. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { textAt } from "./native_symbols.ts";

const READ_ONLY = 0;
const WRITE_AND_ENTER = 3;
const FOLDER_MODE = 0o755;
const MOST_BYTES = 1 << 16;

const cText = (text: string) => new TextEncoder().encode(text + "\0");

/** A path and what leads to it, the outermost first. */
const ancestors = (path: string): string[] =>
  path === dirname(path) ? [] : [...ancestors(dirname(path)), path];

/** A value as TensorFlow reads it from its variable, where spaces part flags. */
const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/**
 * Tells XLA, by TF_XLA_FLAGS of this process, to keep and find compiled programs in the user's cache: a folder for each
 * processor and version of TensorFlow, as they hold machine code. A user who has set that variable keeps it.
 *
 * To be called after the library is loaded and before its context is made, which reads the variable. It goes through
 * libc, as a kernel is given no right to environment and files beyond its own: with `--allow-ffi` it has both.
 *
 * @param version of TensorFlow
 * @returns the folder; null where none is kept: no home, one that cannot be written, or a system whose
 *   processor it cannot tell
 */
export function keepCompiled(version: string): string | null {
  if (Deno.build.os !== "linux") return null;
  const libc = Deno.dlopen("libc.so.6", {
    getenv: { parameters: ["buffer"], result: "pointer" },
    setenv: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    mkdir: { parameters: ["buffer", "u32"], result: "i32" },
    access: { parameters: ["buffer", "i32"], result: "i32" },
  });
  const { getenv, setenv, open, read, close, mkdir, access } = libc.symbols;
  const variable = (name: string) => textAt(getenv(cText(name)));
  try {
    if (variable("TF_XLA_FLAGS") !== "") return null;
    const cache = variable("XDG_CACHE_HOME") || (variable("HOME") && join(variable("HOME"), ".cache"));
    const file = open(cText("/proc/cpuinfo"), READ_ONLY);
    if (!cache || file < 0) return null;
    const bytes = new Uint8Array(MOST_BYTES), length = Number(read(file, bytes, BigInt(MOST_BYTES)));
    close(file);
    const processor = processorOf(new TextDecoder().decode(bytes.subarray(0, Math.max(0, length))));
    const key = createHash("sha256").update(`${processor} ${version}`).digest("hex").slice(0, 16);
    const folder = join(cache, "plateau", "compiled", key);
    for (const path of ancestors(folder)) mkdir(cText(path), FOLDER_MODE);
    // XLA would refuse every program that it cannot keep
    if (access(cText(folder), WRITE_AND_ENTER) !== 0) return null;
    setenv(
      cText("TF_XLA_FLAGS"),
      cText(
        `--tf_xla_persistent_cache_directory=${quoted(folder)} --tf_xla_persistent_cache_prefix=plateau`,
      ),
      1,
    );
    return folder;
  } finally {
    libc.close();
  }
}

/**
 * Model and instruction set of the first processor in /proc/cpuinfo.
 * @example
 * ```ts
 * import { processorOf } from "./compile_cache.ts";
 * processorOf("model name\t: EPYC\nMHz\t: 2000\nflags\t: avx2 fma\n\n"); // "EPYC; avx2 fma"
 * ```
 */
export function processorOf(cpuinfo: string): string {
  const fields = cpuinfo.split("\n\n")[0].split("\n").map((line) =>
    line.split(":").map((part) => part.trim())
  );
  return ["model name", "flags"].map((name) => fields.find(([field]) => field === name)?.[1] ?? "").join(
    "; ",
  );
}
