/** Loads a library for the rest of the process. */
import { libc } from "./libc.ts";
import { cName } from "./c_text.ts";

/** RTLD_NOW | RTLD_NODELETE */
const keep = Deno.build.os === "darwin" ? 0x82 : 0x1002;

/**
 * Loads a library and keeps it. Deno unloads at its exit what it has loaded, and a library whose threads still run, or
 * a TensorFlow that has run nothing yet, ends the process with a segmentation fault. A library that cannot be loaded is
 * left to the next call, which says why. Needs `--allow-ffi`.
 *
 * @param file path, or a name that the system's loader finds
 * @returns whether it is loaded
 */
export function pin(file: string): boolean {
  return (libc().dlopen ?? olderLoader())(cName(file), keep) !== null;
}

/** Before glibc 2.34 dlopen is in a library of its own. */
function olderLoader() {
  const signatures = { dlopen: { parameters: ["buffer", "i32"], result: "pointer" } } as const;
  return Deno.dlopen("libdl.so.2", signatures).symbols.dlopen;
}
